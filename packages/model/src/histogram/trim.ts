import { type BucketCursor, sideBuckets } from "./bucket-cursor.ts";
import { compactHistogram } from "./compact.ts";
import type { FloatHistogram, Side } from "./histogram.ts";
import { hasCustomBuckets } from "./schema.ts";
import { type Kept, keptOfBucket, keptOfZeroBucket, midpoint, type TrimmedEnd } from "./trim-bucket.ts";

/** What is left of a histogram so far. */
interface Remainder {
  count: number;
  sum: number;
  isTrimmed: boolean;
}

/**
 * Takes away the observations above `limit` ("upper", the operator `</`) or below it ("lower", `>/`), in place. The bucket that the limit
 * cuts is shared out by interpolation. If anything went, count and sum are made up from what is left, each bucket at its middle, and
 * empty buckets are dropped. Source: model/histogram/float_histogram.go `TrimBuckets`.
 */
export function trimBuckets(histogram: FloatHistogram, limit: number, end: TrimmedEnd): void {
  const rest: Remainder = { count: 0, sum: 0, isTrimmed: false };
  const hasPositive = trimSide(histogram, "positive", limit, end, rest);
  const hasNegative = trimSide(histogram, "negative", limit, end, rest);
  if (histogram.zeroCount > 0) {
    const { zeroThreshold, zeroCount } = histogram;
    // Of one-sided histograms the zero bucket is taken to have that side only.
    const lower = hasPositive && !hasNegative ? 0 : -zeroThreshold;
    const upper = hasNegative && !hasPositive ? 0 : zeroThreshold;
    const kept = keptOfZeroBucket(lower, upper, zeroCount, limit, end);
    if (kept.count !== zeroCount) {
      histogram.zeroCount = kept.count;
      rest.isTrimmed = true;
    }
    addKept(rest, kept);
  }
  if (!rest.isTrimmed) return;
  histogram.count = rest.count;
  histogram.sum = rest.sum;
  compactHistogram(histogram, 0);
}

/** Returns whether the side had observations before. */
function trimSide(histogram: FloatHistogram, side: Side, limit: number, end: TrimmedEnd, rest: Remainder): boolean {
  const counts = side === "positive" ? histogram.positiveBuckets : histogram.negativeBuckets;
  const isCustom = hasCustomBuckets(histogram);
  const bucket = sideBuckets(histogram, side);
  let hasObservations = false;
  for (let i = 0; bucket.next(); i++) {
    if (bucket.count === 0) continue;
    hasObservations = true;
    const kept = keptOf(bucket, limit, end, side, isCustom);
    if (!Object.is(bucket.count, kept.count)) {
      counts[i] = kept.count;
      rest.isTrimmed = true;
    }
    addKept(rest, kept);
  }
  return hasObservations;
}

function keptOf(bucket: BucketCursor, limit: number, end: TrimmedEnd, side: Side, isCustom: boolean): Kept {
  const { lower, upper, count } = bucket;
  const isWhole = end === "upper" ? upper <= limit : lower >= limit;
  if (isWhole) return { count, middle: midpoint(lower, upper, side, isCustom) };
  const isCut = end === "upper" ? lower < limit : upper > limit;
  return isCut ? keptOfBucket(bucket, limit, end, side, isCustom) : { count: 0, middle: 0 };
}

function addKept(rest: Remainder, { count, middle }: Kept): void {
  rest.sum += middle * count;
  rest.count += count;
}
