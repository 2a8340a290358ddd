import type { Clock } from "@ferula/durations";
import { sleep } from "@ferula/lifecycle";

/** An answer and the index of the state that it shows; "" when it has none. */
export interface IndexedAnswer<T> {
  readonly value: T;
  readonly index: string;
}

/** Something that is asked for again and again by blocking queries. */
export interface WatchOptions<T> {
  /** Resolves when there is a state later than `index`, or after a while with the same one; at once when `index` is "". */
  readonly ask: (index: string, signal: AbortSignal) => Promise<IndexedAnswer<T>>;
  readonly onNews: (value: T) => void;
  readonly onError: (error: unknown) => void;
  /** The least time between two questions, on the average. In milliseconds. */
  readonly intervalMs: number;
  readonly clock: Clock;
}

/** How long after an error the next question waits, in milliseconds (discovery/consul `retryInterval`). */
export const RETRY_MS = 15_000;

/** Upstream's process ends with an interval of 0. Here it is one for whoever wants news at once, but not more often than this. */
const LEAST_INTERVAL_MS = 1000;

/**
 * Watches until `signal` aborts. An index that has gone backwards, as after a restored snapshot, is one like any other. An answer without
 * one, or with 0, can't be waited on: it counts as news each time.
 */
export async function watch<T>({ ask, onNews, onError, intervalMs, clock }: WatchOptions<T>, signal: AbortSignal): Promise<void> {
  const nextTick = ticker(intervalMs || LEAST_INTERVAL_MS, clock);
  let lastIndex = "";
  do {
    try {
      const { value, index } = await ask(lastIndex, signal);
      if (signal.aborted) return;
      const isUnchanged = index === lastIndex && index !== "";
      lastIndex = index;
      if (!isUnchanged) onNews(value);
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
      await sleep(RETRY_MS, signal, clock);
    }
  } while (await nextTick(signal));
}

/** Waits for the next multiple of the interval; those that were missed count as one, which has passed already. False when `signal` aborts. */
function ticker(intervalMs: number, clock: Clock): (signal: AbortSignal) => Promise<boolean> {
  let dueMs = clock.nowMs() + intervalMs;
  return async (signal) => {
    const isOver = await sleep(Math.max(0, dueMs - clock.nowMs()), signal, clock);
    dueMs += intervalMs * (Math.floor(Math.max(0, clock.nowMs() - dueMs) / intervalMs) + 1);
    return isOver;
  };
}
