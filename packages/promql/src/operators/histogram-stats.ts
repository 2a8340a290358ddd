import { type CounterResetHint, detectReset, type FloatHistogram, type HistogramColumns, pushHistogram } from "@ferula/model";

/**
 * Histograms without their buckets, for who wants counts and sums only. A reset that no hint tells of is looked for while the buckets are
 * there, and then told by the hint; stale markers stay (promql/histogram_stats_iterator.go).
 */
export function withoutBuckets({ timestampsMs, histograms, length }: HistogramColumns, out: HistogramColumns): HistogramColumns {
  out.length = 0;
  let previous: FloatHistogram | undefined;
  for (let i = 0; i < length; i++) {
    const histogram = histograms[i];
    let { counterResetHint } = histogram;
    if (!histogram.isStale) {
      if (counterResetHint === "unknown" && previous !== undefined) {
        counterResetHint = detectReset(histogram, previous) ? "reset" : "not_reset";
      }
      previous = histogram;
    }
    pushHistogram(out, timestampsMs[i], statsOf(histogram, counterResetHint));
  }
  return out;
}

const NO_SPANS = new Int32Array(0);
const NO_NUMBERS = new Float64Array(0);

/** Written out, as it runs for every sample: `createFloatHistogram` copies two objects for each. */
function statsOf({ schema, count, sum, isStale }: FloatHistogram, counterResetHint: CounterResetHint): FloatHistogram {
  return {
    counterResetHint,
    schema,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum,
    isStale,
    positiveSpans: NO_SPANS,
    negativeSpans: NO_SPANS,
    positiveBuckets: NO_NUMBERS,
    negativeBuckets: NO_NUMBERS,
    customValues: NO_NUMBERS,
    kind: "float",
  };
}
