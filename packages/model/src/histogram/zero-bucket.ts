import { sideBuckets } from "./bucket-cursor.ts";
import { compactHistogram, compactWithCompensation } from "./compact.ts";
import type { FloatHistogram, Side } from "./histogram.ts";
import { compensated } from "./kahan.ts";

/** A zero bucket as it would be, and the compensation of its count (see kahan.ts). */
export interface ZeroBucket {
  count: number;
  threshold: number;
  compensation: number;
}

/**
 * Widens the zero bucket of `histogram`, in place, until its threshold can be that of `other` too: no threshold may cut through a bucket
 * that is not empty. `other` is only read; returned is its zero count at that threshold. Source: `reconcileZeroBuckets`.
 */
export function reconcileZeroBuckets(
  histogram: FloatHistogram,
  other: FloatHistogram,
  compensation?: FloatHistogram,
): Readonly<Pick<ZeroBucket, "count" | "compensation">> {
  let zero: ZeroBucket = { count: other.zeroCount, threshold: other.zeroThreshold, compensation: 0 };
  for (;;) {
    if (zero.threshold < histogram.zeroThreshold) zero = zeroBucketAt(other, histogram.zeroThreshold);
    // Not until they are equal: a threshold that is not a number never is.
    if (!(zero.threshold > histogram.zeroThreshold)) return zero;
    widenZeroBucket(histogram, zero.threshold, compensation);
  }
}

/**
 * The zero bucket of `histogram` at the larger `threshold`. When that falls into a bucket which is not empty, it goes up to the bucket's
 * outer bound. Source: `zeroCountForLargerThreshold`.
 */
export function zeroBucketAt(histogram: FloatHistogram, threshold: number, compensation?: FloatHistogram): ZeroBucket {
  const zero = { count: histogram.zeroCount, threshold, compensation: compensation?.zeroCount ?? 0 };
  if (threshold === histogram.zeroThreshold) return zero;
  for (;;) {
    zero.count = histogram.zeroCount;
    mergeIntoZero(zero, histogram, "positive", compensation);
    const tried = zero.threshold;
    mergeIntoZero(zero, histogram, "negative", compensation);
    // A threshold that the negative side moves makes what the positive side gave too little.
    if (zero.threshold === tried) return zero;
  }
}

/** Adds the buckets of one side that begin below the threshold, which moves when it falls into one that is not empty. */
function mergeIntoZero(zero: ZeroBucket, histogram: FloatHistogram, side: Side, compensation: FloatHistogram | undefined): void {
  const compensations = side === "positive" ? compensation?.positiveBuckets : compensation?.negativeBuckets;
  const bucket = sideBuckets(histogram, side);
  for (let i = 0; bucket.next(); i++) {
    const near = side === "positive" ? bucket.lower : -bucket.upper;
    const far = side === "positive" ? bucket.upper : -bucket.lower;
    if (near >= zero.threshold) return;
    addToZero(zero, bucket.count);
    if (compensations !== undefined) addToZero(zero, compensations[i]);
    if (far > zero.threshold) {
      if (bucket.count !== 0) zero.threshold = far;
      return;
    }
  }
}

function addToZero(zero: ZeroBucket, increment: number): void {
  zero.compensation = compensated(increment, zero.count, zero.compensation);
  zero.count += increment;
}

function widenZeroBucket(histogram: FloatHistogram, threshold: number, compensation: FloatHistogram | undefined): void {
  const zero = zeroBucketAt(histogram, threshold, compensation);
  histogram.zeroCount = zero.count;
  histogram.zeroThreshold = zero.threshold;
  if (compensation !== undefined) compensation.zeroCount = zero.compensation;
  for (const side of ["positive", "negative"] as const) emptyWithinZero(histogram, side, compensation);
  if (compensation === undefined) compactHistogram(histogram, 0);
  else compactWithCompensation(histogram, compensation, 0);
}

/** Empties the buckets that the zero bucket has taken in. */
function emptyWithinZero(histogram: FloatHistogram, side: Side, compensation: FloatHistogram | undefined): void {
  const counts = side === "positive" ? histogram.positiveBuckets : histogram.negativeBuckets;
  const compensations = side === "positive" ? compensation?.positiveBuckets : compensation?.negativeBuckets;
  const bucket = sideBuckets(histogram, side);
  for (let i = 0; bucket.next(); i++) {
    const near = side === "positive" ? bucket.lower : -bucket.upper;
    if (near >= histogram.zeroThreshold) return;
    counts[i] = 0;
    if (compensations !== undefined) compensations[i] = 0;
  }
}
