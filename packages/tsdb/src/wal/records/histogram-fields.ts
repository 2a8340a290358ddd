import type { ByteReader, ByteWriter } from "@ferula/bytes";
import {
  type CounterResetHint,
  createFloatHistogram,
  createIntegerHistogram,
  CUSTOM_BUCKETS_SCHEMA,
  type Histogram,
  type Spans,
  STALE_NAN_HIGH,
  STALE_NAN_LOW,
} from "@ferula/model";
import { readWideUvarint, readWideVarint, writeWideUvarint, writeWideVarint } from "./wide-integers.ts";

/*
 * A histogram in a record: hint, schema, width of the zero bucket, counts, sum, spans and buckets of both sides, and bounds where the
 * schema has them. Counts of integer histograms are varints, and so are the differences of their buckets, signed; all else that is not
 * whole has the 64 bits of a float. Source: tsdb/record/record.go `EncodeHistogram`, `EncodeFloatHistogram`.
 */

/** In the order of their bytes (model/histogram/histogram.go `CounterResetHint`). */
const RESET_HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];

type ReadNumber = (reader: ByteReader) => number;
type WriteNumber = (writer: ByteWriter, value: number) => void;

/** How the numbers of a form are written, and the least bytes of one of its buckets. */
interface NumberForm {
  readonly readCount: ReadNumber;
  readonly writeCount: WriteNumber;
  readonly readBucket: ReadNumber;
  readonly writeBucket: WriteNumber;
  readonly leastBucketBytes: number;
}

const readFloat: ReadNumber = (reader) => reader.f64be();
const writeFloat: WriteNumber = (writer, value) => {
  writer.f64be(value);
};

const FORMS: Readonly<Record<Histogram["kind"], NumberForm>> = {
  integer: {
    readCount: readWideUvarint,
    writeCount: writeWideUvarint,
    readBucket: readWideVarint,
    writeBucket: writeWideVarint,
    leastBucketBytes: 1,
  },
  float: { readCount: readFloat, writeCount: writeFloat, readBucket: readFloat, writeBucket: writeFloat, leastBucketBytes: 8 },
};

const FLOAT_BYTES = 8;
const LEAST_SPAN_BYTES = 2;

/** Writes a histogram of either form. */
export function writeHistogram(writer: ByteWriter, histogram: Histogram): void {
  const { schema, positiveSpans, negativeSpans, positiveBuckets, negativeBuckets, customValues } = histogram;
  const { writeCount, writeBucket } = FORMS[histogram.kind];
  writer.u8(RESET_HINTS.indexOf(histogram.counterResetHint));
  writer.varint(schema);
  writer.f64be(histogram.zeroThreshold);
  writeCount(writer, histogram.zeroCount);
  writeCount(writer, histogram.count);
  writeSum(writer, histogram);
  writeSpans(writer, positiveSpans);
  writeSpans(writer, negativeSpans);
  writeNumbers(writer, positiveBuckets, writeBucket);
  writeNumbers(writer, negativeBuckets, writeBucket);
  if (schema === CUSTOM_BUCKETS_SCHEMA) writeNumbers(writer, customValues, writeFloat);
}

/** Reads what `writeHistogram` wrote, of the form `kind`. Throws RangeError when it is cut short. */
export function readHistogram(reader: ByteReader, kind: Histogram["kind"]): Histogram {
  const { readCount, readBucket, leastBucketBytes } = FORMS[kind];
  const histogram = kind === "integer" ? createIntegerHistogram() : createFloatHistogram();
  histogram.counterResetHint = RESET_HINTS[reader.u8()] ?? "unknown";
  histogram.schema = readWideVarint(reader) | 0;
  histogram.zeroThreshold = reader.f64be();
  histogram.zeroCount = readCount(reader);
  histogram.count = readCount(reader);
  readSum(reader, histogram);
  histogram.positiveSpans = readSpans(reader);
  histogram.negativeSpans = readSpans(reader);
  histogram.positiveBuckets = readNumbers(reader, readBucket, leastBucketBytes);
  histogram.negativeBuckets = readNumbers(reader, readBucket, leastBucketBytes);
  if (histogram.schema === CUSTOM_BUCKETS_SCHEMA) histogram.customValues = readNumbers(reader, readFloat, FLOAT_BYTES);
  return histogram;
}

/** A stale marker is one NaN among many, so the sum's bits are written apart. */
function writeSum(writer: ByteWriter, { sum, isStale }: Histogram): void {
  if (!isStale) {
    writer.f64be(sum);
    return;
  }
  writer.u32be(STALE_NAN_HIGH);
  writer.u32be(STALE_NAN_LOW);
}

function readSum(reader: ByteReader, histogram: Histogram): void {
  const words = new Uint32Array(2);
  words[1] = reader.u32be();
  words[0] = reader.u32be();
  histogram.isStale = words[1] === STALE_NAN_HIGH && words[0] === STALE_NAN_LOW;
  histogram.sum = new Float64Array(words.buffer)[0];
}

function writeSpans(writer: ByteWriter, spans: Spans): void {
  writer.uvarint(spans.length / 2);
  for (let i = 0; i < spans.length; i += 2) {
    writer.varint(spans[i]);
    writer.uvarint(spans[i + 1] >>> 0);
  }
}

function readSpans(reader: ByteReader): Spans {
  const spans = new Int32Array(2 * readLength(reader, LEAST_SPAN_BYTES));
  for (let i = 0; i < spans.length; i += 2) {
    spans[i] = readWideVarint(reader);
    spans[i + 1] = readWideUvarint(reader);
  }
  return spans;
}

function writeNumbers(writer: ByteWriter, numbers: Float64Array, write: WriteNumber): void {
  writer.uvarint(numbers.length);
  for (let i = 0; i < numbers.length; i++) write(writer, numbers[i]);
}

function readNumbers(reader: ByteReader, read: ReadNumber, leastBytes: number): Float64Array {
  const numbers = new Float64Array(readLength(reader, leastBytes));
  for (let i = 0; i < numbers.length; i++) numbers[i] = read(reader);
  return numbers;
}

/** A damaged length must not take all memory. */
function readLength(reader: ByteReader, leastBytes: number): number {
  const length = reader.uvarint();
  if (length * leastBytes > reader.remaining) {
    throw new RangeError(`cannot read ${length} numbers of a histogram: only ${reader.remaining} bytes are left`);
  }
  return length;
}
