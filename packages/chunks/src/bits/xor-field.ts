import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { type Fields, NO_WINDOW } from "./fields.ts";

/**
 * Floats told by the bits in which each differs from the one before: those from the first to the last that differs, or those of the
 * last window where they lie in it. A new window is told by 5 bits of zeros before it and 6 bits of length (0 is 64).
 */

/** Reads a float: `0` unchanged, `10` in the last window, `11` in a new one. */
export function readXorField(reader: BitReader, fields: Fields, field: number): void {
  if (reader.readBits(1) === 0) return;
  readWindow(reader, fields, field, reader.readBits(1) === 1);
}

/** Reads the bits in which a float differs, in a new window or the last. Throws RangeError for a window that can't be. */
export function readWindow(reader: BitReader, fields: Fields, field: number, isNew: boolean): void {
  if (isNew) startWindow(reader, fields, field);
  const trailing = fields.trailing[field];
  const significant = 64 - fields.leading[field] - trailing;
  let high = 0;
  let low: number;
  if (significant <= 32) {
    low = reader.readBits(significant);
  } else {
    high = reader.readBits(significant - 32);
    low = reader.readBits(32);
  }
  const { words } = fields;
  if (trailing === 0) {
    words[2 * field + 1] ^= high;
    words[2 * field] ^= low;
  } else if (trailing < 32) {
    words[2 * field + 1] ^= (high << trailing) | (low >>> (32 - trailing));
    words[2 * field] ^= low << trailing;
  } else {
    words[2 * field + 1] ^= low << (trailing - 32);
  }
}

function startWindow(reader: BitReader, fields: Fields, field: number): void {
  const told = reader.readBits(11);
  const leading = told >>> 6;
  const significant = (told & 63) === 0 ? 64 : told & 63;
  if (leading + significant > 64) reader.fail(`a window of ${significant} bits begins at bit ${leading}`);
  fields.leading[field] = leading;
  fields.trailing[field] = 64 - leading - significant;
}

/** Writes a float as `readXorField` reads it. */
export function writeXorField(writer: BitWriter, fields: Fields, field: number, low: number, high: number): void {
  if (low === fields.words[2 * field] && high === fields.words[2 * field + 1]) writer.writeBits(0, 1);
  else writeWindow(writer, fields, field, low, high, REUSE, START, 2);
}

const REUSE = 0b10;
const START = 0b11;

/**
 * Writes a float that differs from the last: `reuse` or `start` in so many bits, for the last window or a new one, and the bits in
 * which it differs.
 */
export function writeWindow(
  writer: BitWriter,
  fields: Fields,
  field: number,
  low: number,
  high: number,
  reuse: number,
  start: number,
  reuseBits: number,
  startBits: number = reuseBits,
): void {
  const { words } = fields;
  const xorLow = low ^ words[2 * field];
  const xorHigh = high ^ words[2 * field + 1];
  words[2 * field] = low;
  words[2 * field + 1] = high;
  // At most 31: the field has five bits.
  const leading = Math.min(Math.clz32(xorHigh), 31);
  const trailing = trailingZeros(xorLow, xorHigh);
  const lastLeading = fields.leading[field];
  if (lastLeading !== NO_WINDOW && leading >= lastLeading && trailing >= fields.trailing[field]) {
    writer.writeBits(reuse, reuseBits);
    writeSignificant(writer, xorLow, xorHigh, fields.trailing[field], 64 - lastLeading - fields.trailing[field]);
    return;
  }
  fields.leading[field] = leading;
  fields.trailing[field] = trailing;
  const significant = 64 - leading - trailing;
  writer.writeBits((start << 11) | (leading << 6) | (significant & 63), startBits + 11);
  writeSignificant(writer, xorLow, xorHigh, trailing, significant);
}

function writeSignificant(writer: BitWriter, low: number, high: number, trailing: number, significant: number): void {
  if (trailing === 0) {
    if (significant > 32) writer.writeWide(low, high, significant);
    else writer.writeBits(low, significant);
  } else if (trailing < 32) {
    const shifted = (low >>> trailing) | (high << (32 - trailing));
    if (significant > 32) writer.writeWide(shifted, high >>> trailing, significant);
    else writer.writeBits(shifted, significant);
  } else {
    writer.writeBits(high >>> (trailing - 32), significant);
  }
}

function trailingZeros(low: number, high: number): number {
  return low !== 0 ? 31 - Math.clz32(low & -low) : 63 - Math.clz32(high & -high);
}
