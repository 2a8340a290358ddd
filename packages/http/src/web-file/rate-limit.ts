/** How often a service may be asked. */
export interface RateLimit {
  /** One request more in each such time; 0 or less is no limit. */
  readonly intervalMs: number;
  /** How many may come at once. 0 is none at all, as upstream has it. */
  readonly burst: number;
}

/** Says for each request whether there is room for it. `nowMs` must not go backwards. */
export type Admission = (nowMs: number) => boolean;

/** A bucket of tokens that is full at first (golang.org/x/time/rate). */
export function createRateLimit({ intervalMs, burst }: RateLimit): Admission {
  if (intervalMs <= 0) return () => true;
  let tokens = burst;
  let filledMs = -Infinity;
  return (nowMs) => {
    tokens = Math.min(burst, tokens + (nowMs - filledMs) / intervalMs);
    filledMs = nowMs;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}
