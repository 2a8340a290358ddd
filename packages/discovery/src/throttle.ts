import type { Clock } from "@ferula/durations";

/** Runs a task soon after it is asked for, however often that is. */
export interface Throttle {
  readonly request: () => void;
  readonly cancel: () => void;
}

const FIRST_WAIT_MS = 100;

/** After a quiet time of `throttleMs` the task runs at once; what follows waits for a time that doubles from 100 ms up to `throttleMs`. */
export function createThrottle(clock: Clock, throttleMs: number, task: () => void): Throttle {
  let lastRunMs = Number.NEGATIVE_INFINITY;
  let waitMs = 0;
  let cancelTimer: (() => void) | undefined;

  function run(): void {
    cancelTimer = undefined;
    lastRunMs = clock.nowMs();
    waitMs = Math.min(throttleMs, Math.max(FIRST_WAIT_MS, 2 * waitMs));
    task();
  }

  return {
    request() {
      if (cancelTimer !== undefined) return;
      const nowMs = clock.nowMs();
      if (nowMs - lastRunMs >= throttleMs) waitMs = 0;
      // Later, if only by a turn: what is asked for together is done together.
      cancelTimer = clock.setTimeout(run, Math.max(0, lastRunMs + waitMs - nowMs));
    },
    cancel() {
      cancelTimer?.();
      cancelTimer = undefined;
    },
  };
}
