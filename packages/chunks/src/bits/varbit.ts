import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";

/**
 * Numbers of few bits for what is mostly small, as tsdb/chunkenc/varbit.go has them: n ones and a zero, then `WIDTHS[n]` bits; 0 is the
 * zero alone. A signed field of w bits holds -2^(w-1)+1 … 2^(w-1). Beside them Go's varints of bytes, at any bit.
 */
const WIDTHS: readonly number[] = [0, 3, 6, 9, 12, 18, 25, 56, 64];

/** Widths that fit a word together with their prefix. */
const NARROW_WIDTHS = 6;

/** Reads a signed number into the reader's words. */
export function readVarbitInt(reader: BitReader): void {
  const width = readWidth(reader);
  if (width === 0) {
    reader.low = 0;
    reader.high = 0;
    return;
  }
  if (width <= 25) {
    const field = reader.readBits(width);
    reader.low = field > 1 << (width - 1) ? field - (1 << width) : field;
    reader.high = reader.low >> 31;
    return;
  }
  reader.readWide(width);
  if (width === 56 && (reader.high > 0x800000 || (reader.high === 0x800000 && reader.low !== 0))) reader.high |= 0xff000000;
}

/** Reads an unsigned number into the reader's words. */
export function readVarbitUint(reader: BitReader): void {
  const width = readWidth(reader);
  if (width <= 25) {
    reader.low = width === 0 ? 0 : reader.readBits(width);
    reader.high = 0;
  } else {
    reader.readWide(width);
  }
}

function readWidth(reader: BitReader): number {
  const ones = Math.clz32(~reader.peek() | 0x00800000);
  reader.position += ones === 8 ? 8 : ones + 1;
  return WIDTHS[ones];
}

/** Writes a signed number. */
export function writeVarbitInt(writer: BitWriter, low: number, high: number): void {
  if (low === 0 && high === 0) {
    writer.writeBits(0, 1);
    return;
  }
  if (high === low >> 31) {
    for (let ones = 1; ones <= NARROW_WIDTHS; ones++) {
      const half = 1 << (WIDTHS[ones] - 1);
      if (low > -half && low <= half) {
        writeNarrow(writer, ones, low);
        return;
      }
    }
  }
  const fits56 = (high < 0x800000 || (high === 0x800000 && low === 0)) && (high > -0x800000 || (high === -0x800000 && low !== 0));
  writeLong(writer, low, high, fits56);
}

/** Writes an unsigned number. */
export function writeVarbitUint(writer: BitWriter, low: number, high: number): void {
  if (low === 0 && high === 0) {
    writer.writeBits(0, 1);
    return;
  }
  if (high === 0) {
    for (let ones = 1; ones <= NARROW_WIDTHS; ones++) {
      if (low >>> 0 < 1 << WIDTHS[ones]) {
        writeNarrow(writer, ones, low);
        return;
      }
    }
  }
  writeLong(writer, low, high, high >>> 0 < 0x1000000);
}

/** The prefix and the field in one write: 32 bits at most. */
function writeNarrow(writer: BitWriter, ones: number, low: number): void {
  const width = WIDTHS[ones];
  const prefix = (1 << (ones + 1)) - 2;
  writer.writeBits((prefix << width) | (low & ((1 << width) - 1)), ones + 1 + width);
}

function writeLong(writer: BitWriter, low: number, high: number, fits56: boolean): void {
  writer.writeBits(fits56 ? 0xfe : 0xff, 8);
  writer.writeWide(low, high, fits56 ? 56 : 64);
}

/** Reads an unsigned number of seven bits a byte, the lowest first, into the reader's words. Throws RangeError when it does not end. */
export function readUvarint(reader: BitReader): void {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = reader.readBits(8);
    const bits = byte & 127;
    if (shift < 32) low |= bits << shift;
    if (shift === 28) high = bits >>> 4;
    else if (shift > 28) high |= bits << (shift - 32);
    if (byte >= 128) continue;
    reader.low = low;
    reader.high = high;
    return;
  }
  reader.fail("a varint has more than ten bytes");
}

/** Reads a signed number, zigzag, into the reader's words. */
export function readVarint(reader: BitReader): void {
  readUvarint(reader);
  const { low, high } = reader;
  const sign = -(low & 1);
  reader.low = ((low >>> 1) | (high << 31)) ^ sign;
  reader.high = (high >>> 1) ^ sign;
}

/** Writes an unsigned number, seven bits a byte, the lowest first. */
export function writeUvarint(writer: BitWriter, low: number, high: number): void {
  let restLow = low;
  let restHigh = high;
  while (restHigh !== 0 || restLow >>> 0 > 127) {
    writer.writeBits((restLow & 127) | 128, 8);
    restLow = (restLow >>> 7) | (restHigh << 25);
    restHigh >>>= 7;
  }
  writer.writeBits(restLow, 8);
}

/** Writes a signed number, zigzag. */
export function writeVarint(writer: BitWriter, low: number, high: number): void {
  const sign = high >> 31;
  writeUvarint(writer, (low << 1) ^ sign, ((high << 1) | (low >>> 31)) ^ sign);
}
