import { HISTOGRAM_SUM, type HistogramMessage, type MetricMessage, type SideMessage, withRoom } from "./metric-message.ts";
import {
  expectWireType,
  FIXED_64,
  LENGTH_DELIMITED,
  type ProtoCursor,
  readDouble,
  readDoubleBits,
  readEnd,
  readInt32,
  readSint32,
  readSint64,
  readTag,
  readUint64,
  skipField,
  VARINT,
} from "./proto-cursor.ts";
import { checkExemplar, nested, readTimestamp } from "./read-metric.ts";

/** Reads a `Histogram` from the cursor to `end`, behind what another one of the same metric left. */
export function readHistogram(cursor: ProtoCursor, end: number, metric: MetricMessage): void {
  const { histogram } = metric;
  while (cursor.at < end) {
    readTag(cursor, end, "Histogram");
    switch (cursor.field) {
      case 1:
        expectWireType(cursor, VARINT, "SampleCount");
        histogram.sampleCount = readUint64(cursor, end);
        break;
      case 2:
        expectWireType(cursor, FIXED_64, "SampleSum");
        readDoubleBits(cursor, end, metric.numberBits, HISTOGRAM_SUM);
        break;
      case 3:
        readBucket(cursor, nested(cursor, end, "Bucket"), histogram);
        break;
      case 4:
        expectWireType(cursor, FIXED_64, "SampleCountFloat");
        histogram.sampleCountFloat = readDouble(cursor, end);
        break;
      default:
        readNativeField(cursor, end, histogram);
    }
  }
}

function readBucket(cursor: ProtoCursor, end: number, histogram: HistogramMessage): void {
  const i = histogram.bucketCount++;
  const bounds = (histogram.bounds = withRoom(histogram.bounds, i, 1));
  const cumulative = (histogram.cumulative = withRoom(histogram.cumulative, i, 1));
  const exemplars = (histogram.bucketExemplars = withRoom(histogram.bucketExemplars, i, 2));
  let count = 0;
  let floatCount = 0;
  bounds[i] = exemplars[2 * i] = exemplars[2 * i + 1] = 0;
  while (cursor.at < end) {
    readTag(cursor, end, "Bucket");
    switch (cursor.field) {
      case 1:
        expectWireType(cursor, VARINT, "CumulativeCount");
        count = readUint64(cursor, end);
        break;
      case 2:
        expectWireType(cursor, FIXED_64, "UpperBound");
        bounds[i] = readDouble(cursor, end);
        break;
      case 3:
        exemplars[2 * i + 1] = nested(cursor, end, "Exemplar");
        exemplars[2 * i] = cursor.at;
        checkExemplar(cursor, exemplars[2 * i + 1]);
        break;
      case 4:
        expectWireType(cursor, FIXED_64, "CumulativeCountFloat");
        floatCount = readDouble(cursor, end);
        break;
      default:
        skipField(cursor, end);
    }
  }
  cumulative[i] = floatCount === 0 ? count : floatCount;
}

function readNativeField(cursor: ProtoCursor, end: number, histogram: HistogramMessage): void {
  switch (cursor.field) {
    case 5:
      expectWireType(cursor, VARINT, "Schema");
      histogram.schema = readSint32(cursor, end);
      break;
    case 6:
      expectWireType(cursor, FIXED_64, "ZeroThreshold");
      histogram.zeroThreshold = readDouble(cursor, end);
      break;
    case 7:
      expectWireType(cursor, VARINT, "ZeroCount");
      histogram.zeroCount = readUint64(cursor, end);
      break;
    case 8:
      expectWireType(cursor, FIXED_64, "ZeroCountFloat");
      histogram.zeroCountFloat = readDouble(cursor, end);
      break;
    case 9:
      readSpan(cursor, nested(cursor, end, "NegativeSpan"), histogram.negative);
      break;
    case 10:
      readDeltas(cursor, end, histogram.negative, "NegativeDelta");
      break;
    case 11:
      readCounts(cursor, end, histogram.negative, "NegativeCount");
      break;
    case 12:
      readSpan(cursor, nested(cursor, end, "PositiveSpan"), histogram.positive);
      break;
    case 13:
      readDeltas(cursor, end, histogram.positive, "PositiveDelta");
      break;
    case 14:
      readCounts(cursor, end, histogram.positive, "PositiveCount");
      break;
    case 15:
      histogram.startTimestampMs = readTimestamp(cursor, nested(cursor, end, "StartTimestamp"));
      break;
    case 16:
      findExemplar(cursor, nested(cursor, end, "Exemplars"), histogram);
      break;
    default:
      skipField(cursor, end);
  }
}

function readSpan(cursor: ProtoCursor, end: number, side: SideMessage): void {
  const i = side.spanCount++;
  const spans = (side.spans = withRoom(side.spans, i, 2));
  spans[2 * i] = spans[2 * i + 1] = 0;
  while (cursor.at < end) {
    readTag(cursor, end, "BucketSpan");
    if (cursor.field === 1) {
      expectWireType(cursor, VARINT, "Offset");
      spans[2 * i] = readSint32(cursor, end);
    } else if (cursor.field === 2) {
      expectWireType(cursor, VARINT, "Length");
      spans[2 * i + 1] = readInt32(cursor, end);
    } else {
      skipField(cursor, end);
    }
  }
}

/** A list may come packed or one by one. The last one of a packed list may reach beyond its end, as upstream lets it. */
function readDeltas(cursor: ProtoCursor, end: number, side: SideMessage, field: string): void {
  if (cursor.wireType !== LENGTH_DELIMITED) {
    expectWireType(cursor, VARINT, field);
    pushDelta(side, readSint64(cursor, end));
    return;
  }
  const listEnd = readEnd(cursor, end);
  while (cursor.at < listEnd) pushDelta(side, readSint64(cursor, end));
}

function pushDelta(side: SideMessage, delta: number): void {
  const i = side.deltaCount++;
  if (i === side.deltas.length) side.deltas = withRoom(side.deltas, i, 1);
  side.deltas[i] = delta;
}

function readCounts(cursor: ProtoCursor, end: number, side: SideMessage, field: string): void {
  if (cursor.wireType !== LENGTH_DELIMITED) {
    expectWireType(cursor, FIXED_64, field);
    pushCount(side, readDouble(cursor, end));
    return;
  }
  const listEnd = readEnd(cursor, end);
  while (cursor.at < listEnd) pushCount(side, readDouble(cursor, end));
}

function pushCount(side: SideMessage, count: number): void {
  const i = side.countCount++;
  if (i === side.counts.length) side.counts = withRoom(side.counts, i, 1);
  side.counts[i] = count;
}

function findExemplar(cursor: ProtoCursor, end: number, histogram: HistogramMessage): void {
  const i = histogram.exemplarCount++;
  const ranges = (histogram.exemplars = withRoom(histogram.exemplars, i, 2));
  ranges[2 * i] = cursor.at;
  ranges[2 * i + 1] = end;
  checkExemplar(cursor, end);
}
