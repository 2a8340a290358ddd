import { systemClock, type Clock } from "@ferula/durations";

/**
 * Waits `ms` milliseconds or until `signal` aborts, whichever comes first, and says which: true when the time has passed, false when
 * the wait was cut short. It never rejects and leaves neither timer nor listener behind. A delay of any length is honoured.
 */
export function sleep(ms: number, signal: AbortSignal, clock: Clock = systemClock): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const cancelTimer = clock.setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve(true);
    }, ms);
    function onAbort(): void {
      cancelTimer();
      resolve(false);
    }
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
