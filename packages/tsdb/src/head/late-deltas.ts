import type { Distribution } from "../metric-source.ts";

/** In seconds (tsdb/head.go `oooHistogram`). */
const UPPER_BOUNDS: readonly number[] = [600, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600];

/**
 * By how many seconds samples were older than the newest of the head, of those that were not the newest of their series; whether they were
 * taken or not makes no difference.
 */
export class LateDeltas implements Distribution {
  readonly upperBounds: readonly number[] = UPPER_BOUNDS;
  readonly counts: Float64Array = new Float64Array(UPPER_BOUNDS.length);
  sum = 0;
  count = 0;

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < UPPER_BOUNDS.length && seconds > UPPER_BOUNDS[bucket]) bucket++;
    if (bucket < UPPER_BOUNDS.length) this.counts[bucket]++;
    this.sum += seconds;
    this.count++;
  }
}
