/** The real function, taken before a test may replace it. */
const nextTurn = setImmediate;

/** A clock that stands still until it is told to go. It has the shape of `Clock` in `@ferula/durations`. */
export interface FakeClock {
  readonly nowMs: () => number;
  /** Calls `callback` once when the clock has gone on by `delayMs`. Returns the function that cancels it. */
  readonly setTimeout: (callback: () => void, delayMs: number) => () => void;
  /**
   * Moves the clock on by `ms`. Timers that become due are called in the order of their times, the clock showing each one's; between
   * two of them, and at the end, promises get the time to settle, so that what a callback starts may set timers that still count.
   */
  readonly advance: (ms: number) => Promise<void>;
  /** As `advance`, at once: only timers that callbacks set synchronously count. */
  readonly advanceSync: (ms: number) => void;
  /** How many timers wait. */
  readonly timerCount: () => number;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A fake clock that shows `startMs`, by default 2026-01-01T00:00:00Z. */
export function fakeClock(startMs: number = 1_767_225_600_000): FakeClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();

  /** Calls the first timer that is due by `endMs`, if there is one. A set keeps the order in which timers of the same time were set. */
  const callNext = (endMs: number): boolean => {
    let next: Timer | undefined;
    for (const timer of timers) if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    if (next === undefined) return false;
    timers.delete(next);
    nowMs = Math.max(nowMs, next.dueMs);
    next.callback();
    return true;
  };

  return {
    nowMs: () => nowMs,
    setTimeout: (callback, delayMs) => {
      const timer: Timer = { dueMs: nowMs + Math.max(0, delayMs), callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance: async (ms) => {
      const endMs = checkedEnd(nowMs, ms);
      await settle();
      while (callNext(endMs)) await settle();
      nowMs = endMs;
    },
    advanceSync: (ms) => {
      const endMs = checkedEnd(nowMs, ms);
      while (callNext(endMs));
      nowMs = endMs;
    },
    timerCount: () => timers.size,
  };
}

function checkedEnd(nowMs: number, ms: number): number {
  if (!(ms >= 0)) throw new RangeError(`cannot advance the clock by ${ms} ms: time only goes on`);
  return nowMs + ms;
}

/** Lets promises settle, and what they start in turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await new Promise<void>((resolve) => {
      nextTurn(resolve);
    });
  }
}
