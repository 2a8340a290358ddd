import { systemClock, type Clock } from "@ferula/durations";
import { onAbort } from "./on-abort.ts";

/**
 * Waits `ms` milliseconds or until `signal` aborts, whichever comes first, and says which: true when the time has passed, false when
 * the wait was cut short. It never rejects and leaves no timer behind. A delay of any length is honoured.
 */
export function sleep(ms: number, signal: AbortSignal, clock: Clock = systemClock): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const cancelTimer = clock.setTimeout(() => {
      forget();
      resolve(true);
    }, ms);
    const forget = onAbort(signal, () => {
      cancelTimer();
      resolve(false);
    });
  });
}
