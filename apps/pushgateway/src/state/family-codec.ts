import type { ByteReader, ByteWriter } from "@ferula/bytes";
import {
  readFamilies,
  writeProtobuf,
  type FamilyType,
  type HistogramMetric,
  type MetricFamily,
  type ScalarMetric,
  type SummaryMetric,
} from "@ferula/exposition";
import type { Labels } from "@ferula/model";

/** The types that only OpenMetrics has, which is not pushed, are not among these. */
type PushedType = Exclude<FamilyType, "info" | "stateset">;

/** The number of a type in the file is its place here. */
const TYPES: readonly PushedType[] = ["counter", "gauge", "untyped", "summary", "histogram", "gaugehistogram"];
/** Stands for a type: what follows is a protobuf message. */
const MESSAGE = TYPES.length;

const PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

/**
 * Writes a family as docs/formats/pushgateway-state.md has it: what text can say in a form of its own, the rest as it was pushed. Timestamps
 * are not written: pushed metrics have none.
 */
export function writeFamily(writer: ByteWriter, family: MetricFamily): void {
  if (!isPlain(family)) {
    writer.u8(MESSAGE);
    const message = writeProtobuf([family]);
    writer.uvarint(message.length);
    writer.bytes(message);
    return;
  }
  writer.u8(TYPES.indexOf(family.type as PushedType));
  writer.uvarintString(family.name);
  writer.u8(family.help === undefined ? 0 : 1);
  if (family.help !== undefined) writer.uvarintString(family.help);
  writer.uvarint(family.metrics.length);
  switch (family.type) {
    case "summary":
      for (const { labels, count, sum, quantiles } of family.metrics) {
        writeTotals(writer, labels, count, sum);
        writePairs(
          writer,
          quantiles,
          ({ quantile }) => quantile,
          ({ value }) => value,
        );
      }
      return;
    case "histogram":
    case "gaugehistogram":
      for (const { labels, count, sum, buckets } of family.metrics) {
        writeTotals(writer, labels, count, sum);
        writePairs(
          writer,
          buckets,
          ({ upperBound }) => upperBound,
          ({ cumulativeCount }) => cumulativeCount,
        );
      }
      return;
    default:
      for (const { labels, value } of family.metrics) {
        writeLabels(writer, labels);
        writer.f64be(value);
      }
  }
}

/** Whether a family holds nothing that only protobuf can say. */
function isPlain(family: MetricFamily): boolean {
  if (family.unit !== undefined) return false;
  return family.metrics.every((metric: ScalarMetric | SummaryMetric | HistogramMetric) => {
    if (metric.createdSeconds !== undefined || ("exemplar" in metric && metric.exemplar !== undefined)) return false;
    return !("buckets" in metric) || (metric.native === undefined && metric.buckets.every(({ exemplar }) => exemplar === undefined));
  });
}

function writeTotals(writer: ByteWriter, labels: Labels, count: number, sum: number): void {
  writeLabels(writer, labels);
  writer.f64be(count);
  writer.f64be(sum);
}

function writePairs<T>(writer: ByteWriter, items: readonly T[], first: (item: T) => number, second: (item: T) => number): void {
  writer.uvarint(items.length);
  for (const item of items) {
    writer.f64be(first(item));
    writer.f64be(second(item));
  }
}

/** Reads what `writeFamily` wrote. Throws a RangeError for anything else. */
export function readFamily(reader: ByteReader): MetricFamily {
  const typeNumber = reader.u8();
  if (typeNumber === MESSAGE) return readMessage(reader);
  const type: PushedType | undefined = TYPES[typeNumber];
  const name = reader.uvarintString();
  const help = reader.u8() === 0 ? {} : { help: reader.uvarintString() };
  switch (type) {
    case "counter":
    case "gauge":
    case "untyped":
      return { name, type, ...help, metrics: readList(reader, readScalar) };
    case "summary":
      return { name, type, ...help, metrics: readList(reader, readSummary) };
    case "histogram":
    case "gaugehistogram":
      return { name, type, ...help, metrics: readList(reader, readHistogram) };
    case undefined:
      throw new RangeError(`cannot read a family: there is no type ${typeNumber}`);
  }
}

function readMessage(reader: ByteReader): MetricFamily {
  const message = reader.bytes(reader.uvarint());
  try {
    const [family] = readFamilies(message, PROTOBUF);
    if (family !== undefined) return family;
  } catch (error) {
    throw new RangeError(`cannot read a family: ${(error as Error).message}`, { cause: error });
  }
  throw new RangeError("cannot read a family: its message is empty");
}

function readScalar(reader: ByteReader): ScalarMetric {
  return { labels: readLabels(reader), value: reader.f64be() };
}

function readSummary(reader: ByteReader): SummaryMetric {
  return {
    labels: readLabels(reader),
    count: reader.f64be(),
    sum: reader.f64be(),
    quantiles: readList(reader, () => ({ quantile: reader.f64be(), value: reader.f64be() })),
  };
}

function readHistogram(reader: ByteReader): HistogramMetric {
  return {
    labels: readLabels(reader),
    count: reader.f64be(),
    sum: reader.f64be(),
    buckets: readList(reader, () => ({ upperBound: reader.f64be(), cumulativeCount: reader.f64be() })),
  };
}

/** Writes a label set: the number of its texts, then names and values in turn. */
export function writeLabels(writer: ByteWriter, labels: Labels): void {
  writer.uvarint(labels.length);
  for (const text of labels) writer.uvarintString(text);
}

/** Reads what `writeLabels` wrote. */
export function readLabels(reader: ByteReader): Labels {
  return readList(reader, () => reader.uvarintString());
}

/** Reads a count and as many items. A count that can't be true ends at the end of the bytes, with a RangeError. */
export function readList<T>(reader: ByteReader, readItem: (reader: ByteReader) => T): T[] {
  const count = reader.uvarint();
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(readItem(reader));
  return items;
}
