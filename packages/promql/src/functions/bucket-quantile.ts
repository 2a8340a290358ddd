import type { ForcedCounts } from "../monotonicity-info.ts";

/** Counts that differ by less than this part of themselves are the same but for rounding (promql/quantile.go). */
const SMALL_DELTA = 1e-12;

/**
 * The φ-quantile of a classic histogram: the buckets [from, to) with `upperBounds` ascending and `counts` cumulative. Both are
 * overwritten, and so is `forced`, with what had to be raised. Without a bucket for +Inf, or with no observations, it is NaN.
 * Interpolates linearly inside of the bucket (promql/quantile.go `BucketQuantile`).
 */
export function bucketQuantile(
  phi: number,
  upperBounds: Float64Array,
  counts: Float64Array,
  from: number,
  to: number,
  forced: ForcedCounts,
): number {
  forced.wasForced = false;
  if (Number.isNaN(phi)) return NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  if (from === to || upperBounds[to - 1] !== Infinity) return NaN;
  const last = mergeEqualBounds(upperBounds, counts, from, to);
  makeMonotonic(upperBounds, counts, from, last, forced);
  const observations = counts[last];
  if (last === from || observations === 0) return NaN;

  const rank = phi * observations;
  let bucket = from;
  while (bucket < last && !(counts[bucket] >= rank)) bucket++;
  if (bucket === last) return upperBounds[last - 1];
  const end = upperBounds[bucket];
  if (bucket > from) {
    const start = upperBounds[bucket - 1];
    const below = counts[bucket - 1];
    return start + (end - start) * ((rank - below) / (counts[bucket] - below));
  }
  return end <= 0 ? end : end * (rank / counts[bucket]);
}

/** Adds up buckets of one bound, in place, and returns the index of the last bucket that is left. */
export function mergeEqualBounds(upperBounds: Float64Array, counts: Float64Array, from: number, to: number): number {
  let last = from;
  for (let i = from + 1; i < to; i++) {
    if (upperBounds[i] === upperBounds[last]) {
      counts[last] += counts[i];
    } else {
      last++;
      upperBounds[last] = upperBounds[i];
      counts[last] = counts[i];
    }
  }
  return last;
}

/** Raises counts that are below an earlier one, and notes those that were so by more than rounding. */
function makeMonotonic(upperBounds: Float64Array, counts: Float64Array, from: number, last: number, forced: ForcedCounts): void {
  forced.minBound = Infinity;
  forced.maxBound = -Infinity;
  forced.maxDiff = 0;
  let previous = counts[from];
  for (let i = from + 1; i <= last; i++) {
    const count = counts[i];
    if (count === previous) continue;
    if (isAlmostEqual(previous, count)) {
      counts[i] = previous;
    } else if (count < previous) {
      counts[i] = previous;
      forced.wasForced = true;
      if (upperBounds[i] < forced.minBound) forced.minBound = upperBounds[i];
      if (upperBounds[i] > forced.maxBound) forced.maxBound = upperBounds[i];
      if (previous - count > forced.maxDiff) forced.maxDiff = previous - count;
    } else {
      previous = count;
    }
  }
}

/** util/almost/almost.go `Equal`: relative to the sum of both, and absolute near zero. */
function isAlmostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const smallestNormal = 2.2250738585072014e-308;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < smallestNormal) return difference < SMALL_DELTA * smallestNormal;
  return difference / Math.min(sum, Number.MAX_VALUE) < SMALL_DELTA;
}
