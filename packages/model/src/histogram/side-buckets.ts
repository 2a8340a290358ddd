import type { FloatHistogram, Spans } from "./histogram.ts";

/** The buckets of one side with their compensations, if they have any. */
export interface SideBuckets {
  readonly spans: Spans;
  readonly buckets: Float64Array;
  readonly compensations?: Float64Array | undefined;
}

/** Buckets and their compensations. */
export interface CompensatedBuckets extends SideBuckets {
  readonly compensations: Float64Array;
}

/** The positive side of a float histogram. */
export function positiveSide(histogram: FloatHistogram): SideBuckets {
  return { spans: histogram.positiveSpans, buckets: histogram.positiveBuckets };
}

/** The negative side of a float histogram. */
export function negativeSide(histogram: FloatHistogram): SideBuckets {
  return { spans: histogram.negativeSpans, buckets: histogram.negativeBuckets };
}

/** The positive side of a histogram and its compensation, which have one layout. */
export function compensatedPositiveSide(histogram: FloatHistogram, compensation: FloatHistogram): CompensatedBuckets {
  return { spans: histogram.positiveSpans, buckets: histogram.positiveBuckets, compensations: compensation.positiveBuckets };
}

/** The negative side of both. */
export function compensatedNegativeSide(histogram: FloatHistogram, compensation: FloatHistogram): CompensatedBuckets {
  return { spans: histogram.negativeSpans, buckets: histogram.negativeBuckets, compensations: compensation.negativeBuckets };
}
