import { allBuckets } from "./bucket-cursor.ts";
import { fractionBelow } from "./fraction-below.ts";
import type { FloatHistogram } from "./histogram.ts";
import { type NanNote, narrowZeroBucket } from "./quantile.ts";
import { hasCustomBuckets } from "./schema.ts";

/** A limit of the fraction, and how many observations lie below it, once that is known. */
interface Limit {
  readonly value: number;
  rank: number;
  isReached: boolean;
}

/** A bucket, and how many observations lie below it. */
interface RankedBucket {
  lower: number;
  upper: number;
  count: number;
  rank: number;
  isLinear: boolean;
}

/**
 * Which part of all observations lies between `lower` and `upper`, with the interpolation of `histogramQuantile`. NaN without
 * observations or with a limit of NaN, 0 when `lower` is not below `upper`. Observations of NaN lie between no limits; of them `note`
 * tells ("skew"). Source: promql/quantile.go `HistogramFraction`.
 */
export function histogramFraction(lower: number, upper: number, histogram: FloatHistogram, note: NanNote): number {
  note.nan = "none";
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  const from: Limit = { value: lower, rank: 0, isReached: false };
  const to: Limit = { value: upper, rank: 0, isReached: false };
  const buckets = allBuckets(histogram);
  const bucket: RankedBucket = { lower: 0, upper: 0, count: 0, rank: 0, isLinear: false };
  let counted = 0;
  while (buckets.next()) {
    counted += buckets.count;
    bucket.lower = buckets.lower;
    bucket.upper = buckets.upper;
    bucket.count = buckets.count;
    const spansZero = bucket.lower <= 0 && bucket.upper >= 0;
    if (spansZero) narrowZeroBucket(bucket, histogram);
    bucket.isLinear = spansZero || hasCustomBuckets(histogram);
    reach(from, bucket);
    reach(to, bucket);
    if (from.isReached && to.isReached) break;
    bucket.rank += buckets.count;
  }
  if (Number.isNaN(histogram.sum)) {
    while (buckets.next()) counted += buckets.count;
    if (counted < histogram.count) note.nan = "skew";
  } else {
    counted = histogram.count;
  }
  return (rankOf(to, counted) - rankOf(from, counted)) / histogram.count;
}

function reach(limit: Limit, bucket: RankedBucket): void {
  if (limit.isReached) return;
  if (bucket.lower >= limit.value) limit.rank = bucket.rank;
  else if (bucket.upper > limit.value) limit.rank = rankWithin(limit.value, bucket);
  else return;
  limit.isReached = true;
}

/** In a bucket from -Inf there is nothing to measure by: all of it lies below. */
function rankWithin(value: number, { lower, upper, count, rank, isLinear }: RankedBucket): number {
  return isLinear && lower === -Infinity ? count : rank + count * fractionBelow(value, lower, upper, isLinear);
}

function rankOf(limit: Limit, counted: number): number {
  return !limit.isReached || limit.rank > counted ? counted : limit.rank;
}
