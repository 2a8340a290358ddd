import { getEventListeners } from "node:events";
import { fakeClock } from "@ferula/test-kit";
import { expect, test } from "@jest/globals";
import { agendaOf } from "../../src/loop/agenda.ts";
import { createDeadline } from "../../src/loop/deadline.ts";

const LIMIT_MS = 1000;

/** Goes on until its signal aborts, and fails with the reason. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

test("a task that is not done in time is cut short, those before and after it are not", async () => {
  const clock = fakeClock();
  const inTime = createDeadline(LIMIT_MS, agendaOf(clock));
  const { signal: stopping } = new AbortController();
  const signals: AbortSignal[] = [];
  const take = async (ms: number): Promise<string> => {
    const done = inTime(stopping, (signal) => {
      signals.push(signal);
      return Promise.race([untilAborted(signal), new Promise<string>((resolve) => clock.setTimeout(() => resolve("done"), ms))]);
    }).catch((error: unknown) => (error as Error).name);
    await clock.advance(ms);
    return done;
  };
  // Each takes nearly all of its own time, and more than is left of that of the one before.
  for (const ms of [900, 900, 999, 1500, 900, 900, 5000, 0, 900]) {
    expect([ms, await take(ms)]).toEqual([ms, ms < LIMIT_MS ? "done" : "TimeoutError"]);
  }
  expect(clock.timerCount()).toBe(0);
  expect(new Set(signals).size).toBe(3);
});

test("a task ends with who is stopped; one that begins later ends at once", async () => {
  const clock = fakeClock();
  const inTime = createDeadline(LIMIT_MS, agendaOf(clock));
  const stopping = new AbortController();
  const running = inTime(stopping.signal, untilAborted);
  stopping.abort(new Error("stopped"));
  await expect(running).rejects.toThrow("stopped");
  await expect(inTime(stopping.signal, untilAborted)).rejects.toThrow("stopped");
  // Another who is not stopped may go on with it.
  expect(await inTime(new AbortController().signal, (signal) => Promise.resolve(signal.aborted))).toBe(false);
  expect(clock.timerCount()).toBe(0);
});

test("many tasks leave no more behind than one, whether they are done or fail", async () => {
  const clock = fakeClock();
  const inTime = createDeadline(LIMIT_MS, agendaOf(clock));
  const { signal: stopping } = new AbortController();
  for (let i = 0; i < 50; i++) {
    await inTime(stopping, () => Promise.resolve());
    await expect(inTime(stopping, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  }
  expect(getEventListeners(stopping, "abort").length).toBeLessThanOrEqual(1);
  expect(clock.timerCount()).toBe(0);
});
