import { compactHistogram, copyHistogram, customBoundsMatch, type FloatHistogram, type HistogramFields } from "@ferula/model";
import type { DescribedHistogram } from "@ferula/promql-syntax";
import { almostEqual } from "./almost-equal.ts";

/**
 * Whether a histogram is the expected one but for rounding, whatever empty buckets either has. The hint counts where one was written
 * (promql/promqltest/test.go `compareNativeHistogram`).
 */
export function histogramMatches(expected: DescribedHistogram, actual: FloatHistogram): boolean {
  const a = compacted(expected.histogram);
  const b = compacted(actual);
  return (
    a.schema === b.schema &&
    almostEqual(a.count, b.count) &&
    almostEqual(a.sum, b.sum) &&
    customBoundsMatch(a.customValues, b.customValues) &&
    a.zeroThreshold === b.zeroThreshold &&
    almostEqual(a.zeroCount, b.zeroCount) &&
    sameNumbers(a.negativeSpans, b.negativeSpans) &&
    bucketsMatch(a.negativeBuckets, b.negativeBuckets) &&
    sameNumbers(a.positiveSpans, b.positiveSpans) &&
    bucketsMatch(a.positiveBuckets, b.positiveBuckets) &&
    (!expected.hasCounterResetHint || a.counterResetHint === b.counterResetHint)
  );
}

function compacted(histogram: FloatHistogram): HistogramFields {
  const copy = copyHistogram(histogram);
  compactHistogram(copy, 0);
  return copy;
}

/** Of compacted histograms the spans are the same where the buckets are. */
function sameNumbers(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((number, i) => number === b[i]);
}

function bucketsMatch(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((count, i) => almostEqual(count, b[i]));
}
