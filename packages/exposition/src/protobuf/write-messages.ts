import type { Labels } from "@ferula/model";
import type { FamilyType, HistogramMetric, MetricFamily, ScalarFamily, SummaryMetric } from "../families/metric-family.ts";
import { writeExemplar, writeLabels, writeTimestamp } from "./write-exemplar.ts";
import { COUNTER, FAMILY, METRIC, QUANTILE, SUMMARY, type Field, type FieldSink } from "./write-fields.ts";
import { writeHistogram } from "./write-histogram.ts";

/** The number of a type and its name. Protobuf has no word for info and stateset: their metrics are gauges. */
const TYPES: Readonly<Record<FamilyType, readonly [number: number, name: string]>> = {
  counter: [0, "COUNTER"],
  gauge: [1, "GAUGE"],
  info: [1, "GAUGE"],
  stateset: [1, "GAUGE"],
  summary: [2, "SUMMARY"],
  untyped: [3, "UNTYPED"],
  histogram: [4, "HISTOGRAM"],
  gaugehistogram: [5, "GAUGE_HISTOGRAM"],
};

/** Tells `sink` the fields of a family's message. */
export function writeFamilyMessage(sink: FieldSink, family: MetricFamily): void {
  sink.text(FAMILY.name, family.name);
  if (family.help !== undefined) sink.text(FAMILY.help, family.help);
  writeType(sink, family.type);
  writeMetrics(sink, family);
  if (family.unit !== undefined) sink.text(FAMILY.unit, family.unit);
}

/** Tells the fields of a family's message that come before its metrics; there is no help. */
export function writeFamilyHead(sink: FieldSink, name: string, type: FamilyType): void {
  sink.text(FAMILY.name, name);
  writeType(sink, type);
}

/** Tells an untyped metric of a family's message, without an object of it. */
export function writeUntyped(sink: FieldSink, labels: Labels, value: number, timestampMs: number): void {
  sink.begin(FAMILY.metric);
  writeLabels(sink, METRIC.label, labels);
  sink.begin(METRIC.untyped);
  sink.double(COUNTER.value, value);
  sink.end();
  sink.int(METRIC.timestamp_ms, timestampMs);
  sink.end();
}

/** Tells a histogram of a family's message. */
export function writeHistogramMetric(sink: FieldSink, metric: HistogramMetric): void {
  writeMetric(sink, metric, METRIC.histogram, () => writeHistogram(sink, metric));
}

function writeType(sink: FieldSink, type: FamilyType): void {
  const [number, name] = TYPES[type];
  sink.enumeration(FAMILY.type, number, name);
}

function writeMetrics(sink: FieldSink, family: MetricFamily): void {
  switch (family.type) {
    case "summary":
      for (const metric of family.metrics) writeMetric(sink, metric, METRIC.summary, () => writeSummary(sink, metric));
      return;
    case "histogram":
    case "gaugehistogram":
      for (const metric of family.metrics) writeHistogramMetric(sink, metric);
      return;
    default:
      writeScalars(sink, family);
  }
}

function writeScalars(sink: FieldSink, { type, metrics }: ScalarFamily): void {
  const field = type === "counter" ? METRIC.counter : type === "untyped" ? METRIC.untyped : METRIC.gauge;
  for (const metric of metrics) {
    writeMetric(sink, metric, field, () => {
      sink.double(COUNTER.value, metric.value);
      if (type !== "counter") return;
      if (metric.exemplar !== undefined) writeExemplar(sink, COUNTER.exemplar, metric.exemplar);
      writeTimestamp(sink, COUNTER.created_timestamp, metric.createdSeconds);
    });
  }
}

interface MetricHead {
  readonly labels: Labels;
  readonly timestampMs?: number;
}

/** The time stands between the fields of scalars and summaries, and that of histograms. */
function writeMetric(sink: FieldSink, { labels, timestampMs }: MetricHead, field: Field, write: () => void): void {
  sink.begin(FAMILY.metric);
  writeLabels(sink, METRIC.label, labels);
  if (timestampMs !== undefined && field === METRIC.histogram) sink.int(METRIC.timestamp_ms, timestampMs);
  sink.begin(field);
  write();
  sink.end();
  if (timestampMs !== undefined && field !== METRIC.histogram) sink.int(METRIC.timestamp_ms, timestampMs);
  sink.end();
}

function writeSummary(sink: FieldSink, { count, sum, quantiles, createdSeconds }: SummaryMetric): void {
  sink.uint(SUMMARY.sample_count, count);
  sink.double(SUMMARY.sample_sum, sum);
  for (const { quantile, value } of quantiles) {
    sink.begin(SUMMARY.quantile);
    sink.double(QUANTILE.quantile, quantile);
    sink.double(QUANTILE.value, value);
    sink.end();
  }
  writeTimestamp(sink, SUMMARY.created_timestamp, createdSeconds);
}
