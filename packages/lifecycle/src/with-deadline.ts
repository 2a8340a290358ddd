import type { Clock } from "@ferula/durations";

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
  const onAbort = (): void => ending.abort(signal.reason);
  const cancelTimer = clock.setTimeout(() => ending.abort(new DOMException(`not done within ${ms} ms`, "TimeoutError")), ms);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await task(ending.signal);
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", onAbort);
  }
}
