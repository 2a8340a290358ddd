import type { Reader } from "protobufjs";
import { unexpectedEnd, WireError } from "./wire-error.ts";

/** The kinds of fields on the wire (protobuf's encoding, "Message structure"). */
export const VARINT = 0;
export const FIXED_64 = 1;
export const LENGTH_DELIMITED = 2;

/** Throws WireError unless the field has the wire type of its kind. */
export function expectWireType(tag: number, wireType: number, field: string): void {
  if ((tag & 7) !== wireType) throw new WireError(`proto: wrong wireType = ${tag & 7} for field ${field}`);
}

/** Reads the length of a field and returns where it ends, which lies before `outerEnd`. */
export function readEnd(reader: Reader, outerEnd: number): number {
  const length = reader.size();
  const end = reader.pos + length;
  if (end > outerEnd) throw unexpectedEnd();
  return end;
}

/** Passes over a field that nobody knows. */
export function skipField(reader: Reader, tag: number): void {
  reader.skipType(tag & 7, 0, tag >>> 3);
}

/** Reads field by field up to `end`; `readField` reads one whose tag was read. Throws WireError when the last one goes beyond. */
export function readFields(reader: Reader, end: number, readField: (tag: number) => void): void {
  while (reader.pos < end) readField(reader.tag());
  if (reader.pos > end) throw unexpectedEnd();
}

/** Reads a list of numbers, packed or one by one, behind those that are in `numbers`. */
export function readNumbers(reader: Reader, tag: number, end: number, list: NumberList): void {
  if ((tag & 7) !== LENGTH_DELIMITED) {
    expectWireType(tag, list.wireType, list.field);
    list.numbers.push(list.read(reader));
    return;
  }
  const listEnd = readEnd(reader, end);
  while (reader.pos < listEnd) list.numbers.push(list.read(reader));
  if (reader.pos > listEnd) throw unexpectedEnd();
}

/** A repeated field of numbers, as it is read. */
export interface NumberList {
  readonly field: string;
  readonly wireType: number;
  readonly read: (reader: Reader) => number;
  readonly numbers: number[];
}

/** Calls `read`, and makes what protobufjs throws a WireError. */
export function withWireErrors<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) throw error;
    // protobufjs throws a RangeError at the end, and an Error for what can't be.
    const isEnd = (error as { name?: unknown }).name === "RangeError";
    throw isEnd ? unexpectedEnd() : new WireError(`proto: ${(error as Error).message}`, { cause: error });
  }
}
