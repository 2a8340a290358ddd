/** The shape of a backoff. */
export interface BackoffOptions {
  /** The first wait. */
  readonly minMs: number;
  /** No wait is longer. */
  readonly maxMs: number;
  /** Each wait is this times the one before. Default 2. */
  readonly factor?: number;
  /** Share of a wait, from 0 to 1, that is left to chance so that many clients do not come back at once: 0.2 takes off up to a fifth. Default 0. */
  readonly jitter?: number;
  /** Numbers from 0 to below 1. Default: Math.random. */
  readonly random?: () => number;
}

/** Growing waits between attempts. */
export interface Backoff {
  /** The wait before the next attempt, in milliseconds; each call grows the following one. */
  readonly nextMs: () => number;
  /** Starts over after a success. */
  readonly reset: () => void;
  /** Waits handed out since the start or the last reset. */
  readonly attempts: () => number;
}

/** Makes a backoff. Throws RangeError when the options contradict each other. */
export function createBackoff(options: BackoffOptions): Backoff {
  const { minMs, maxMs, factor = 2, jitter = 0, random = Math.random } = options;
  if (!(minMs >= 0 && maxMs >= minMs)) throw new RangeError(`cannot back off from ${minMs} ms to ${maxMs} ms: the range is empty`);
  if (!(factor >= 1)) throw new RangeError(`cannot back off by a factor of ${factor}: it must be at least 1`);
  if (!(jitter >= 0 && jitter <= 1)) throw new RangeError(`cannot back off with a jitter of ${jitter}: it must lie between 0 and 1`);
  let waitMs = minMs;
  let attempts = 0;
  return {
    nextMs: () => {
      const currentMs = waitMs;
      waitMs = Math.min(maxMs, waitMs * factor);
      attempts++;
      return currentMs * (1 - jitter * random());
    },
    reset: () => {
      waitMs = minMs;
      attempts = 0;
    },
    attempts: () => attempts,
  };
}
