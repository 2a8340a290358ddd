import { ExpositionError } from "../exposition-error.ts";

/** The kinds of fields on the wire (protobuf's encoding, "Message structure"). */
export const VARINT = 0;
export const FIXED_64 = 1;
export const LENGTH_DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED_32 = 5;

const TWO_32 = 2 ** 32;

/**
 * A place in a protobuf message. The functions of this file read from `at`, never at or beyond the `end` that they are given, and throw an
 * ExpositionError with the words of upstream's decoder.
 */
export interface ProtoCursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  /** The field's number and wire type that `readTag` read last. */
  field: number;
  wireType: number;
  /** The words of the last varint, as signed numbers of 32 bits. */
  low: number;
  high: number;
}

/** A cursor at the offset `at` of `bytes`. */
export function createProtoCursor(bytes: Uint8Array, at: number): ProtoCursor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, view, at, field: 0, wireType: 0, low: 0, high: 0 };
}

/** What is thrown where a message ends in the middle of a field. */
export function unexpectedEnd(): ExpositionError {
  return new ExpositionError(0, "unexpected EOF");
}

/** Reads the next field's tag in a message of the type `message`. */
export function readTag(cursor: ProtoCursor, end: number, message: string): void {
  const byte = cursor.at < end ? cursor.bytes[cursor.at] : 128;
  if (byte < 128) {
    cursor.at++;
    cursor.field = byte >>> 3;
    cursor.wireType = byte & 7;
    cursor.low = byte;
    cursor.high = 0;
  } else {
    readVarint(cursor, end);
    cursor.field = (cursor.low >>> 3) | (cursor.high << 29);
    cursor.wireType = cursor.low & 7;
  }
  if (cursor.wireType === END_GROUP) throw new ExpositionError(0, `proto: ${message}: wiretype end group for non-group`);
  if (cursor.field <= 0) {
    throw new ExpositionError(0, `proto: ${message}: illegal tag ${cursor.field} (wire type ${unsignedText(cursor)})`);
  }
}

/** Throws unless the field has the wire type of its kind. */
export function expectWireType({ wireType }: ProtoCursor, expected: number, field: string): void {
  if (wireType !== expected) throw new ExpositionError(0, `proto: wrong wireType = ${wireType} for field ${field}`);
}

/** Reads a varint into `low` and `high`. Of the tenth byte only the lowest bit counts. */
export function readVarint(cursor: ProtoCursor, end: number): void {
  const { bytes } = cursor;
  let { at } = cursor;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (at >= end) throw unexpectedEnd();
    const byte = bytes[at++];
    const bits = byte & 127;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >>> 4;
    } else if (shift < 63) high |= bits << (shift - 32);
    else high |= bits << 31;
    if (byte < 128) {
      cursor.at = at;
      cursor.low = low;
      cursor.high = high;
      return;
    }
  }
  throw new ExpositionError(0, "proto: integer overflow");
}

/** A `uint64` as the nearest double. */
export function readUint64(cursor: ProtoCursor, end: number): number {
  const byte = cursor.at < end ? cursor.bytes[cursor.at] : 128;
  if (byte < 128) {
    cursor.at++;
    return byte;
  }
  readVarint(cursor, end);
  return (cursor.high >>> 0) * TWO_32 + (cursor.low >>> 0);
}

/** An `int64` as the nearest double. */
export function readInt64(cursor: ProtoCursor, end: number): number {
  readVarint(cursor, end);
  return cursor.high * TWO_32 + (cursor.low >>> 0);
}

/** An `int32`, an enum's number, or, by `>>> 0`, a `uint32`. */
export function readInt32(cursor: ProtoCursor, end: number): number {
  readVarint(cursor, end);
  return cursor.low;
}

/** A `sint64`, whose lowest bit is the sign, as the nearest double. */
export function readSint64(cursor: ProtoCursor, end: number): number {
  const byte = cursor.at < end ? cursor.bytes[cursor.at] : 128;
  if (byte < 128) {
    cursor.at++;
    return (byte >>> 1) ^ -(byte & 1);
  }
  readVarint(cursor, end);
  const { low, high } = cursor;
  const magnitude = (high >>> 1) * TWO_32 + (((low >>> 1) | (high << 31)) >>> 0);
  return (low & 1) === 0 ? magnitude : -1 - magnitude;
}

/** A `sint32`. */
export function readSint32(cursor: ProtoCursor, end: number): number {
  readVarint(cursor, end);
  return (cursor.low >>> 1) ^ -(cursor.low & 1);
}

/** A `double`; a NaN may lose its payload. */
export function readDouble(cursor: ProtoCursor, end: number): number {
  const at = takeDouble(cursor, end);
  return cursor.view.getFloat64(at, true);
}

/** A `double` as its low and high word at `bits[2 * i]`: a stale marker keeps its bits. */
export function readDoubleBits(cursor: ProtoCursor, end: number, bits: Uint32Array, i: number): void {
  const at = takeDouble(cursor, end);
  bits[2 * i] = cursor.view.getUint32(at, true);
  bits[2 * i + 1] = cursor.view.getUint32(at + 4, true);
}

function takeDouble(cursor: ProtoCursor, end: number): number {
  const { at } = cursor;
  if (at + 8 > end) throw unexpectedEnd();
  cursor.at = at + 8;
  return at;
}

/** Reads a field's length and returns where the field ends. */
export function readEnd(cursor: ProtoCursor, end: number): number {
  const byte = cursor.bytes[cursor.at];
  let length = byte;
  if (byte < 128 && cursor.at < end) {
    cursor.at++;
  } else {
    readVarint(cursor, end);
    if (cursor.high < 0) throw new ExpositionError(0, "proto: negative length found during unmarshaling");
    length = cursor.high * TWO_32 + (cursor.low >>> 0);
  }
  if (cursor.at + length > end) throw unexpectedEnd();
  return cursor.at + length;
}

/** Passes over a field that nobody knows, whose tag was read. */
export function skipField(cursor: ProtoCursor, end: number): void {
  let { wireType } = cursor;
  for (let depth = 0; ;) {
    if (wireType === START_GROUP) depth++;
    else if (wireType === END_GROUP) depth--;
    else skipValue(cursor, wireType, end);
    if (depth === 0) return;
    readVarint(cursor, end);
    wireType = cursor.low & 7;
  }
}

function skipValue(cursor: ProtoCursor, wireType: number, end: number): void {
  if (wireType === VARINT) readVarint(cursor, end);
  else if (wireType === LENGTH_DELIMITED) cursor.at = readEnd(cursor, end);
  else if (wireType === FIXED_64) cursor.at += 8;
  else if (wireType === FIXED_32) cursor.at += 4;
  else throw new ExpositionError(0, `proto: illegal wireType ${wireType}`);
  if (cursor.at > end) throw unexpectedEnd();
}

function unsignedText({ low, high }: ProtoCursor): string {
  return String((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}
