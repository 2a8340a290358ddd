/** What is known about a counter reset at a histogram; for a gauge there is no such thing. The names are those of promqltest. */
export type CounterResetHint = "unknown" | "reset" | "not_reset" | "gauge";

/**
 * Runs of neighbouring buckets as pairs `[offset, length, offset, length …]`. The first offset is the index of a bucket, each later one
 * the gap behind the run before. One flat array, as layouts are compared and copied for nearly every sample.
 */
export type Spans = Int32Array;

/**
 * What float and integer histograms share. What works in place may overwrite the arrays of buckets, so no two histograms share these.
 * Spans and custom bounds are never overwritten, only replaced, and are shared freely.
 */
export interface HistogramFields {
  counterResetHint: CounterResetHint;
  /** -4 to 8: each power of two is cut into 2^schema buckets. -53: the bounds are `customValues`. */
  schema: number;
  /** Half the width of the zero bucket, which is closed on both sides. Not used with custom buckets. */
  zeroThreshold: number;
  zeroCount: number;
  /** All observations, those of NaN too, which no bucket counts. */
  count: number;
  /** The sum of the observations, NaN for a stale marker. */
  sum: number;
  /** Whether this marks the end of a series. On the wire it is one NaN among many in `sum`; a number that is handed on may lose its bits. */
  isStale: boolean;
  positiveSpans: Spans;
  negativeSpans: Spans;
  positiveBuckets: Float64Array;
  negativeBuckets: Float64Array;
  /** Upper bounds of custom buckets, ascending, without +Inf; empty for exponential schemas. */
  customValues: Float64Array;
}

/** A histogram whose buckets hold counts as they are, whole or not. */
export interface FloatHistogram extends HistogramFields {
  kind: "float";
}

/**
 * A histogram of whole counts: the first bucket of a side holds its count, each later one the difference to the bucket before.
 *
 * Numbers are doubles, exact up to 2^53 observations. Beyond, each is the nearest double, from which `toFloatHistogram` makes the very
 * histogram that upstream makes of the 64-bit integers, as it rounds each of them too.
 */
export interface IntegerHistogram extends HistogramFields {
  kind: "integer";
}

/** Either form. */
export type Histogram = FloatHistogram | IntegerHistogram;

/** The two halves of a histogram around its zero bucket. */
export type Side = "positive" | "negative";

/** The shared array of what has no buckets, spans or bounds. */
export const noBuckets: Float64Array = new Float64Array(0);
/** The layout without buckets. */
export const noSpans: Spans = new Int32Array(0);

/** A float histogram of `fields`; what is not given is zero, empty or unknown. */
export function createFloatHistogram(fields: Partial<HistogramFields> = {}): FloatHistogram {
  return { ...emptyFields(), ...fields, kind: "float" };
}

/** An integer histogram of `fields`; what is not given is zero, empty or unknown. */
export function createIntegerHistogram(fields: Partial<HistogramFields> = {}): IntegerHistogram {
  return { ...emptyFields(), ...fields, kind: "integer" };
}

function emptyFields(): HistogramFields {
  return {
    counterResetHint: "unknown",
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    isStale: false,
    positiveSpans: noSpans,
    negativeSpans: noSpans,
    positiveBuckets: noBuckets,
    negativeBuckets: noBuckets,
    customValues: noBuckets,
  };
}

/** A copy with buckets of its own. */
export function copyHistogram<H extends Histogram>(histogram: H): H {
  return {
    ...histogram,
    positiveBuckets: histogram.positiveBuckets.slice(),
    negativeBuckets: histogram.negativeBuckets.slice(),
  };
}
