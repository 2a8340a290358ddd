import type { Clock } from "@ferula/durations";
import { onAbort } from "./on-abort.ts";

/**
 * Runs `task` with a signal that aborts after `ms` milliseconds, with a TimeoutError, or when `signal` does. Not AbortSignal.any: a signal
 * that lives as long as the process keeps something of every signal that was made from it.
 */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal,
  clock: Clock,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const cancelTimer = clock.setTimeout(() => ending.abort(new DOMException(`not done within ${ms} ms`, "TimeoutError")), ms);
  if (signal.aborted) ending.abort(signal.reason);
  const forget = signal.aborted ? undefined : onAbort(signal, () => ending.abort(signal.reason));
  try {
    return await task(ending.signal);
  } finally {
    cancelTimer();
    forget?.();
  }
}
