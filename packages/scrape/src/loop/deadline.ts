import { onAbort } from "@ferula/lifecycle";
import type { Agenda } from "./agenda.ts";

/** Runs one task after the other, each within the same time. */
export type RunInTime = <T>(stopping: AbortSignal, task: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * Makes what runs tasks with a signal that aborts after `limitMs`, with a TimeoutError, or when `stopping` does. As long as none was cut
 * short all get the same signal: to make one, with what comes along, costs as much as a small body.
 */
export function createDeadline(limitMs: number, agenda: Agenda): RunInTime {
  let ending = new AbortController();
  const alarm = agenda.alarm(() => ending.abort(new DOMException(`not done within ${limitMs} ms`, "TimeoutError")));
  return async (stopping, task) => {
    if (ending.signal.aborted) ending = new AbortController();
    if (stopping.aborted) ending.abort(stopping.reason);
    const forget = stopping.aborted ? undefined : onAbort(stopping, () => ending.abort(stopping.reason));
    alarm.set(limitMs);
    try {
      return await task(ending.signal);
    } finally {
      alarm.clear();
      forget?.();
    }
  };
}
