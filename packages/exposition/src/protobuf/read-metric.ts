import { COUNTER_VALUE, GAUGE_VALUE, type MetricMessage, resetMetric, SUMMARY_SUM, UNTYPED_VALUE, withRoom } from "./metric-message.ts";
import {
  expectWireType,
  FIXED_64,
  LENGTH_DELIMITED,
  type ProtoCursor,
  readDouble,
  readDoubleBits,
  readEnd,
  readInt32,
  readInt64,
  readTag,
  readUint64,
  skipField,
  VARINT,
} from "./proto-cursor.ts";
import { readHistogram } from "./read-histogram.ts";

/** Reads a `Metric` from the cursor to `end` (client_model, `io.prometheus.client`). Labels and exemplars are only found, not read. */
export function readMetric(cursor: ProtoCursor, end: number, metric: MetricMessage): void {
  resetMetric(metric);
  while (cursor.at < end) {
    const fieldStart = cursor.at;
    readTag(cursor, end, "Metric");
    switch (cursor.field) {
      case 1:
        readLabel(cursor, end, metric);
        if (metric.labelCount === 1) metric.labelsStart = fieldStart;
        metric.labelsEnd = cursor.at;
        break;
      case 2:
        readNumber(cursor, nested(cursor, end, "Gauge"), metric.numberBits, GAUGE_VALUE, "Gauge");
        break;
      case 3:
        readCounter(cursor, nested(cursor, end, "Counter"), metric);
        break;
      case 4:
        readSummary(cursor, nested(cursor, end, "Summary"), metric);
        break;
      case 5:
        readNumber(cursor, nested(cursor, end, "Untyped"), metric.numberBits, UNTYPED_VALUE, "Untyped");
        break;
      case 6:
        expectWireType(cursor, VARINT, "TimestampMs");
        metric.timestampMs = readInt64(cursor, end);
        break;
      case 7:
        metric.hasHistogram = true;
        readHistogram(cursor, nested(cursor, end, "Histogram"), metric);
        break;
      default:
        skipField(cursor, end);
    }
  }
}

/** Where the message in the field `field` ends. */
export function nested(cursor: ProtoCursor, end: number, field: string): number {
  expectWireType(cursor, LENGTH_DELIMITED, field);
  return readEnd(cursor, end);
}

/** Finds a label's name and value; the tag of its field was read. */
export function readLabel(cursor: ProtoCursor, metricEnd: number, metric: MetricMessage): void {
  const end = nested(cursor, metricEnd, "Label");
  const { labelCount } = metric;
  const ranges = (metric.labelRanges = withRoom(metric.labelRanges, labelCount, 4));
  const first = 4 * labelCount;
  ranges[first] = ranges[first + 1] = ranges[first + 2] = ranges[first + 3] = 0;
  while (cursor.at < end) {
    readTag(cursor, end, "LabelPair");
    const { field } = cursor;
    if (field === 1 || field === 2) {
      const stop = nested(cursor, end, field === 1 ? "Name" : "Value");
      ranges[first + 2 * field - 2] = cursor.at;
      ranges[first + 2 * field - 1] = stop;
      cursor.at = stop;
    } else {
      skipField(cursor, end);
    }
  }
  metric.labelCount = labelCount + 1;
}

/** A message whose one field is a double, whose words go to `bits[2 * i]`. */
function readNumber(cursor: ProtoCursor, end: number, bits: Uint32Array, i: number, message: string): void {
  while (cursor.at < end) {
    readTag(cursor, end, message);
    if (cursor.field === 1) {
      expectWireType(cursor, FIXED_64, "Value");
      readDoubleBits(cursor, end, bits, i);
    } else {
      skipField(cursor, end);
    }
  }
}

