import { mergeEqualBounds } from "./bucket-quantile.ts";

/**
 * Which part of the observations of a classic histogram lies between `lower` and `upper`: the buckets [from, to) with `upperBounds`
 * ascending and `counts` cumulative, both overwritten. Interpolates linearly inside of a bucket; without a bucket for +Inf, or with no
 * observations, it is NaN (promql/quantile.go `BucketFraction`).
 */
export function bucketFraction(
  lower: number,
  upper: number,
  upperBounds: Float64Array,
  counts: Float64Array,
  from: number,
  to: number,
): number {
  if (upperBounds[to - 1] !== Infinity) return NaN;
  const last = mergeEqualBounds(upperBounds, counts, from, to);
  const count = counts[last];
  if (count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, upperBounds, counts, from, last) - rankOf(lower, upperBounds, counts, from, last)) / count;
}

/** How many observations lie below `value`. */
function rankOf(value: number, upperBounds: Float64Array, counts: Float64Array, from: number, last: number): number {
  // Observations of a histogram whose first bound is above 0 are taken to be positive.
  let lowerBound = upperBounds[from] <= 0 ? -Infinity : 0;
  let rank = 0;
  for (let i = from; i <= last; i++) {
    if (i > from) lowerBound = upperBounds[i - 1];
    if (lowerBound >= value) return Math.min(rank, counts[last]);
    const upperBound = upperBounds[i];
    if (upperBound > value) {
      // In a bucket without end nothing tells where observations lie.
      const within = lowerBound === -Infinity ? counts[i] : rank + ((counts[i] - rank) * (value - lowerBound)) / (upperBound - lowerBound);
      return within > counts[last] ? counts[last] : within;
    }
    rank = counts[i];
  }
  return counts[last];
}
