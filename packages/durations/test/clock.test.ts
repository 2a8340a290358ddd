import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { systemClock } from "../src/index.ts";

const day = 86_400_000;

describe("systemClock", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test.each([10, 24 * day, 25 * day, 100 * day])("a timer of %d ms fires then, and once", (delayMs) => {
    const callback = jest.fn();
    systemClock.setTimeout(callback, delayMs);
    jest.advanceTimersByTime(delayMs - 1);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(200 * day);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test.each([-5, 0])("a timer of %d ms is due at once", (delayMs) => {
    const callback = jest.fn();
    systemClock.setTimeout(callback, delayMs);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test("a cancelled timer never fires, also in its second leg, and cancelling again does nothing", () => {
    const callback = jest.fn();
    const cancel = systemClock.setTimeout(callback, 60 * day);
    jest.advanceTimersByTime(30 * day);
    cancel();
    cancel();
    jest.advanceTimersByTime(100 * day);
    expect(callback).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  test("the time is the machine's", () => {
    jest.setSystemTime(1_767_323_045_000);
    expect(systemClock.nowMs()).toBe(1_767_323_045_000);
  });
});
