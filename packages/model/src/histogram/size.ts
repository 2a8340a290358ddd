import type { FloatHistogram } from "./histogram.ts";

/** What upstream's struct takes without what its slices hold. */
const FIXED_BYTES = 168;
/** A bound, a bucket, and a span of two 32-bit numbers, each. */
const ELEMENT_BYTES = 8;

/** The size in bytes that upstream reckons for a histogram, by which it counts samples against limits. Source: `FloatHistogram.Size`. */
export function histogramSizeBytes(histogram: FloatHistogram): number {
  const { positiveSpans, negativeSpans, positiveBuckets, negativeBuckets, customValues } = histogram;
  const spanCount = (positiveSpans.length + negativeSpans.length) / 2;
  return FIXED_BYTES + ELEMENT_BYTES * (spanCount + positiveBuckets.length + negativeBuckets.length + customValues.length);
}
