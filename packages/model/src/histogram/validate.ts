import { formatFixed } from "../fixed-text.ts";
import { formatFloat } from "../number-text.ts";
import { type HistogramError, histogramError, invalidSchemaError, placedHistogramError } from "./errors.ts";
import type { Histogram, Spans } from "./histogram.ts";
import { CUSTOM_BUCKETS_SCHEMA, isExponentialSchema } from "./schema.ts";
import { bucketCountOf } from "./spans.ts";

/**
 * What keeps a histogram from being taken in, or undefined: spans that don't fit the buckets, counts below zero, fields that its schema
 * does not use. The counts of an integer histogram must add up (at most, where the sum is NaN: observations of NaN are in no bucket);
 * those of a float histogram may miss each other by rounding, and are not added up. In upstream's order and words (`Validate`).
 */
export function validateHistogram(histogram: Histogram): HistogramError | undefined {
  const fault = layoutFault(histogram) ?? totalsFault(histogram);
  if (fault !== undefined) return fault;
  const positive = bucketsFault(histogram, histogram.positiveBuckets);
  if (positive !== undefined) return placedHistogramError("positive side", positive);
  return histogram.kind === "integer" ? countFault(histogram) : undefined;
}

function layoutFault(histogram: Histogram): HistogramError | undefined {
  if (histogram.schema === CUSTOM_BUCKETS_SCHEMA) return customFault(histogram);
  if (isExponentialSchema(histogram.schema)) return exponentialFault(histogram);
  return invalidSchemaError(histogram.schema);
}

function exponentialFault(histogram: Histogram): HistogramError | undefined {
  const positive = spansFault(histogram.positiveSpans, histogram.positiveBuckets.length, 1);
  if (positive !== undefined) return placedHistogramError("positive side", positive);
  const negative =
    spansFault(histogram.negativeSpans, histogram.negativeBuckets.length, 1) ?? bucketsFault(histogram, histogram.negativeBuckets);
  if (negative !== undefined) return placedHistogramError("negative side", negative);
  if (histogram.kind === "float" && histogram.zeroCount < 0) {
    return histogramError("negativeBucketCount", `zero bucket has observation count of ${formatFloat(histogram.zeroCount)}`);
  }
  return histogram.customValues.length > 0 ? histogramError("exponentialWithBounds") : undefined;
}

function customFault(histogram: Histogram): HistogramError | undefined {
  const { customValues, positiveSpans, positiveBuckets } = histogram;
  const fault =
    boundsFault(customValues) ?? spansFault(positiveSpans, positiveBuckets.length, 0) ?? coverFault(customValues.length, positiveSpans);
  if (fault !== undefined) return placedHistogramError("custom buckets", fault);
  if (histogram.zeroCount !== 0) return histogramError("customZeroCount");
  if (histogram.zeroThreshold !== 0) return histogramError("customZeroThreshold");
  if (histogram.negativeSpans.length > 0) return histogramError("customNegativeSpans");
  return histogram.negativeBuckets.length > 0 ? histogramError("customNegativeBuckets") : undefined;
}

function totalsFault({ kind, count }: Histogram): HistogramError | undefined {
  return kind === "float" && count < 0 ? histogramError("negativeCount", `observation count is  ${formatFloat(count)}`) : undefined;
}

/** `firstGap` is the first span whose offset is a gap and not an index. */
function spansFault(spans: Spans, bucketCount: number, firstGap: number): HistogramError | undefined {
  for (let n = firstGap; 2 * n < spans.length; n++) {
    if (spans[2 * n] < 0) return histogramError("negativeSpanOffset", `span number ${n + 1} with offset ${spans[2 * n]}`);
  }
  const needed = bucketCountOf(spans);
  return needed === bucketCount
    ? undefined
    : histogramError("spansBucketsMismatch", `spans need ${needed} buckets, have ${bucketCount} buckets`);
}

function bucketsFault({ kind }: Histogram, buckets: Float64Array): HistogramError | undefined {
  let count = 0;
  for (let i = 0; i < buckets.length; i++) {
    count = kind === "integer" ? count + buckets[i] : buckets[i];
    if (count < 0)
      return histogramError("negativeBucketCount", `bucket number ${i + 1} has observation count of ${countText(kind, count)}`);
  }
  return undefined;
}

function countText(kind: Histogram["kind"], count: number): string {
  return kind === "integer" ? String(count) : formatFloat(count);
}

function boundsFault(bounds: Float64Array): HistogramError | undefined {
  let previous = -Infinity;
  for (let i = 0; i < bounds.length; i++) {
    if (Number.isNaN(bounds[i])) return histogramError("nanBound");
    if (i > 0 && bounds[i] <= previous) {
      return histogramError(
        "boundsNotIncreasing",
        `previous bound is ${formatFixed(previous, 6)} and current is ${formatFixed(bounds[i], 6)}`,
      );
    }
    previous = bounds[i];
  }
  return previous === Infinity ? histogramError("infiniteBound", "last +Inf bound must not be explicitly defined") : undefined;
}

function coverFault(boundCount: number, spans: Spans): HistogramError | undefined {
  let covered = 0;
  for (let i = 0; i < spans.length; i += 2) covered += spans[i] + (spans[i + 1] >>> 0);
  if (boundCount + 1 >= covered) return undefined;
  return histogramError(
    "tooFewBounds",
    `only ${boundCount} custom bounds defined which is insufficient to cover total span length of ${covered}`,
  );
}

function countFault(histogram: Histogram): HistogramError | undefined {
  const found = total(histogram.negativeBuckets) + total(histogram.positiveBuckets) + histogram.zeroCount;
  const isWrong = Number.isNaN(histogram.sum) ? found > histogram.count : found !== histogram.count;
  // Beyond 2^53 the numbers are rounded, and a difference may be of our making.
  if (!isWrong || !Number.isSafeInteger(found)) return undefined;
  const place = `${found} observations found in buckets, but the Count field is ${histogram.count}`;
  return histogramError(Number.isNaN(histogram.sum) ? "countTooSmall" : "countMismatch", place);
}

function total(deltas: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < deltas.length; i++) {
    count += deltas[i];
    sum += count;
  }
  return sum;
}
