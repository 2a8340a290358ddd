import { allBuckets, allBucketsDescending, type BucketCursor } from "./bucket-cursor.ts";
import { exp2, log2 } from "./go-logarithm.ts";
import type { FloatHistogram } from "./histogram.ts";
import { hasCustomBuckets } from "./schema.ts";

/**
 * What observations of NaN, which are in no bucket, did to a result: "result", it is NaN because the quantile is among them; "skew", they
 * count as larger than all others. PromQL tells of either.
 */
export interface NanNote {
  nan: "none" | "result" | "skew";
}

/** A bucket as interpolation sees it. */
interface Bounded {
  lower: number;
  upper: number;
  count: number;
}

/**
 * The φ-quantile of a native histogram. Within a bucket observations spread evenly on a logarithmic scale, within custom buckets and the
 * zero bucket just evenly; the zero bucket of a one-sided histogram begins or ends at 0. Below 0 it is -Inf, above 1 +Inf; NaN without
 * observations. `note` is overwritten. Source: promql/quantile.go `HistogramQuantile`.
 */
export function histogramQuantile(phi: number, histogram: FloatHistogram, note: NanNote): number {
  note.nan = "none";
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  if (histogram.count === 0 || Number.isNaN(phi)) return NaN;
  const hasNanSum = Number.isNaN(histogram.sum);
  // The shorter way, but where NaN may be among the observations: their place is above all buckets.
  const isAscending = hasNanSum || phi < 0.5;
  const buckets = isAscending ? allBuckets(histogram) : allBucketsDescending(histogram);
  const rank = (isAscending ? phi : 1 - phi) * histogram.count;
  const counted = countUpTo(rank, buckets);
  const bucket: Bounded = { lower: buckets.lower, upper: buckets.upper, count: buckets.count };
  if (hasCustomBuckets(histogram)) {
    if (bucket.lower === -Infinity && bucket.upper <= 0) return bucket.upper;
    if (bucket.lower === -Infinity) bucket.lower = 0;
    else if (bucket.upper === Infinity) return bucket.lower;
  } else if (bucket.lower < 0 && bucket.upper > 0) {
    narrowZeroBucket(bucket, histogram);
  }
  // Rounding may have led beyond the count.
  const count = Math.min(counted, histogram.count);
  if (count < rank) {
    if (!hasNanSum) return bucket.upper;
    note.nan = "result";
    return NaN;
  }
  const rankInBucket = isAscending ? rank - (count - bucket.count) : count - rank;
  if (hasNanSum && countRest(count, buckets, bucket) < histogram.count) note.nan = "skew";
  return interpolate(bucket, rankInBucket / bucket.count, hasCustomBuckets(histogram));
}

/** The bounds of the zero bucket when the histogram has one side only. */
export function narrowZeroBucket(bucket: { lower: number; upper: number }, { positiveBuckets, negativeBuckets }: FloatHistogram): void {
  if (negativeBuckets.length === 0 && positiveBuckets.length > 0) bucket.lower = 0;
  else if (positiveBuckets.length === 0 && negativeBuckets.length > 0) bucket.upper = 0;
}

/** Goes on until `rank` observations are counted, and returns how many were. */
function countUpTo(rank: number, buckets: BucketCursor): number {
  let count = 0;
  while (buckets.next()) {
    if (buckets.count === 0) continue;
    count += buckets.count;
    if (count >= rank) break;
  }
  return count;
}

/**
 * Counts the buckets that are left, as the sum is NaN too when infinities of both signs were observed. Upstream goes on with the last
 * bucket that it sees here, not with the one of the quantile, and so does this: `bucket` becomes that one.
 */
function countRest(counted: number, buckets: BucketCursor, bucket: Bounded): number {
  let count = counted;
  while (buckets.next()) {
    count += buckets.count;
    bucket.lower = buckets.lower;
    bucket.upper = buckets.upper;
    bucket.count = buckets.count;
  }
  return count;
}

function interpolate({ lower, upper }: Bounded, fraction: number, isCustom: boolean): number {
  if (isCustom || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction;
  const logLower = log2(Math.abs(lower));
  const logUpper = log2(Math.abs(upper));
  if (lower > 0) return exp2(logLower + (logUpper - logLower) * fraction);
  return -exp2(logUpper + (logLower - logUpper) * (1 - fraction));
}
