import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { ByteReader, ByteWriter, crc32c } from "../src/index.ts";

test.each([
  { why: "the check value of the catalogue of CRCs", text: "123456789", want: 0xe3069283 },
  { why: "nothing", text: "", want: 0 },
  { why: "more than one step of eight", text: "a".repeat(21), want: bitwiseCrc(new TextEncoder().encode("a".repeat(21))) },
])("crc32c: $why", ({ text, want }) => {
  expect(crc32c(new TextEncoder().encode(text))).toBe(want);
});

test("crc32c agrees with the definition bit by bit, and parts can be summed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
      const middle = Math.min(cut, bytes.length);
      expect(crc32c(bytes)).toBe(bitwiseCrc(bytes));
      expect(crc32c(bytes, middle, bytes.length, crc32c(bytes, 0, middle))).toBe(crc32c(bytes));
    }),
  );
});

function bitwiseCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

test.each([
  { value: 0, bytes: [0] },
  { value: 127, bytes: [127] },
  { value: 128, bytes: [128, 1] },
  { value: 300, bytes: [172, 2] },
  { value: 0x80000000, bytes: [128, 128, 128, 128, 8] },
  { value: Number.MAX_SAFE_INTEGER, bytes: [255, 255, 255, 255, 255, 255, 255, 15] },
])("the varint of $value", ({ value, bytes }) => {
  const writer = new ByteWriter(1);
  writer.uvarint(value);
  expect([...writer.view()]).toEqual(bytes);
});

test("what is written is read again", () => {
  const safe = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
  fc.assert(
    fc.property(
      safe,
      fc.maxSafeNat(),
      fc.double(),
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.nat(0xffffffff),
      (signed, unsigned, float, text, word) => {
        const writer = new ByteWriter(1);
        writer.varint(signed);
        writer.uvarint(unsigned);
        writer.f64be(float);
        writer.uvarintString(text);
        writer.u32be(word);
        writer.u64be(signed);
        writer.u8(7);
        writer.u16be(word & 0xffff);
        const reader = new ByteReader(writer.view());
        expect([
          reader.varint(),
          reader.uvarint(),
          reader.f64be(),
          reader.uvarintString(),
          reader.u32be(),
          reader.i64be(),
          reader.u8(),
          reader.u16be(),
        ]).toEqual([signed === 0 ? 0 : signed, unsigned, float, text, word, signed === 0 ? 0 : signed, 7, word & 0xffff]);
        expect(reader.remaining).toBe(0);
      },
    ),
  );
});

test.each([
  {
    why: "a varint without an end",
    bytes: [128, 128],
    read: (r: ByteReader) => r.uvarint(),
    message: "cannot read a varint at offset 0: only 2 bytes are left",
  },
  { why: "a varint that is too long", bytes: Array(11).fill(255), read: (r: ByteReader) => r.uvarint(), message: "longer than ten bytes" },
  { why: "a word that is cut", bytes: [1, 2, 3], read: (r: ByteReader) => r.u32be(), message: "cannot read 32 bits at offset 0" },
  { why: "text that is cut", bytes: [5, 65], read: (r: ByteReader) => r.uvarintString(), message: "cannot read 5 bytes at offset 1" },
])("$why is refused", ({ bytes, read, message }) => {
  expect(() => read(new ByteReader(Uint8Array.from(bytes)))).toThrow(message);
});

test("a reader stays inside its range", () => {
  const reader = new ByteReader(Uint8Array.of(1, 2, 3, 4), 1, 3);
  expect([reader.u8(), reader.u8()]).toEqual([2, 3]);
  expect(() => reader.u8()).toThrow("only 0 bytes are left");
});

test("a part of an array is written without a view of it", () => {
  const writer = new ByteWriter(1);
  const source = Uint8Array.from({ length: 100 }, (_, i) => i);
  for (const [start, end] of [
    [0, 0],
    [5, 8],
    [0, 100],
  ])
    writer.range(source, start, end);
  expect([...writer.view()]).toEqual([5, 6, 7, ...source]);
});
