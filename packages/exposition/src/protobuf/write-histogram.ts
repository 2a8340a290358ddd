import { hasCustomBuckets, type Histogram, type Side, type Spans } from "@ferula/model";
import type { Bucket, HistogramMetric } from "../families/metric-family.ts";
import { writeExemplar, writeTimestamp } from "./write-exemplar.ts";
import { BUCKET, HISTOGRAM, SPAN, type Field, type FieldSink } from "./write-fields.ts";

const SIDES = {
  negative: { spans: HISTOGRAM.negative_span, deltas: HISTOGRAM.negative_delta, counts: HISTOGRAM.negative_count },
  positive: { spans: HISTOGRAM.positive_span, deltas: HISTOGRAM.positive_delta, counts: HISTOGRAM.positive_count },
} as const;

/**
 * Tells the fields of a histogram's message, classic, native or both. Counts are whole numbers unless one of them is not, or the native
 * histogram is of floats. Native histograms with custom buckets have no place in the message: their classic buckets are written.
 */
export function writeHistogram(sink: FieldSink, metric: HistogramMetric): void {
  const { buckets, count, sum, createdSeconds, exemplars = [] } = metric;
  const native = metric.native === undefined || hasCustomBuckets(metric.native) ? undefined : metric.native;
  const isFloat = native?.kind === "float" || metric.hasFloatCounts === true || hasFraction(metric);
  if (!isFloat) sink.uint(HISTOGRAM.sample_count, count);
  if (native?.isStale === true) sink.stale(HISTOGRAM.sample_sum);
  else sink.double(HISTOGRAM.sample_sum, sum);
  for (const bucket of buckets) writeBucket(sink, bucket, isFloat);
  if (isFloat) sink.double(HISTOGRAM.sample_count_float, count);
  if (native !== undefined) writeNative(sink, native);
  writeTimestamp(sink, HISTOGRAM.created_timestamp, createdSeconds);
  for (const exemplar of exemplars) writeExemplar(sink, HISTOGRAM.exemplars, exemplar);
}

function hasFraction({ count, buckets }: HistogramMetric): boolean {
  return !Number.isInteger(count) || buckets.some(({ cumulativeCount }) => !Number.isInteger(cumulativeCount));
}

function writeBucket(sink: FieldSink, { cumulativeCount, upperBound, exemplar }: Bucket, isFloat: boolean): void {
  sink.begin(HISTOGRAM.bucket);
  if (!isFloat) sink.uint(BUCKET.cumulative_count, cumulativeCount);
  sink.double(BUCKET.upper_bound, upperBound);
  if (exemplar !== undefined) writeExemplar(sink, BUCKET.exemplar, exemplar);
  if (isFloat) sink.double(BUCKET.cumulative_count_float, cumulativeCount);
  sink.end();
}

function writeNative(sink: FieldSink, native: Histogram): void {
  sink.sint(HISTOGRAM.schema, native.schema);
  sink.double(HISTOGRAM.zero_threshold, native.zeroThreshold);
  if (native.kind === "float") sink.double(HISTOGRAM.zero_count_float, native.zeroCount);
  else sink.uint(HISTOGRAM.zero_count, native.zeroCount);
  writeSide(sink, native, "negative");
  writeSide(sink, native, "positive");
  if (looksClassic(native)) writeSpan(sink, HISTOGRAM.positive_span, 0, 0);
}

/** Whether readers would take it for a classic histogram; they don't ask for a zero count that is a float. A span tells it apart. */
function looksClassic({ kind, zeroThreshold, zeroCount, positiveSpans, negativeSpans }: Histogram): boolean {
  return zeroThreshold === 0 && (zeroCount === 0 || kind === "float") && positiveSpans.length === 0 && negativeSpans.length === 0;
}

function writeSide(sink: FieldSink, native: Histogram, side: Side): void {
  const fields = SIDES[side];
  const spans: Spans = side === "negative" ? native.negativeSpans : native.positiveSpans;
  const buckets = side === "negative" ? native.negativeBuckets : native.positiveBuckets;
  for (let i = 0; i < spans.length; i += 2) writeSpan(sink, fields.spans, spans[i], spans[i + 1]);
  for (let i = 0; i < buckets.length; i++) {
    if (native.kind === "float") sink.double(fields.counts, buckets[i]);
    else sink.sint(fields.deltas, buckets[i]);
  }
}

function writeSpan(sink: FieldSink, field: Field, offset: number, length: number): void {
  sink.begin(field);
  sink.sint(SPAN.offset, offset);
  sink.uint(SPAN.length, length);
  sink.end();
}
