import type { HistogramMetric } from "@ferula/exposition";
import { type FloatHistogram, hasCustomBuckets, type Labels } from "@ferula/model";

/** The type of a family with such histograms. */
export function typeOfHistogram({ counterResetHint }: FloatHistogram): "histogram" | "gaugehistogram" {
  return counterResetHint === "gauge" ? "gaugehistogram" : "histogram";
}

/**
 * A histogram as it is exposed: an exponential one as it is, one with custom buckets as the classic one that it was. A bucket of +Inf is the
 * reader's to add (web/federate.go `makeClassicHistogram`).
 */
export function federatedHistogram(histogram: FloatHistogram, labels: Labels, timestampMs: number): HistogramMetric {
  const { count, sum } = histogram;
  const metric = { labels, timestampMs, count, sum, hasFloatCounts: true };
  return hasCustomBuckets(histogram) ? { ...metric, buckets: classicBuckets(histogram) } : { ...metric, buckets: [], native: histogram };
}

function classicBuckets({ customValues, positiveSpans, positiveBuckets }: FloatHistogram): HistogramMetric["buckets"] {
  const counts = new Float64Array(customValues.length + 1);
  let index = 0;
  let next = 0;
  for (let i = 0; i < positiveSpans.length; i += 2) {
    index += positiveSpans[i];
    for (let k = 0; k < positiveSpans[i + 1]; k++) counts[index++] = positiveBuckets[next++];
  }
  let cumulativeCount = 0;
  return Array.from(customValues, (upperBound, i) => ({ upperBound, cumulativeCount: (cumulativeCount += counts[i]) }));
}
