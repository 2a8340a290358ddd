import { METRIC_NAME, type Labels, labelValue } from "../labels.ts";
import { LabelsBuilder } from "../labels-builder.ts";
import { formatOpenMetricsFloat } from "../number-text.ts";
import { absoluteCounts } from "./deltas.ts";
import type { Histogram } from "./histogram.ts";
import { hasCustomBuckets } from "./schema.ts";
import { validateHistogram } from "./validate.ts";

/** One sample of a classic histogram. */
export interface ClassicSample {
  readonly labels: Labels;
  readonly value: number;
}

/**
 * The samples of the classic histogram that a native one with custom buckets stands for: a `_bucket` for each bound, with `le` as
 * OpenMetrics writes numbers, one for +Inf, `_count` and `_sum`. Throws RangeError without a metric name or with exponential buckets,
 * and HistogramError for a histogram that is not valid. Source: model/histogram/convert.go `ConvertNHCBToClassic`.
 *
 * Upstream gives the empty buckets of integer histograms the count of the bucket before them; here they are empty.
 */
export function toClassicSamples(labels: Labels, histogram: Histogram): ClassicSample[] {
  const name = labelValue(labels, METRIC_NAME);
  if (name === "") throw new RangeError("metric name label '__name__' is missing");
  if (!hasCustomBuckets(histogram)) throw new RangeError("unsupported histogram schema, not a NHCB");
  const fault = validateHistogram(histogram);
  if (fault !== undefined) throw fault;
  const counts = denseCounts(histogram);
  const samples: ClassicSample[] = [];
  let cumulative = 0;
  for (let i = 0; i < counts.length; i++) {
    const upperBound = i < histogram.customValues.length ? histogram.customValues[i] : Infinity;
    cumulative += counts[i];
    samples.push({ labels: named(labels, `${name}_bucket`, formatOpenMetricsFloat(upperBound)), value: cumulative });
  }
  samples.push(
    { labels: named(labels, `${name}_count`), value: histogram.count },
    { labels: named(labels, `${name}_sum`), value: histogram.sum },
  );
  return samples;
}

/** The count of each bucket, empty ones too. */
function denseCounts(histogram: Histogram): Float64Array {
  const dense = new Float64Array(histogram.customValues.length + 1);
  const counts = absoluteCounts(histogram, "positive");
  const { positiveSpans } = histogram;
  let index = 0;
  let bucket = 0;
  for (let i = 0; i < positiveSpans.length; i += 2) {
    index += positiveSpans[i];
    for (let left = positiveSpans[i + 1]; left > 0; left--) dense[index++] = counts[bucket++];
  }
  return dense;
}

function named(labels: Labels, name: string, upperBound?: string): Labels {
  const builder = new LabelsBuilder(labels);
  builder.set(METRIC_NAME, name);
  if (upperBound !== undefined) builder.set("le", upperBound);
  return builder.labels();
}
