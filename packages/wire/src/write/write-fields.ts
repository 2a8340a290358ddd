import type { ByteWriter } from "@ferula/bytes";

/*
 * Fields of a message, each with its tag: the field's number and the wire type. As proto3 has it, a number that is 0 and an empty text are
 * left out.
 */

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;

const double = new Float64Array(1);
const doubleBits = new Uint32Array(double.buffer);

/** An `int64`, a safe integer. */
export function writeInt64(out: ByteWriter, field: number, value: number): void {
  if (value === 0) return;
  writeTag(out, field, VARINT);
  if (value > 0) return out.uvarint(value);
  // Ten bytes of two's complement: 63 bits by sevens, and the sign.
  let rest = value;
  for (let i = 0; i < 9; i++) {
    const low = ((rest % 128) + 128) % 128;
    out.u8(low | 128);
    rest = (rest - low) / 128;
  }
  out.u8(1);
}

/** A `sint64` or `sint32`, a safe integer. */
export function writeSint(out: ByteWriter, field: number, value: number): void {
  if (value === 0) return;
  writeTag(out, field, VARINT);
  out.varint(value);
}

/** A `uint64` or `uint32`, written also when it is 0: as one of several forms of a field, it says which. */
export function writeUint(out: ByteWriter, field: number, value: number): void {
  writeTag(out, field, VARINT);
  out.uvarint(value);
}

/** A `double`, written also when it is 0. */
export function writeDouble(out: ByteWriter, field: number, value: number): void {
  double[0] = value;
  writeDoubleBits(out, field, doubleBits[0], doubleBits[1]);
}

/** A `double` by its words, with all bits of a NaN. */
export function writeDoubleBits(out: ByteWriter, field: number, low: number, high: number): void {
  writeTag(out, field, FIXED_64);
  out.u32le(low);
  out.u32le(high);
}

/** A `string`. */
export function writeText(out: ByteWriter, field: number, text: string): void {
  if (text === "") return;
  writeTag(out, field, LENGTH_DELIMITED);
  out.uvarintString(text);
}

/** A message, or a packed list, that was written to `inner` before. */
export function writeInner(out: ByteWriter, field: number, inner: ByteWriter): void {
  writeTag(out, field, LENGTH_DELIMITED);
  out.uvarint(inner.length);
  out.bytes(inner.view());
}

/** The field's number and wire type. */
export function writeTag(out: ByteWriter, field: number, wireType: number): void {
  out.uvarint(field * 8 + wireType);
}
