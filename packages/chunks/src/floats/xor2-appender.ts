import { STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import { BitWriter } from "../bits/bit-writer.ts";
import { Fields } from "../bits/fields.ts";
import { highWord, lowWord } from "../bits/int64.ts";
import { writeUvarint } from "../bits/varbit.ts";
import { writeWindow } from "../bits/xor-field.ts";
import { SAMPLE_TYPES } from "../chunk-iterator.ts";
import { chunkHeaderBytes } from "../encoding.ts";
import { StartTimestamps } from "../start-timestamps.ts";
import type { FloatAppender, FloatRows } from "./float-appender.ts";
import { FLOAT_FIELDS, TIME, VALUE } from "./float-fields.ts";
import { checkRoom, writeCount, writeFirst } from "./xor-appender.ts";
import { Xor2Iterator } from "./xor2-iterator.ts";

/** Writes one xor2 chunk; the format stands at `Xor2Iterator`. Source: tsdb/chunkenc/xor2.go. */
export class Xor2Appender implements FloatAppender {
  readonly encoding = "xor2";
  sampleCount = 0;
  private readonly writer = new BitWriter(chunkHeaderBytes("xor2"));
  private fields = new Fields(FLOAT_FIELDS);
  private startTimestamps = new StartTimestamps(0);

  /** Starts a chunk, or goes on with `chunk`, which is copied. Throws RangeError when that is damaged. */
  constructor(chunk?: Uint8Array) {
    if (chunk !== undefined) this.resume(new Xor2Iterator(chunk), chunk);
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
    const previousLow = fields.words[2 * TIME];
    const previousHigh = fields.words[2 * TIME + 1];
    const low = rows.valueBits[2 * row] | 0;
    const high = rows.valueBits[2 * row + 1] | 0;
    const isStale = low === STALE_NAN_LOW && high === STALE_NAN_HIGH;
    if (this.sampleCount === 0) {
      writeFirst(writer, fields, timeLow, timeHigh, low, high);
      if (isStale) fields.set(VALUE, 0, 0);
    } else {
      fields.advanceTo(TIME, timeLow, timeHigh);
      if (this.sampleCount > 1) this.writeLater(low, high, isStale);
      else {
        writeUvarint(writer, fields.changeLow, fields.changeHigh);
        this.writeValue(low, high, isStale);
      }
    }
    const starts = rows.startTimestampsMs;
    const startLow = starts === undefined ? 0 : lowWord(starts[row]);
    const startHigh = starts === undefined ? 0 : highWord(starts[row]);
    this.startTimestamps.write(writer, this.sampleCount, startLow, startHigh, timeLow, timeHigh, previousLow, previousHigh);
    writeCount(writer, ++this.sampleCount);
  }

  private resume(iterator: Xor2Iterator, chunk: Uint8Array): void {
    while (iterator.next() !== SAMPLE_TYPES.none);
    this.fields = iterator.fields;
    this.startTimestamps = iterator.startTimestamps;
    this.sampleCount = iterator.sampleCount;
    this.writer.load(chunk, iterator.reader.position);
  }

  private writeLater(low: number, high: number, isStale: boolean): void {
    const { writer, fields } = this;
    if (fields.changeLow !== 0 || fields.changeHigh !== 0) {
      writeChange(writer, fields.changeLow, fields.changeHigh);
      this.writeValue(low, high, isStale);
    } else if (isStale) {
      writer.writeBits(0b11111, 5);
    } else if (this.isUnchanged(low, high)) {
      writer.writeBits(0, 1);
    } else {
      writeWindow(writer, fields, VALUE, low, high, 0b100, 0b101, 3);
    }
  }

  /** The value behind a changed delta. */
  private writeValue(low: number, high: number, isStale: boolean): void {
    if (isStale) this.writer.writeBits(0b111, 3);
    else if (this.isUnchanged(low, high)) this.writer.writeBits(0, 1);
    else writeWindow(this.writer, this.fields, VALUE, low, high, 0b10, 0b110, 2, 3);
  }

  private isUnchanged(low: number, high: number): boolean {
    return low === this.fields.words[2 * VALUE] && high === this.fields.words[2 * VALUE + 1];
  }
}

/** The change of a delta, not 0. */
function writeChange(writer: BitWriter, low: number, high: number): void {
  const fitsWord = high === low >> 31;
  if (fitsWord && low >= -4096 && low <= 4095) {
    writer.writeBits((0b110 << 13) | (low & 0x1fff), 16);
  } else if (fitsWord && low >= -524_288 && low <= 524_287) {
    writer.writeBits((0b1110 << 20) | (low & 0xfffff), 24);
  } else {
    writer.writeBits(0b11110, 5);
    writer.writeWide(low, high, 64);
  }
}
