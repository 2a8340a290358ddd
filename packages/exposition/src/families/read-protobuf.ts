import { goQuote } from "@ferula/durations";
import { compareUtf8, type Labels } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import { isNativeHistogram, nativeHistogram, observationCount } from "../protobuf/message-histogram.ts";
import { familyHelp, familyName, familyUnit, metricLabels, readExemplar } from "../protobuf/message-texts.ts";
import { COUNTER_VALUE, GAUGE_VALUE, HISTOGRAM_SUM, SUMMARY_SUM, UNTYPED_VALUE, type MetricMessage } from "../protobuf/metric-message.ts";
import { MESSAGE_TYPES, scanMessages, type FamilyMessage } from "../protobuf/scan-messages.ts";
import type { Bucket, Exemplar, FamilyType, HistogramMetric, MetricFamily, ScalarMetric, SummaryMetric } from "./metric-family.ts";

type Metric = ScalarMetric | SummaryMetric | HistogramMetric;

/** Where the number of a type of one number stands. */
const VALUES: Readonly<Partial<Record<FamilyType, number>>> = { counter: COUNTER_VALUE, gauge: GAUGE_VALUE, untyped: UNTYPED_VALUE };

/**
 * Reads delimited `io.prometheus.client.MetricFamily` messages, as far as the type of each family counts. Times are in whole
 * milliseconds, and one of 0 is none. Throws an ExpositionError without a line.
 */
export function readProtobuf(bytes: Uint8Array): MetricFamily[] {
  const families: MetricFamily[] = [];
  let metrics: Metric[] = [];
  scanMessages(bytes, 0, bytes.length, {
    family: (message) => {
      metrics = [];
      // The metrics that follow are of the shape that the type says.
      families.push({ ...headOf(bytes, message), metrics } as MetricFamily);
    },
    metric: (message, family) => metrics.push(metricOf(bytes, message, MESSAGE_TYPES[family.type])),
  });
  return families;
}

function headOf(bytes: Uint8Array, message: FamilyMessage): Omit<MetricFamily, "metrics"> {
  const name = familyName(bytes, message);
  const unit = familyUnit(bytes, message);
  // An empty help was told where its field stands.
  const help = message.helpEnd === 0 ? {} : { help: familyHelp(bytes, message) };
  return { name, type: typeOf(name, message.type), ...help, ...(unit === "" ? {} : { unit }) };
}

function typeOf(name: string, number: number): FamilyType {
  const type: FamilyType | undefined = MESSAGE_TYPES[number];
  if (type === undefined) throw new ExpositionError(0, `metric family ${goQuote(name)} has an unknown type: ${number}`);
  return type;
}

function metricOf(bytes: Uint8Array, message: MetricMessage, type: FamilyType): Metric {
  const { timestampMs } = message;
  const head = { labels: sortedLabels(bytes, message), ...(timestampMs === 0 ? {} : { timestampMs }) };
  const value = VALUES[type];
  if (value === undefined) return type === "summary" ? summaryOf(message, head) : histogramOf(bytes, message, head, type);
  const scalar = { ...head, value: message.numbers[value] };
  if (type !== "counter") return scalar;
  const { counterExemplarStart: start, counterExemplarEnd: end } = message;
  const exemplar = end === 0 ? {} : { exemplar: exemplarAt(bytes, start, end) };
  return { ...scalar, ...exemplar, ...created(message.counterStartTimestampMs) };
}

type Head = Pick<ScalarMetric, "labels" | "timestampMs">;

function summaryOf(message: MetricMessage, head: Head): SummaryMetric {
  const quantiles = Array.from({ length: message.quantileCount }, (_, i) => ({
    quantile: message.quantiles[i],
    value: message.quantileValues[i],
  }));
  const { summaryCount: count, numbers } = message;
  return { ...head, quantiles, count, sum: numbers[SUMMARY_SUM], ...created(message.summaryStartTimestampMs) };
}

function histogramOf(bytes: Uint8Array, message: MetricMessage, head: Head, type: FamilyType): HistogramMetric {
  const { histogram, numbers } = message;
  const metric = {
    ...head,
    buckets: Array.from({ length: histogram.bucketCount }, (_, i) => bucketAt(bytes, message, i)),
    count: observationCount(histogram),
    sum: numbers[HISTOGRAM_SUM],
    ...created(histogram.startTimestampMs),
  };
  if (!isNativeHistogram(histogram)) return metric;
  const exemplars = Array.from({ length: histogram.exemplarCount }, (_, i) =>
    exemplarAt(bytes, histogram.exemplars[2 * i], histogram.exemplars[2 * i + 1]),
  );
  const native = nativeHistogram(message, type === "gaugehistogram");
  return { ...metric, native, ...(exemplars.length === 0 ? {} : { exemplars }) };
}

function bucketAt(bytes: Uint8Array, { histogram }: MetricMessage, i: number): Bucket {
  const [start, end] = [histogram.bucketExemplars[2 * i], histogram.bucketExemplars[2 * i + 1]];
  const bucket = { upperBound: histogram.bounds[i], cumulativeCount: histogram.cumulative[i] };
  return end === 0 ? bucket : { ...bucket, exemplar: exemplarAt(bytes, start, end) };
}

function exemplarAt(bytes: Uint8Array, start: number, end: number): Exemplar {
  const { labels, value, timestampMs } = readExemplar(bytes, start, end);
  return { labels, value, ...(timestampMs === undefined ? {} : { timestampSeconds: timestampMs / 1000 }) };
}

function created(startTimestampMs: number): { readonly createdSeconds?: number } {
  return startTimestampMs === 0 ? {} : { createdSeconds: startTimestampMs / 1000 };
}

function sortedLabels(bytes: Uint8Array, message: MetricMessage): Labels {
  return metricLabels(bytes, message)
    .sort((a, b) => compareUtf8(a[0], b[0]))
    .flat();
}
