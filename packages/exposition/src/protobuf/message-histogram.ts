import { ClassicHistogram, compactHistogram, type Histogram, isHistogramError, STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import type { BucketArena } from "./bucket-arena.ts";
import { HISTOGRAM_SUM, type HistogramMessage, type MetricMessage, type SideMessage } from "./metric-message.ts";

/**
 * Whether a histogram has native buckets. One without observations and with a zero bucket of no width has a span without length, or can't be
 * told from a classic one.
 */
export function isNativeHistogram({ positive, negative, zeroThreshold, zeroCount }: HistogramMessage): boolean {
  return positive.spanCount > 0 || negative.spanCount > 0 || zeroThreshold > 0 || zeroCount > 0;
}

/** The count of observations. */
export function observationCount({ sampleCount, sampleCountFloat }: HistogramMessage): number {
  return sampleCountFloat === 0 ? sampleCount : sampleCountFloat;
}

/**
 * The native histogram, compacted; its arrays are its own, or from `arena` where there is one. Throws an ExpositionError when spans
 * and buckets don't fit each other.
 */
export function nativeHistogram(metric: MetricMessage, isGauge: boolean, arena?: BucketArena): Histogram {
  const { histogram, numbers } = metric;
  const isFloat = histogram.sampleCountFloat > 0 || histogram.zeroCountFloat > 0;
  checkSide("positive", histogram.positive, isFloat);
  checkSide("negative", histogram.negative, isFloat);
  // Written out: with a thousand histograms in a body, spreading defaults costs more than reading the buckets.
  const result: Histogram = {
    counterResetHint: isGauge ? "gauge" : "unknown",
    schema: histogram.schema,
    zeroThreshold: histogram.zeroThreshold,
    zeroCount: isFloat ? histogram.zeroCountFloat : histogram.zeroCount,
    count: isFloat ? histogram.sampleCountFloat : histogram.sampleCount,
    sum: numbers[HISTOGRAM_SUM],
    isStale: hasStaleSum(metric),
    positiveSpans: spansOf(histogram.positive, arena),
    negativeSpans: spansOf(histogram.negative, arena),
    positiveBuckets: bucketsOf(histogram.positive, isFloat, arena),
    negativeBuckets: bucketsOf(histogram.negative, isFloat, arena),
    customValues: NO_BUCKETS,
    kind: isFloat ? "float" : "integer",
  };
  compactHistogram(result, 0);
  return result;
}

/**
 * The classic buckets as a native histogram with custom buckets; `scratch` is overwritten. Throws an ExpositionError when the counts can't
 * be: in this format upstream fails the scrape then.
 */
export function convertedHistogram(metric: MetricMessage, isGauge: boolean, scratch: ClassicHistogram): Histogram {
  const { histogram, numbers } = metric;
  scratch.reset();
  scratch.setCount(observationCount(histogram));
  scratch.setSum(numbers[HISTOGRAM_SUM]);
  for (let i = 0; i < histogram.bucketCount; i++) scratch.setBucket(histogram.bounds[i], histogram.cumulative[i]);
  try {
    const result = scratch.convert();
    if (isGauge) result.counterResetHint = "gauge";
    result.isStale = hasStaleSum(metric);
    return result;
  } catch (error) {
    if (isHistogramError(error)) throw new ExpositionError(0, error.message);
    throw error;
  }
}

function hasStaleSum({ numberBits }: MetricMessage): boolean {
  return numberBits[2 * HISTOGRAM_SUM] === STALE_NAN_LOW && numberBits[2 * HISTOGRAM_SUM + 1] === STALE_NAN_HIGH;
}

const NO_SPANS = new Int32Array(0);
const NO_BUCKETS = new Float64Array(0);

function spansOf({ spans, spanCount }: SideMessage, arena: BucketArena | undefined): Int32Array {
  if (spanCount === 0) return NO_SPANS;
  return arena === undefined ? spans.slice(0, 2 * spanCount) : arena.copySpans(spans, 2 * spanCount);
}

function bucketsOf(
  { deltas, deltaCount, counts, countCount }: SideMessage,
  isFloat: boolean,
  arena: BucketArena | undefined,
): Float64Array {
  const source = isFloat ? counts : deltas;
  const length = isFloat ? countCount : deltaCount;
  if (length === 0) return NO_BUCKETS;
  return arena === undefined ? source.slice(0, length) : arena.copyBuckets(source, length);
}

function checkSide(name: string, { spans, spanCount, deltaCount, countCount }: SideMessage, isFloat: boolean): void {
  const bucketCount = isFloat ? countCount : deltaCount;
  let needed = 0;
  for (let i = 0; i < spanCount; i++) needed += spans[2 * i + 1] >>> 0;
  if (needed !== bucketCount) throw new ExpositionError(0, `${name} side: spans require ${needed} buckets, have ${bucketCount}`);
}
