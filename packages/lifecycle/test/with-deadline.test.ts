import { describe, expect, test } from "@jest/globals";
import { withDeadline } from "../src/with-deadline.ts";
import { manualClock } from "./manual-clock.ts";

/** A task that ends when its signal aborts, with the reason's name. */
function untilAborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const end = (): void => resolve((signal.reason as Error).name);
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });
}

describe("a task with a deadline", () => {
  test("that is done in time leaves no timer behind", async () => {
    const clock = manualClock();
    const { signal } = new AbortController();
    expect(await withDeadline(1000, signal, clock, async () => "done")).toBe("done");
    expect(clock.timers()).toBe(0);
  });

  test("is told when time is up", async () => {
    const clock = manualClock();
    const name = withDeadline(1000, new AbortController().signal, clock, untilAborted);
    await clock.advance(1000);
    expect(await name).toBe("TimeoutError");
  });

  test.each([{ when: "before" }, { when: "while it runs" }])("is told when the signal aborts $when", async ({ when }) => {
    const clock = manualClock();
    const stop = new AbortController();
    if (when === "before") stop.abort();
    const name = withDeadline(1000, stop.signal, clock, untilAborted);
    stop.abort();
    expect(await name).toBe("AbortError");
    expect(clock.timers()).toBe(0);
  });

  test("throws what the task throws", async () => {
    const clock = manualClock();
    await expect(withDeadline(1000, new AbortController().signal, clock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(clock.timers()).toBe(0);
  });
});
