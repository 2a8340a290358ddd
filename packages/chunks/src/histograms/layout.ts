import { CUSTOM_BUCKETS_SCHEMA, type Spans } from "@ferula/model";
import type { BitReader } from "../bits/bit-reader.ts";
import type { BitWriter } from "../bits/bit-writer.ts";
import { highWord, lowWord, unsignedNumber } from "../bits/int64.ts";
import { readVarbitInt, readVarbitUint, writeVarbitInt, writeVarbitUint } from "../bits/varbit.ts";

/** What all histograms of a chunk have in common, told once before the first. */
export interface Layout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positiveSpans: Spans;
  readonly negativeSpans: Spans;
  /** Upper bounds where the schema is that of custom buckets. */
  readonly customValues: Float64Array;
}

/** The layout before there is one, and that of stale markers, which have no buckets. */
export const emptyLayout: Layout = {
  schema: 0,
  zeroThreshold: 0,
  positiveSpans: new Int32Array(0),
  negativeSpans: new Int32Array(0),
  customValues: new Float64Array(0),
};

/** How many buckets the spans ask for. Lengths are unsigned 32-bit numbers. */
export function bucketCountOf(spans: Spans): number {
  let count = 0;
  for (let i = 1; i < spans.length; i += 2) count += spans[i] >>> 0;
  return count;
}

/** Writes a layout. Source: tsdb/chunkenc/histogram_meta.go. */
export function writeLayout(writer: BitWriter, layout: Layout): void {
  writeZeroThreshold(writer, layout.zeroThreshold);
  writeVarbitInt(writer, layout.schema, layout.schema >> 31);
  writeSpans(writer, layout.positiveSpans);
  writeSpans(writer, layout.negativeSpans);
  if (layout.schema !== CUSTOM_BUCKETS_SCHEMA) return;
  writeVarbitUint(writer, layout.customValues.length, 0);
  for (const bound of layout.customValues) writeCustomBound(writer, bound);
}

/** Reads a layout. Throws RangeError when it asks for more than the chunk can hold. */
export function readLayout(reader: BitReader): Layout {
  const zeroThreshold = readZeroThreshold(reader);
  readVarbitInt(reader);
  const schema = reader.low;
  const positiveSpans = readSpans(reader);
  const negativeSpans = readSpans(reader);
  const customValues = schema === CUSTOM_BUCKETS_SCHEMA ? readCustomBounds(reader) : emptyLayout.customValues;
  return { schema, zeroThreshold, positiveSpans, negativeSpans, customValues };
}

function writeSpans(writer: BitWriter, spans: Spans): void {
  writeVarbitUint(writer, spans.length / 2, 0);
  for (let i = 0; i < spans.length; i += 2) {
    writeVarbitUint(writer, spans[i + 1], 0);
    writeVarbitInt(writer, spans[i], spans[i] >> 31);
  }
}

/** A span takes two bits at least. */
function readSpans(reader: BitReader): Spans {
  const spans = new Int32Array(2 * readCount(reader, 2, "spans"));
  for (let i = 0; i < spans.length; i += 2) {
    readVarbitUint(reader);
    spans[i + 1] = reader.low;
    readVarbitInt(reader);
    spans[i] = reader.low;
  }
  return spans;
}

/** How many of something follow, which is checked before room is made for them. */
function readCount(reader: BitReader, leastBits: number, what: string): number {
  readVarbitUint(reader);
  const count = unsignedNumber(reader.low, reader.high);
  reader.checkEnd(1);
  if (count * leastBits > reader.bitsLeft) reader.fail(`there is no room for ${count} ${what}`);
  return count;
}

/** A double's bits, to take it apart. */
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** Powers of two from 2^-243 to 2^10 and 0 take a byte (1 is 2^-243); other numbers a byte of ones and eight of their own. */
const FIRST_EXPONENT = -244;
const LAST_EXPONENT = 10;

function writeZeroThreshold(writer: BitWriter, threshold: number): void {
  double[0] = threshold;
  const exponent = ((words[1] >> 20) & 0x7ff) - 1023;
  const isPowerOfTwo = threshold > 0 && (words[1] & 0xfffff) === 0 && words[0] === 0;
  if (threshold === 0) {
    writer.writeBits(0, 8);
  } else if (isPowerOfTwo && exponent > FIRST_EXPONENT && exponent <= LAST_EXPONENT) {
    writer.writeBits(exponent - FIRST_EXPONENT, 8);
  } else {
    writer.writeBits(0xff, 8);
    writer.writeWide(words[0], words[1], 64);
  }
}

function readZeroThreshold(reader: BitReader): number {
  const byte = reader.readBits(8);
  if (byte === 0) return 0;
  return byte === 0xff ? readDouble(reader) : 2 ** (byte + FIRST_EXPONENT);
}

function readDouble(reader: BitReader): number {
  reader.readWide(64);
  words[0] = reader.low;
  words[1] = reader.high;
  return double[0];
}

/** The largest multiple of a thousandth that is written as a whole number: more would not be shorter. */
const LAST_THOUSANDTH = 33_554_430;

/** Multiples of a thousandth, from 0, are written as whole numbers plus one; other bounds as 0 and eight bytes of their own. */
function writeCustomBound(writer: BitWriter, bound: number): void {
  const thousandths = bound * 1000;
  const rounded = roundFromZero(thousandths);
  if (thousandths >= 0 && thousandths <= LAST_THOUSANDTH && rounded / 1000 === bound) {
    writeVarbitUint(writer, lowWord(rounded + 1), highWord(rounded + 1));
    return;
  }
  double[0] = bound;
  writer.writeBits(0, 1);
  writer.writeWide(words[0], words[1], 64);
}

/** Half goes up; adding a half first would carry the largest number below it over. */
function roundFromZero(value: number): number {
  const floor = Math.floor(value);
  return value - floor >= 0.5 ? floor + 1 : floor;
}

/** A bound takes five bits at least. */
function readCustomBounds(reader: BitReader): Float64Array {
  const bounds = new Float64Array(readCount(reader, 5, "custom bounds"));
  for (let i = 0; i < bounds.length; i++) {
    readVarbitUint(reader);
    const told = unsignedNumber(reader.low, reader.high);
    bounds[i] = told === 0 ? readDouble(reader) : (told - 1) / 1000;
  }
  return bounds;
}
