import { describe, expect, test } from "@jest/globals";
import { createTimeSlice, yieldToLoop } from "../src/time-slice.ts";

describe("time slices", () => {
  test("giving way lets what is due run, which a resolved promise would not", async () => {
    let hasRun = false;
    setImmediate(() => {
      hasRun = true;
    });
    await Promise.resolve();
    expect(hasRun).toBe(false);
    await yieldToLoop();
    expect(hasRun).toBe(true);
  });

  test("a slice is spent after its budget, and new after giving way", async () => {
    let nowMs = 0;
    const slice = createTimeSlice(10, () => nowMs);
    expect(slice.isSpent()).toBe(false);
    nowMs = 10;
    expect(slice.isSpent()).toBe(true);
    await slice.yield();
    expect(slice.isSpent()).toBe(false);
  });
});
