import type { ByteReader, ByteWriter } from "@ferula/bytes";

/*
 * Integers of 64 bits as the nearest doubles. References, times and counts of real data are exact; what is beyond 53 bits is rounded once,
 * where `ByteReader` would refuse it and with it all the rest of the record.
 */

const WORD = 2 ** 32;
const MOST_SIGNED = 2 ** 63;
const MOST_UNSIGNED = 2 ** 64;
/** Seven bits each: the tenth byte of a varint has room for one more. */
const MOST_VARINT_BYTES = 10;

/** The unsigned varint at the reader's place. Throws RangeError when it has more than 64 bits or is cut short. */
export function readWideUvarint(reader: ByteReader): number {
  return readWords(reader, unsignedNumber);
}

/** The signed varint (zigzag) at the reader's place. Throws RangeError when it has more than 64 bits or is cut short. */
export function readWideVarint(reader: ByteReader): number {
  return readWords(reader, unzigzagged);
}

/** 64 bits, unsigned. */
export function readWideU64(reader: ByteReader): number {
  const high = reader.u32be();
  return high * WORD + reader.u32be();
}

/** 64 bits in two's complement. */
export function readWideI64(reader: ByteReader): number {
  const high = reader.u32be() | 0;
  return high * WORD + reader.u32be();
}

/** Writes a whole number from 0; what is above 2^64 - 1 becomes that. */
export function writeWideUvarint(writer: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value)) writer.uvarint(value);
  else if (value >= MOST_UNSIGNED) writeWords(writer, -1, -1);
  else writeWords(writer, value | 0, (value / WORD) | 0);
}

/** Writes a whole number; what is beyond 64 bits, infinities too, becomes the least or the greatest number that fits. */
export function writeWideVarint(writer: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value)) {
    writer.varint(value);
    return;
  }
  const isMost = value >= MOST_SIGNED;
  const least = Math.max(value, -MOST_SIGNED);
  const low = isMost ? -1 : least | 0;
  const high = isMost ? 0x7fffffff : Math.floor(least / WORD) | 0;
  const sign = high >> 31;
  writeWords(writer, (low << 1) ^ sign, ((high << 1) | (low >>> 31)) ^ sign);
}

function readWords(reader: ByteReader, numberOf: (low: number, high: number) => number): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < MOST_VARINT_BYTES; i++) {
    const byte = reader.u8();
    const bits = byte & 127;
    if (i === MOST_VARINT_BYTES - 1 && byte > 1) break;
    if (i < 4) low |= bits << (7 * i);
    else if (i === 4) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (7 * i - 32);
    if (byte < 128) return numberOf(low, high);
  }
  throw new RangeError(`cannot read a varint before offset ${reader.position}: it has more than 64 bits`);
}

function writeWords(writer: ByteWriter, lowWord: number, highWord: number): void {
  let low = lowWord >>> 0;
  let high = highWord >>> 0;
  while (high > 0 || low > 127) {
    writer.u8((low & 127) | 128);
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  writer.u8(low);
}

function unsignedNumber(low: number, high: number): number {
  return (high >>> 0) * WORD + (low >>> 0);
}

function unzigzagged(low: number, high: number): number {
  const sign = -(low & 1);
  const signedHigh = (high >>> 1) ^ sign;
  return signedHigh * WORD + ((((low >>> 1) | (high << 31)) ^ sign) >>> 0);
}
