import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { noLogger } from "@ferula/logging";
import { keepState, memoryState, type GroupState } from "../../src/state/keep-state.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** Snapshots of a state that always has something new, and how it is kept for a while. */
async function snapshotsAfter(seconds: number, state: Partial<GroupState>): Promise<{ whileRunning: number; atTheEnd: number }> {
  const end = new AbortController();
  const compact = jest.fn(() => Promise.resolve());
  const kept = keepState({ ...memoryState(), needsCompaction: () => true, compact, ...state }, () => new Map(), {
    intervalMs: 60_000,
    logger: noLogger,
    signal: end.signal,
  });
  await jest.advanceTimersByTimeAsync(seconds * 1000);
  const whileRunning = compact.mock.calls.length;
  end.abort();
  await kept;
  return { whileRunning, atTheEnd: compact.mock.calls.length - whileRunning };
}

describe("a snapshot is written", () => {
  test.each([
    { seconds: 30, state: {}, want: { whileRunning: 0, atTheEnd: 1 }, why: "at the end, when the interval is not over" },
    { seconds: 150, state: {}, want: { whileRunning: 2, atTheEnd: 1 }, why: "once an interval" },
    { seconds: 150, state: { needsCompaction: () => false }, want: { whileRunning: 0, atTheEnd: 0 }, why: "never when nothing changed" },
    { seconds: 1.5, state: { isUrgent: () => true }, want: { whileRunning: 2, atTheEnd: 1 }, why: "at each look when it is urgent" },
  ])("$why", async ({ seconds, state, want }) => {
    expect(await snapshotsAfter(seconds, state)).toEqual(want);
  });

  test("again after one that failed", async () => {
    const logged: unknown[] = [];
    const end = new AbortController();
    const compact = jest.fn(() => Promise.reject(new Error("disk is full")));
    const logger = { ...noLogger, error: (_message: string, fields?: object) => logged.push(fields) };
    const state = { ...memoryState(), isUrgent: () => true, needsCompaction: () => true, compact };
    const kept = keepState(state, () => new Map(), { intervalMs: 60_000, logger, signal: end.signal });
    await jest.advanceTimersByTimeAsync(1500);
    end.abort();
    await kept;
    expect(logged).toHaveLength(compact.mock.calls.length);
    expect(compact.mock.calls.length).toBeGreaterThan(1);
  });
});
