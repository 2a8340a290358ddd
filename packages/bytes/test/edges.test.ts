import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { ByteReader, ByteWriter } from "../src/index.ts";

test.each([
  { value: 0, bytes: [0] },
  { value: -1, bytes: [1] },
  { value: 63, bytes: [126] },
  { value: -64, bytes: [127] },
  { value: 64, bytes: [128, 1] },
  { value: -65, bytes: [129, 1] },
  { value: Number.MAX_SAFE_INTEGER, bytes: [254, 255, 255, 255, 255, 255, 255, 31] },
  { value: Number.MIN_SAFE_INTEGER, bytes: [253, 255, 255, 255, 255, 255, 255, 31] },
])("the zigzag varint of $value", ({ value, bytes }) => {
  const writer = new ByteWriter(1);
  writer.varint(value);
  expect([...writer.view()]).toEqual(bytes);
  expect(new ByteReader(writer.view()).varint()).toBe(value);
});

test("every safe integer survives a signed varint", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const writer = new ByteWriter();
      writer.varint(value);
      expect(new ByteReader(writer.view()).varint()).toBe(value === 0 ? 0 : value);
    }),
  );
});

test.each([
  { why: "a u64 of 2^53", bytes: [0, 0x20, 0, 0, 0, 0, 0, 0], read: (r: ByteReader) => r.u64be() },
  { why: "an i64 of -2^53", bytes: [0xff, 0xe0, 0, 0, 0, 0, 0, 0], read: (r: ByteReader) => r.i64be() },
  { why: "a uvarint of 2^53", bytes: [128, 128, 128, 128, 128, 128, 128, 16], read: (r: ByteReader) => r.uvarint() },
  { why: "a varint of 2^53", bytes: [128, 128, 128, 128, 128, 128, 128, 32], read: (r: ByteReader) => r.varint() },
])("$why is refused, and the reader stays where it began", ({ bytes, read }) => {
  const reader = new ByteReader(Uint8Array.from(bytes));
  expect(() => read(reader)).toThrow("it needs more than 53 bits");
  expect(reader.position).toBe(0);
});

test("a signed varint that is cut leaves the reader where it began", () => {
  const reader = new ByteReader(Uint8Array.of(7, 128, 128));
  reader.u8();
  expect(() => reader.varint()).toThrow("cannot read a varint");
  expect(reader.position).toBe(1);
});

test.each([
  { start: -1, end: 2 },
  { start: 2, end: 1 },
  { start: 0, end: 4 },
])("a range from $start to $end of three bytes is refused", ({ start, end }) => {
  expect(() => new ByteReader(new Uint8Array(3), start, end)).toThrow("there are 3");
});

test("negative counts are refused", () => {
  expect(() => new ByteReader(new Uint8Array(3)).bytes(-1)).toThrow("cannot read -1 bytes");
});

test("a byte order mark is kept, and what is no UTF-8 becomes U+FFFD", () => {
  expect(new ByteReader(Uint8Array.of(0xef, 0xbb, 0xbf, 65)).utf8(4)).toBe("\uFEFFA");
  expect(new ByteReader(Uint8Array.of(65, 0xff)).utf8(2)).toBe("A\uFFFD");
});

test("shared memory can be read", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(3));
  shared.set([2, 104, 105]);
  expect(new ByteReader(shared).uvarintString()).toBe("hi");
});

test.each(["", "a", "é".repeat(42), "\u{1f525}".repeat(40), "x".repeat(200)])(
  "a string keeps its text across a varint length: %#",
  (text) => {
    const writer = new ByteWriter(1);
    writer.uvarintString(text);
    writer.utf8(text);
    const reader = new ByteReader(writer.view());
    expect(reader.uvarintString()).toBe(text);
    expect(reader.utf8(reader.remaining)).toBe(text);
  },
);

test("words are little-endian where the name says so", () => {
  const writer = new ByteWriter();
  writer.u32le(0x01020304);
  expect([...writer.view()]).toEqual([4, 3, 2, 1]);
  expect(new ByteReader(writer.view()).u32le()).toBe(0x01020304);
});

test("a length can be set afterwards, but only where bytes were written", () => {
  const writer = new ByteWriter();
  writer.u32be(0);
  writer.u8(9);
  writer.setU32be(0, 0xdeadbeef);
  expect([...writer.view()]).toEqual([0xde, 0xad, 0xbe, 0xef, 9]);
  expect(() => writer.setU32be(2, 1)).toThrow("only 5 were written");
});

test("reset forgets what was written", () => {
  const writer = new ByteWriter();
  writer.u32be(1);
  writer.reset();
  expect(writer.length).toBe(0);
  expect(writer.view()).toHaveLength(0);
});

test("what is passed over is not read, and not more than there is", () => {
  const reader = new ByteReader(Uint8Array.of(1, 2, 3));
  reader.skip(2);
  expect(reader.u8()).toBe(3);
  reader.skip(0);
  expect(() => reader.skip(1)).toThrow("cannot read bytes to skip at offset 3: only 0 bytes are left");
});
