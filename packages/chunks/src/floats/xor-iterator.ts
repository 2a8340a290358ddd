import type { FloatHistogram, IntegerHistogram } from "@ferula/model";
import { BitReader } from "../bits/bit-reader.ts";
import { Fields } from "../bits/fields.ts";
import { signedNumber } from "../bits/int64.ts";
import { readUvarint, readVarint } from "../bits/varbit.ts";
import { readXorField } from "../bits/xor-field.ts";
import { type ChunkIterator, SAMPLE_TYPES, type SampleType } from "../chunk-iterator.ts";
import { FLOAT_FIELDS, TIME, VALUE } from "./float-fields.ts";

/** Widths of the change of a delta behind one, two, three and four ones. */
const WIDTHS: readonly number[] = [0, 14, 17, 20, 64];

/** Reads an XOR chunk sample by sample; `decodeFloatChunk` is faster for all of them. Source: tsdb/chunkenc/xor.go. */
export class XorIterator implements ChunkIterator {
  readonly sampleCount: number;
  readonly startTimestampMs = 0;
  // Not getters: what these return would be allocated where they are not inlined.
  timestampMs: number = Number.NaN;
  value: number = Number.NaN;
  valueLow = 0;
  valueHigh = 0;
  /** The state from which a writer goes on. */
  readonly fields: Fields = new Fields(FLOAT_FIELDS);
  readonly reader: BitReader;
  private index = 0;

  constructor(chunk: Uint8Array) {
    this.reader = new BitReader("xor", chunk);
    this.sampleCount = (chunk[0] << 8) | chunk[1];
  }

  next(): SampleType {
    if (this.index === this.sampleCount) return SAMPLE_TYPES.none;
    const { reader, fields } = this;
    if (this.index === 0) {
      readFirst(reader, fields);
    } else {
      if (this.index === 1) readUvarint(reader);
      else readChange(reader);
      fields.advanceBy(TIME, reader.low, reader.high);
      readXorField(reader, fields, VALUE);
    }
    this.index++;
    reader.checkEnd(this.index);
    this.timestampMs = signedNumber(fields.words[2 * TIME], fields.words[2 * TIME + 1]);
    this.value = fields.doubles[VALUE];
    this.valueLow = fields.words[2 * VALUE];
    this.valueHigh = fields.words[2 * VALUE + 1];
    return SAMPLE_TYPES.float;
  }

  histogram(): IntegerHistogram {
    throw new Error("BUG: a chunk of floats was asked for a histogram");
  }

  floatHistogram(): FloatHistogram {
    throw new Error("BUG: a chunk of floats was asked for a histogram");
  }
}

/** Reads the first sample of a chunk of floats: its time as a varint and its value in full. */
export function readFirst(reader: BitReader, fields: Fields): void {
  readVarint(reader);
  fields.set(TIME, reader.low, reader.high);
  reader.readWide(64);
  fields.set(VALUE, reader.low, reader.high);
}

/** Reads the change of a delta into the reader's words. A field of w bits holds -2^(w-1)+1 … 2^(w-1). */
function readChange(reader: BitReader): void {
  const ones = Math.clz32(~reader.peek() | 0x08000000);
  reader.position += ones === 4 ? 4 : ones + 1;
  if (ones === 4) {
    reader.readWide(64);
    return;
  }
  const width = WIDTHS[ones];
  const field = ones === 0 ? 0 : reader.readBits(width);
  reader.low = ones > 0 && field > 1 << (width - 1) ? field - (1 << width) : field;
  reader.high = reader.low >> 31;
}
