/** Where time comes from, so that tests can be the ones who move it. */
export interface Clock {
  /** Wall time in milliseconds since 1970, with a fraction where the source has one. */
  readonly nowMs: () => number;
  /**
   * Calls `callback` once, `delayMs` from now (a delay below zero counts as zero; any length is honoured, also one past the 24.8 days
   * that Node's own timers can hold). Returns the function that cancels it; cancelling twice or too late does nothing.
   */
  readonly setTimeout: (callback: () => void, delayMs: number) => () => void;
}

/** The longest delay that Node's timers hold; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimeout: (callback, delayMs) => {
    let leftMs = Math.max(0, delayMs);
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const legMs = Math.min(leftMs, LONGEST_TIMER_MS);
      leftMs -= legMs;
      timer = setTimeout(leftMs > 0 ? arm : callback, legMs);
    };
    arm();
    return () => {
      clearTimeout(timer);
    };
  },
};
