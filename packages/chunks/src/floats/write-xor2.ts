import { STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import type { BitWriter } from "../bits/bit-writer.ts";
import type { Fields } from "../bits/fields.ts";
import { highWord, lowWord } from "../bits/int64.ts";
import { writeUvarint } from "../bits/varbit.ts";
import { writeWindow } from "../bits/xor-field.ts";
import type { StartTimestamps } from "../start-timestamps.ts";
import type { FloatRows } from "./float-appender.ts";
import { TIME, VALUE } from "./float-fields.ts";
import { writeFirst } from "./xor-appender.ts";

/**
 * Writes row `row` as sample `index` of an xor2 chunk, whose last sample `fields` and `starts` hold; the format stands at `Xor2Iterator`.
 * Source: tsdb/chunkenc/xor2.go.
 */
export function writeXor2Sample(
  writer: BitWriter,
  fields: Fields,
  starts: StartTimestamps,
  index: number,
  rows: FloatRows,
  row: number,
): void {
  const timeLow = lowWord(rows.timestampsMs[row]);
  const timeHigh = highWord(rows.timestampsMs[row]);
  const previousLow = fields.words[2 * TIME];
  const previousHigh = fields.words[2 * TIME + 1];
  const low = rows.valueBits[2 * row] | 0;
  const high = rows.valueBits[2 * row + 1] | 0;
  const isStale = low === STALE_NAN_LOW && high === STALE_NAN_HIGH;
  if (index === 0) {
    writeFirst(writer, fields, timeLow, timeHigh, low, high);
    if (isStale) fields.set(VALUE, 0, 0);
  } else {
    fields.advanceTo(TIME, timeLow, timeHigh);
    if (index > 1) {
      writeLater(writer, fields, low, high, isStale);
    } else {
      writeUvarint(writer, fields.changeLow, fields.changeHigh);
      writeValue(writer, fields, low, high, isStale);
    }
  }
  const { startTimestampsMs } = rows;
  const startLow = startTimestampsMs === undefined ? 0 : lowWord(startTimestampsMs[row]);
  const startHigh = startTimestampsMs === undefined ? 0 : highWord(startTimestampsMs[row]);
  starts.write(writer, index, startLow, startHigh, timeLow, timeHigh, previousLow, previousHigh);
}

function writeLater(writer: BitWriter, fields: Fields, low: number, high: number, isStale: boolean): void {
  if (fields.changeLow !== 0 || fields.changeHigh !== 0) {
    writeChange(writer, fields.changeLow, fields.changeHigh);
    writeValue(writer, fields, low, high, isStale);
  } else if (isStale) {
    writer.writeBits(0b11111, 5);
  } else if (isUnchanged(fields, low, high)) {
    writer.writeBits(0, 1);
  } else {
    writeWindow(writer, fields, VALUE, low, high, 0b100, 0b101, 3);
  }
}

/** The value behind a changed delta. */
function writeValue(writer: BitWriter, fields: Fields, low: number, high: number, isStale: boolean): void {
  if (isStale) writer.writeBits(0b111, 3);
  else if (isUnchanged(fields, low, high)) writer.writeBits(0, 1);
  else writeWindow(writer, fields, VALUE, low, high, 0b10, 0b110, 2, 3);
}

function isUnchanged({ words }: Fields, low: number, high: number): boolean {
  return low === words[2 * VALUE] && high === words[2 * VALUE + 1];
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
