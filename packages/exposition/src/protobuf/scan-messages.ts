import { ExpositionError } from "../exposition-error.ts";
import { quoteBytes } from "../text/quote-bytes.ts";
import { createMetricMessage, type MetricMessage } from "./metric-message.ts";
import { createProtoCursor, expectWireType, type ProtoCursor, readInt32, readTag, readVarint, skipField, VARINT } from "./proto-cursor.ts";
import { nested, readMetric } from "./read-metric.ts";

/** The types of families, by their numbers on the wire. */
export const MESSAGE_TYPES = ["counter", "gauge", "summary", "untyped", "histogram", "gaugehistogram"] as const;
export const COUNTER = 0;
export const GAUGE = 1;
export const SUMMARY = 2;
export const UNTYPED = 3;
export const HISTOGRAM = 4;
export const GAUGE_HISTOGRAM = 5;

/** A `MetricFamily` without its metrics. Ranges count in the bytes that are scanned; what is left out is empty. */
export interface FamilyMessage {
  nameStart: number;
  nameEnd: number;
  helpStart: number;
  helpEnd: number;
  unitStart: number;
  unitEnd: number;
  /** An index of MESSAGE_TYPES. */
  type: number;
}

/** Is told what a body has, in its order. What it gets is overwritten by the next one. */
export interface MessageSink {
  /** A family that has metrics. */
  readonly family: (family: FamilyMessage) => void;
  /** A metric of the family before. */
  readonly metric: (metric: MetricMessage, family: FamilyMessage) => void;
}

/** More bytes than that no length of a family may take. */
const LONGEST_LENGTH_BYTES = 5;

/** A body that is walked in parts. */
export interface MessageScan {
  /** Walks on past `metricCount` metrics at most, and returns whether there are more. Throws as `scanMessages`. */
  readonly next: (metricCount: number) => boolean;
}

/**
 * Walks a body of delimited `io.prometheus.client.MetricFamily` messages from `start` to `end`. Names, help and labels are only found, and
 * checked by `familyName` and the like, so that what is known need not be read. Throws an ExpositionError at what can't be read; the sink
 * has then been told what is before it. Source: model/textparse/protobufparse.go and prompb/io/prometheus/client/decoder.go.
 */
export function scanMessages(
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: MessageSink,
  metric: MetricMessage = createMetricMessage(),
): void {
  startMessageScan(bytes, start, end, sink, metric).next(Infinity);
}

/** As `scanMessages`, for who does other things in between; nobody else may use `metric` meanwhile. */
export function startMessageScan(
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: MessageSink,
  metric: MetricMessage = createMetricMessage(),
): MessageScan {
  const cursor = createProtoCursor(bytes, start);
  const family: FamilyMessage = { nameStart: 0, nameEnd: 0, helpStart: 0, helpEnd: 0, unitStart: 0, unitEnd: 0, type: 0 };
  /** Where the family ends that the cursor is in. */
  let familyEnd = start;
  let isFirst = false;

  function enterFamily(): void {
    familyEnd = readFamilyEnd(cursor, end);
    const familyStart = cursor.at;
    cursor.at = readFamily(cursor, familyEnd, family) ? familyStart : familyEnd;
    isFirst = true;
  }

  /** Walks to the end of the family, or past `count` metrics, and returns how many of these are left to walk past. */
  function scanFamily(count: number): number {
    let left = count;
    while (cursor.at < familyEnd && left > 0) {
      readTag(cursor, familyEnd, "MetricFamily");
      if (cursor.field !== 4) {
        skipField(cursor, familyEnd);
        continue;
      }
      readMetric(cursor, nested(cursor, familyEnd, "Metric"), metric);
      if (isFirst) {
        checkType(bytes, family);
        sink.family(family);
        isFirst = false;
      }
      sink.metric(metric, family);
      left--;
    }
    return left;
  }

  return {
    next(metricCount) {
      let left = metricCount;
      while (left > 0 && cursor.at < end) {
        if (cursor.at >= familyEnd) enterFamily();
        left = scanFamily(left);
      }
      return cursor.at < end;
    },
  };
}

function readFamilyEnd(cursor: ProtoCursor, end: number): number {
  const { at } = cursor;
  readDelimiter(cursor, end);
  if (cursor.at - at > LONGEST_LENGTH_BYTES) throw invalidLength();
  const length = cursor.high * 2 ** 32 + (cursor.low >>> 0);
  if (cursor.at + length > end) {
    const needed = cursor.at - at + length;
    throw new ExpositionError(0, `clientpb: insufficient length of buffer, expected at least ${needed} bytes, got ${end - at} bytes`);
  }
  return cursor.at + length;
}

function readDelimiter(cursor: ProtoCursor, end: number): void {
  try {
    readVarint(cursor, end);
  } catch (error) {
    throw error instanceof ExpositionError ? invalidLength() : error;
  }
}

function invalidLength(): ExpositionError {
  return new ExpositionError(0, "clientpb: invalid varint encountered");
}

/** Reads all but the metrics, and returns whether there are any: the name may stand behind them. */
function readFamily(cursor: ProtoCursor, end: number, family: FamilyMessage): boolean {
  family.nameStart = family.nameEnd = family.helpStart = family.helpEnd = family.unitStart = family.unitEnd = family.type = 0;
  let hasMetrics = false;
  while (cursor.at < end) {
    readTag(cursor, end, "MetricFamily");
    switch (cursor.field) {
      case 1:
        family.nameEnd = nested(cursor, end, "Name");
        family.nameStart = cursor.at;
        cursor.at = family.nameEnd;
        break;
      case 2:
        family.helpEnd = nested(cursor, end, "Help");
        family.helpStart = cursor.at;
        cursor.at = family.helpEnd;
        break;
      case 3:
        expectWireType(cursor, VARINT, "Type");
        family.type = readInt32(cursor, end);
        break;
      case 4:
        cursor.at = nested(cursor, end, "Metric");
        hasMetrics = true;
        break;
      case 5:
        family.unitEnd = nested(cursor, end, "Unit");
        family.unitStart = cursor.at;
        cursor.at = family.unitEnd;
        break;
      default:
        skipField(cursor, end);
    }
  }
  return hasMetrics;
}

function checkType(bytes: Uint8Array, { type, nameStart, nameEnd }: FamilyMessage): void {
  if (type >= 0 && type < MESSAGE_TYPES.length) return;
  throw new ExpositionError(0, `unknown metric type for metric ${quoteBytes(bytes, nameStart, nameEnd, nameEnd)}: ${type}`);
}
