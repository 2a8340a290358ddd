import { type FloatHistogram, type IntegerHistogram, STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import { BitReader } from "../bits/bit-reader.ts";
import { Fields } from "../bits/fields.ts";
import { signedNumber } from "../bits/int64.ts";
import { readUvarint } from "../bits/varbit.ts";
import { readWindow } from "../bits/xor-field.ts";
import { type ChunkIterator, SAMPLE_TYPES, type SampleType } from "../chunk-iterator.ts";
import { START_TIMESTAMP_BYTE, StartTimestamps } from "../start-timestamps.ts";
import { FLOAT_FIELDS, TIME, VALUE } from "./float-fields.ts";
import { readFirst } from "./xor-iterator.ts";

/** A float that stands for the end of its series. */
const staleDouble = new Float64Array(Uint32Array.of(STALE_NAN_LOW, STALE_NAN_HIGH).buffer);

/**
 * Reads an xor2 chunk. One prefix tells of time and value together, and a stale marker has a code of its own and leaves the value that
 * the next one is told against:
 *
 *     0      usual delta, same value
 *     10     usual delta, another value: `0` in the last window, `1` in a new one
 *     110    delta changed by 13 bits, 1110 by 20 bits, 11110 by 64 bits (two's complement); then the value:
 *            `0` same, `10` in the last window, `110` in a new one, `111` stale
 *     11111  usual delta, stale
 *
 * The first sample is as in an XOR chunk; the second has its delta as a varint and its value as behind a changed delta. Start timestamps
 * follow each sample. Source: tsdb/chunkenc/xor2.go.
 */
export class Xor2Iterator implements ChunkIterator {
  readonly sampleCount: number;
  // Not getters: what these return would be allocated where they are not inlined.
  timestampMs: number = Number.NaN;
  startTimestampMs: number = Number.NaN;
  value: number = Number.NaN;
  valueLow = 0;
  valueHigh = 0;
  /** The state from which a writer goes on; the value is the last that was not stale. */
  readonly fields: Fields = new Fields(FLOAT_FIELDS);
  readonly startTimestamps: StartTimestamps;
  readonly reader: BitReader;
  private isStale = false;
  private index = 0;

  constructor(chunk: Uint8Array) {
    this.reader = new BitReader("xor2", chunk);
    this.sampleCount = (chunk[0] << 8) | chunk[1];
    this.startTimestamps = new StartTimestamps(chunk[START_TIMESTAMP_BYTE]);
  }

  next(): SampleType {
    if (this.index === this.sampleCount) return SAMPLE_TYPES.none;
    const { reader, fields } = this;
    const { words } = fields;
    const previousLow = words[2 * TIME];
    const previousHigh = words[2 * TIME + 1];
    if (this.index === 0) this.readFirst();
    else if (this.index === 1) this.readSecond();
    else this.readLater();
    this.startTimestamps.read(reader, this.index, words[2 * TIME], words[2 * TIME + 1], previousLow, previousHigh);
    this.index++;
    reader.checkEnd(this.index);
    this.tell();
    return SAMPLE_TYPES.float;
  }

  histogram(): IntegerHistogram {
    throw new Error("BUG: a chunk of floats was asked for a histogram");
  }

  floatHistogram(): FloatHistogram {
    throw new Error("BUG: a chunk of floats was asked for a histogram");
  }

  /** Sets what is public to the sample that was read. */
  private tell(): void {
    const { words, doubles } = this.fields;
    this.timestampMs = signedNumber(words[2 * TIME], words[2 * TIME + 1]);
    this.startTimestampMs = signedNumber(this.startTimestamps.low, this.startTimestamps.high);
    this.value = this.isStale ? staleDouble[0] : doubles[VALUE];
    this.valueLow = this.isStale ? STALE_NAN_LOW : words[2 * VALUE];
    this.valueHigh = this.isStale ? STALE_NAN_HIGH : words[2 * VALUE + 1];
  }

  private readFirst(): void {
    const { fields } = this;
    readFirst(this.reader, fields);
    this.isStale = fields.words[2 * VALUE] === STALE_NAN_LOW && fields.words[2 * VALUE + 1] === STALE_NAN_HIGH;
    if (this.isStale) fields.set(VALUE, 0, 0);
  }

  private readSecond(): void {
    readUvarint(this.reader);
    this.fields.advanceBy(TIME, this.reader.low, this.reader.high);
    this.readValue();
  }

  private readLater(): void {
    const { reader, fields } = this;
    const ones = Math.clz32(~reader.peek() | 0x04000000);
    reader.position += ones === 5 ? 5 : ones + 1;
    if (ones >= 2 && ones <= 4) {
      readChange(reader, ones);
      fields.advanceBy(TIME, reader.low, reader.high);
      this.readValue();
      return;
    }
    fields.advanceBy(TIME, 0, 0);
    this.isStale = ones === 5;
    if (ones === 1) readWindow(reader, fields, VALUE, reader.readBits(1) === 1);
  }

  private readValue(): void {
    const { reader } = this;
    const ones = Math.clz32(~reader.peek() | 0x10000000);
    reader.position += ones === 3 ? 3 : ones + 1;
    this.isStale = ones === 3;
    if (ones === 1 || ones === 2) readWindow(reader, this.fields, VALUE, ones === 2);
  }
}

/** Reads the change of a delta behind two, three or four ones into the reader's words. */
function readChange(reader: BitReader, ones: number): void {
  if (ones === 4) {
    reader.readWide(64);
    return;
  }
  const unused = ones === 2 ? 32 - 13 : 32 - 20;
  reader.low = (reader.readBits(32 - unused) << unused) >> unused;
  reader.high = reader.low >> 31;
}
