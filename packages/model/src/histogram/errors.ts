import { invalidSchemaText, unknownSchemaText } from "./schema.ts";

/** What is wrong with a histogram, each with upstream's words (model/histogram/generic.go, util/convertnhcb/convertnhcb.go). */
const faultTexts = {
  countTooSmall: "histogram's observation count should be at least the number of observations found in the buckets",
  countMismatch: "histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
  negativeCount: "histogram's observation count is negative",
  negativeBucketCount: "histogram has a bucket whose observation count is negative",
  negativeSpanOffset: "histogram has a span whose offset is negative",
  spansBucketsMismatch: "histogram spans specify different number of buckets than provided",
  tooFewBounds: "histogram custom bounds are too few",
  boundsNotIncreasing: "histogram custom bounds must be in strictly increasing order",
  infiniteBound: "histogram custom bounds must be finite",
  nanBound: "histogram custom bounds must not be NaN",
  incompatibleSchemas: "cannot apply this operation on histograms with a mix of exponential and custom bucket schemas",
  customZeroCount: "custom buckets: must have zero count of 0",
  customZeroThreshold: "custom buckets: must have zero threshold of 0",
  customNegativeSpans: "custom buckets: must not have negative spans",
  customNegativeBuckets: "custom buckets: must not have negative buckets",
  exponentialWithBounds: "histogram with exponential schema must not have custom bounds",
  classicNegativeBucket: "bucket count must be non-negative",
  classicNanBound: "bucket boundary must not be NaN",
  classicNegativeCount: "count must be non-negative",
  classicCountMismatch: "count mismatch",
  classicNotCumulative: "count is not cumulative",
} as const;

/** The kinds of faults, for callers that tell them apart. */
export type HistogramFault = keyof typeof faultTexts | "invalidSchema" | "unknownSchema";

/** A histogram that can't be taken as it is. The message is upstream's. */
export class HistogramError extends Error {
  override name = "HistogramError";
  readonly fault: HistogramFault;
  constructor(fault: HistogramFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Whether `error` is a HistogramError, of whichever realm or thread. */
export function isHistogramError(error: unknown): error is HistogramError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "HistogramError";
}

/** The error of `fault`, with `place` or numbers in front: `<place>: <text>`. */
export function histogramError(fault: keyof typeof faultTexts, place?: string): HistogramError {
  const text = faultTexts[fault];
  return new HistogramError(fault, place === undefined ? text : `${place}: ${text}`);
}

/** The error of `fault` with numbers behind: `<text>: <detail>`. */
export function detailedHistogramError(fault: keyof typeof faultTexts, detail: string): HistogramError {
  return new HistogramError(fault, `${faultTexts[fault]}: ${detail}`);
}

/** The same error with `place` in front of its message. */
export function placedHistogramError(place: string, error: HistogramError): HistogramError {
  return new HistogramError(error.fault, `${place}: ${error.message}`);
}

/** The error of a schema that can't be held. */
export function invalidSchemaError(schema: number): HistogramError {
  return new HistogramError("invalidSchema", invalidSchemaText(schema));
}

/** The error of a schema that nobody knows. */
export function unknownSchemaError(schema: number): HistogramError {
  return new HistogramError("unknownSchema", unknownSchemaText(schema));
}