function readCounter(cursor: ProtoCursor, end: number, metric: MetricMessage): void {
  while (cursor.at < end) {
    readTag(cursor, end, "Counter");
    switch (cursor.field) {
      case 1:
        expectWireType(cursor, FIXED_64, "Value");
        readDoubleBits(cursor, end, metric.numberBits, COUNTER_VALUE);
        break;
      case 2:
        metric.counterExemplarEnd = nested(cursor, end, "Exemplar");
        metric.counterExemplarStart = cursor.at;
        checkExemplar(cursor, metric.counterExemplarEnd);
        break;
      case 3:
        metric.counterStartTimestampMs = readTimestamp(cursor, nested(cursor, end, "StartTimestamp"));
        break;
      default:
        skipField(cursor, end);
    }
  }
}

function readSummary(cursor: ProtoCursor, end: number, metric: MetricMessage): void {
  while (cursor.at < end) {
    readTag(cursor, end, "Summary");
    switch (cursor.field) {
      case 1:
        expectWireType(cursor, VARINT, "SampleCount");
        metric.summaryCount = readUint64(cursor, end);
        break;
      case 2:
        expectWireType(cursor, FIXED_64, "SampleSum");
        readDoubleBits(cursor, end, metric.numberBits, SUMMARY_SUM);
        break;
      case 3:
        readQuantile(cursor, nested(cursor, end, "Quantile"), metric);
        break;
      case 4:
        metric.summaryStartTimestampMs = readTimestamp(cursor, nested(cursor, end, "StartTimestamp"));
        break;
      default:
        skipField(cursor, end);
    }
  }
}

function readQuantile(cursor: ProtoCursor, end: number, metric: MetricMessage): void {
  const i = metric.quantileCount++;
  metric.quantiles = withRoom(metric.quantiles, i, 1);
  const values = withRoom(metric.quantileValues, i, 1);
  if (values !== metric.quantileValues) {
    metric.quantileValues = values;
    metric.quantileValueBits = new Uint32Array(values.buffer);
  }
  metric.quantiles[i] = 0;
  values[i] = 0;
  while (cursor.at < end) {
    readTag(cursor, end, "Quantile");
    if (cursor.field === 1) {
      expectWireType(cursor, FIXED_64, "Quantile");
      metric.quantiles[i] = readDouble(cursor, end);
    } else if (cursor.field === 2) {
      expectWireType(cursor, FIXED_64, "Value");
      readDoubleBits(cursor, end, metric.quantileValueBits, i);
    } else {
      skipField(cursor, end);
    }
  }
}

/** A `google.protobuf.Timestamp` in milliseconds, rounded towards zero. */
export function readTimestamp(cursor: ProtoCursor, end: number): number {
  let seconds = 0;
  let nanos = 0;
  while (cursor.at < end) {
    readTag(cursor, end, "Timestamp");
    if (cursor.field === 1) {
      expectWireType(cursor, VARINT, "Seconds");
      seconds = readInt64(cursor, end);
    } else if (cursor.field === 2) {
      expectWireType(cursor, VARINT, "Nanos");
      nanos = readInt32(cursor, end);
    } else {
      skipField(cursor, end);
    }
  }
  return seconds * 1000 + Math.trunc(nanos / 1e6);
}

/** Passes over an exemplar, all of which must be readable: most are read only to be found again in the storage. */
export function checkExemplar(cursor: ProtoCursor, end: number): void {
  while (cursor.at < end) {
    readTag(cursor, end, "Exemplar");
    if (cursor.field === 1) {
      checkLabel(cursor, nested(cursor, end, "Label"));
    } else if (cursor.field === 2) {
      expectWireType(cursor, FIXED_64, "Value");
      readDouble(cursor, end);
    } else if (cursor.field === 3) {
      readTimestamp(cursor, nested(cursor, end, "Timestamp"));
    } else {
      skipField(cursor, end);
    }
  }
}

function checkLabel(cursor: ProtoCursor, end: number): void {
  while (cursor.at < end) {
    readTag(cursor, end, "LabelPair");
    if (cursor.field === 1 || cursor.field === 2) cursor.at = nested(cursor, end, cursor.field === 1 ? "Name" : "Value");
    else skipField(cursor, end);
  }
}
