import { BitWriter } from "../bits/bit-writer.ts";
import { Fields } from "../bits/fields.ts";
import { highWord, lowWord } from "../bits/int64.ts";
import { writeUvarint, writeVarint } from "../bits/varbit.ts";
import { writeXorField } from "../bits/xor-field.ts";
import { SAMPLE_TYPES } from "../chunk-iterator.ts";
import { chunkHeaderBytes } from "../encoding.ts";
import { type FloatAppender, type FloatRows, MOST_FLOATS_PER_CHUNK } from "./float-appender.ts";
import { FLOAT_FIELDS, TIME, VALUE } from "./float-fields.ts";
import { XorIterator } from "./xor-iterator.ts";

/** Writes one XOR chunk into bytes of its own; `XorEncoder` writes many into slabs. Source: tsdb/chunkenc/xor.go. */
export class XorAppender implements FloatAppender {
  readonly encoding = "xor";
  sampleCount = 0;
  private readonly writer = new BitWriter(chunkHeaderBytes("xor"));
  private fields = new Fields(FLOAT_FIELDS);

  /** Starts a chunk, or goes on with `chunk`, which is copied. Throws RangeError when that is damaged. */
  constructor(chunk?: Uint8Array) {
    if (chunk !== undefined) this.resume(new XorIterator(chunk), chunk);
    if (this.sampleCount === 0) this.fields.clearWindows();
  }

  bytes(): Uint8Array {
    return this.writer.view8();
  }

  append(rows: FloatRows, row: number): void {
    checkRoom(this.sampleCount);
    const { writer, fields } = this;
    const timeLow = lowWord(rows.timestampsMs[row]);
    const timeHigh = highWord(rows.timestampsMs[row]);
    const low = rows.valueBits[2 * row] | 0;
    const high = rows.valueBits[2 * row + 1] | 0;
    if (this.sampleCount === 0) {
      writeFirst(writer, fields, timeLow, timeHigh, low, high);
    } else {
      fields.advanceTo(TIME, timeLow, timeHigh);
      if (this.sampleCount === 1) writeUvarint(writer, fields.changeLow, fields.changeHigh);
      else writeChange(writer, fields.changeLow, fields.changeHigh);
      writeXorField(writer, fields, VALUE, low, high);
    }
    writeCount(writer, ++this.sampleCount);
  }

  private resume(iterator: XorIterator, chunk: Uint8Array): void {
    while (iterator.next() !== SAMPLE_TYPES.none);
    this.fields = iterator.fields;
    this.sampleCount = iterator.sampleCount;
    this.writer.load(chunk, iterator.reader.position);
  }
}

/** Writes the first sample of a chunk of floats. */
export function writeFirst(writer: BitWriter, fields: Fields, timeLow: number, timeHigh: number, low: number, high: number): void {
  fields.set(TIME, timeLow, timeHigh);
  fields.set(VALUE, low, high);
  writeVarint(writer, timeLow, timeHigh);
  writer.writeWide(low, high, 64);
}

/** Throws RangeError when the header can't count another sample. */
export function checkRoom(sampleCount: number): void {
  if (sampleCount >= MOST_FLOATS_PER_CHUNK) throw new RangeError(`cannot append to a chunk of ${sampleCount} samples: it can't count more`);
}

/** Writes the count to the header. */
export function writeCount(writer: BitWriter, sampleCount: number): void {
  writer.setByte(0, sampleCount >>> 8);
  writer.setByte(1, sampleCount);
}

function writeChange(writer: BitWriter, low: number, high: number): void {
  if (high === low >> 31) {
    if (low === 0) {
      writer.writeBits(0, 1);
      return;
    }
    for (let ones = 1; ones <= 3; ones++) {
      const width = 11 + 3 * ones;
      const half = 1 << (width - 1);
      if (low > -half && low <= half) {
        const prefix = (1 << (ones + 1)) - 2;
        writer.writeBits((prefix << width) | (low & ((1 << width) - 1)), ones + 1 + width);
        return;
      }
    }
  }
  writer.writeBits(0b1111, 4);
  writer.writeWide(low, high, 64);
}
