/** Keeps a head that is due from being written for a while (tsdb/db.go `waitingForCompactionDelay`). */
export interface CompactionDelay {
  /** To be asked where the head is due: whether it has to wait on. The wait begins with the first call. */
  readonly isWaiting: () => boolean;
  /** The head was written: the next one waits anew. */
  readonly end: () => void;
}

/** A delay of `delayMs`; of 0 it is none. */
export function createCompactionDelay(delayMs: number, nowMs: () => number): CompactionDelay {
  let startMs: number | undefined;
  return {
    isWaiting() {
      // Asked with each append.
      if (delayMs === 0) return false;
      startMs ??= nowMs();
      return nowMs() - startMs < delayMs;
    },
    end() {
      startMs = undefined;
    },
  };
}
