import type { OutcomeTally } from "./float-check.ts";
import type { LateDeltas } from "./late-deltas.ts";
import { LATE, OUT_OF_BOUNDS, OUT_OF_ORDER, TOO_OLD } from "./verdicts.ts";

/** How old samples may be; fixed while a batch is checked. */
export interface AppendLimits {
  /** Before this time no sample is taken in order. */
  readonly oldestMs: number;
  /** The newest sample of the head before the batch. */
  readonly headNewestMs: number;
  /** How far behind `headNewestMs` a sample may lie out of order; 0: not at all. */
  readonly windowMs: number;
  /** Told how far each sample that is not the newest of its series lies behind `headNewestMs`. */
  readonly deltas: LateDeltas;
}

/**
 * The verdict on a sample that can't be the newest of its series, counted in `outcome`: `LATE` within the window, else why it is not taken. Source:
 * tsdb/head_append.go `appendable`.
 */
export function judgeLate(timestampMs: number, { oldestMs, headNewestMs, windowMs, deltas }: AppendLimits, outcome: OutcomeTally): number {
  if (windowMs === 0 && timestampMs < oldestMs) {
    outcome.outOfBounds++;
    return OUT_OF_BOUNDS;
  }
  const deltaMs = headNewestMs - timestampMs;
  if (deltaMs > 0) deltas.observe(deltaMs / 1000);
  if (windowMs === 0) {
    outcome.outOfOrder++;
    return OUT_OF_ORDER;
  }
  if (deltaMs > windowMs) {
    outcome.tooOld++;
    return TOO_OLD;
  }
  outcome.appended++;
  outcome.late++;
  return LATE;
}
