import { setImmediate } from "node:timers/promises";

/**
 * Lets everything that is due (sockets, timers, other promises) run, then goes on. Long work on the main thread calls it so that scrapes
 * and health checks are answered meanwhile; a resolved promise alone would not give way to them.
 */
export async function yieldToLoop(): Promise<void> {
  await setImmediate();
}

/** A budget of time for one turn of the event loop. */
export interface TimeSlice {
  /** Whether the budget is used up. It reads the clock: in a tight loop ask every few hundred rounds. */
  readonly isSpent: () => boolean;
  /** Gives way and starts a new budget. */
  readonly yield: () => Promise<void>;
}

/**
 * Cuts long work into slices: `if (slice.isSpent()) await slice.yield();`. `budgetMs` is the longest that one turn is to take; with 10 ms
 * a health check waits no longer than that. `nowMs` needs to grow steadily and defaults to performance.now.
 */
export function createTimeSlice(budgetMs: number, nowMs: () => number = () => performance.now()): TimeSlice {
  let endMs = nowMs() + budgetMs;
  return {
    isSpent: () => nowMs() >= endMs,
    yield: async () => {
      await yieldToLoop();
      endMs = nowMs() + budgetMs;
    },
  };
}
