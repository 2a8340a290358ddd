import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { BitReader } from "../../src/bits/bit-reader.ts";
import { BitWriter } from "../../src/bits/bit-writer.ts";
import { highUnsignedWord, highWord, lowUnsignedWord, lowWord, signedNumber, unsignedNumber } from "../../src/bits/int64.ts";
import {
  readUvarint,
  readVarbitInt,
  readVarbitUint,
  readVarint,
  writeUvarint,
  writeVarbitInt,
  writeVarbitUint,
  writeVarint,
} from "../../src/bits/varbit.ts";

const HEADER_BYTES = 2;

/** The words of an integer, low first. */
function wordsOf(value: bigint): [low: number, high: number] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}

function signedOf({ low, high }: { readonly low: number; readonly high: number }): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** What was written, as digits. */
function digitsOf(writer: BitWriter, bitCount: number): string {
  return Array.from(writer.view8(), (byte) => byte.toString(2).padStart(8, "0"))
    .join("")
    .slice(8 * HEADER_BYTES, 8 * HEADER_BYTES + bitCount);
}

test("bits are written one behind the other and read again", () => {
  const anyFields = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 1, max: 64 })), { maxLength: 60 });
  fc.assert(
    fc.property(anyFields, (fields) => {
      const writer = new BitWriter(HEADER_BYTES);
      let digits = "";
      for (const [value, count] of fields) {
        const [low, high] = wordsOf(value);
        if (count > 32) writer.writeWide(low, high, count);
        else writer.writeBits(low, count);
        digits += BigInt.asUintN(count, value).toString(2).padStart(count, "0");
      }
      expect(digitsOf(writer, digits.length)).toBe(digits);
      const reader = new BitReader("xor", writer.view8());
      for (const [value, count] of fields) {
        if (count > 32) reader.readWide(count);
        else reader.low = reader.readBits(count);
        if (count <= 32) reader.high = 0;
        expect(BigInt.asUintN(64, signedOf(reader))).toBe(BigInt.asUintN(count, value));
      }
      expect(reader.bitsLeft).toBeLessThan(8);
    }),
  );
});

test("a writer that goes on clears what was behind the last bit", () => {
  const writer = new BitWriter(HEADER_BYTES);
  writer.load(Uint8Array.of(0, 1, 0xff, 0xff, 0xff), 8 * HEADER_BYTES + 3);
  writer.writeBits(0b0101, 4);
  expect([...writer.view8()]).toEqual([0, 1, 0b1110_1010]);
});

/** Either side of each width's limit: the prefix and what follows it, in bits. */
const signedWidths: readonly (readonly [value: bigint, bits: number])[] = [
  [0n, 1],
  [1n, 5],
  [-3n, 5],
  [4n, 5],
  [-4n, 9],
  [5n, 9],
  [-31n, 9],
  [32n, 9],
  [33n, 13],
  [256n, 13],
  [-255n, 13],
  [257n, 17],
  [2048n, 17],
  [-2048n, 24],
  [131_072n, 24],
  [-131_072n, 32],
  [16_777_216n, 32],
  [-16_777_215n, 32],
  [16_777_217n, 64],
  [-16_777_216n, 64],
  [2n ** 31n, 64],
  [-(2n ** 31n), 64],
  [2n ** 55n, 64],
  [-(2n ** 55n) + 1n, 64],
  [2n ** 55n + 1n, 72],
  [-(2n ** 55n), 72],
  [2n ** 63n - 1n, 72],
  [-(2n ** 63n), 72],
];

test.each(signedWidths)("the signed number %d takes %d bits", (value, bits) => {
  const writer = new BitWriter(HEADER_BYTES);
  writeVarbitInt(writer, ...wordsOf(value));
  expect(writer.byteLength).toBe(HEADER_BYTES + Math.ceil(bits / 8));
  const reader = new BitReader("xor", writer.view8());
  readVarbitInt(reader);
  expect(signedOf(reader)).toBe(value);
  expect(reader.position).toBe(8 * HEADER_BYTES + bits);
});

const unsignedWidths: readonly (readonly [value: bigint, bits: number])[] = [
  [0n, 1],
  [7n, 5],
  [8n, 9],
  [63n, 9],
  [511n, 13],
  [4095n, 17],
  [4096n, 24],
  [262_143n, 24],
  [33_554_431n, 32],
  [33_554_432n, 64],
  [2n ** 32n, 64],
  [2n ** 56n - 1n, 64],
  [2n ** 56n, 72],
  [2n ** 64n - 1n, 72],
];

test.each(unsignedWidths)("the unsigned number %d takes %d bits", (value, bits) => {
  const writer = new BitWriter(HEADER_BYTES);
  writeVarbitUint(writer, ...wordsOf(value));
  expect(writer.byteLength).toBe(HEADER_BYTES + Math.ceil(bits / 8));
  const reader = new BitReader("xor", writer.view8());
  readVarbitUint(reader);
  expect(BigInt.asUintN(64, signedOf(reader))).toBe(value);
  expect(reader.position).toBe(8 * HEADER_BYTES + bits);
});

const anyInteger = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

test.each([
  { what: "varbit", write: writeVarbitInt, read: readVarbitInt },
  { what: "unsigned varbit", write: writeVarbitUint, read: readVarbitUint },
  { what: "varint", write: writeVarint, read: readVarint },
  { what: "unsigned varint", write: writeUvarint, read: readUvarint },
])("every integer survives as a $what, at any bit", ({ write, read }) => {
  fc.assert(
    fc.property(anyInteger, fc.integer({ min: 1, max: 8 }), fc.nat(63), (value, offset, shift) => {
      const writer = new BitWriter(HEADER_BYTES);
      writer.writeBits(0, offset);
      write(writer, ...wordsOf(value >> BigInt(shift)));
      const reader = new BitReader("xor", writer.view8());
      reader.readBits(offset);
      read(reader);
      expect(signedOf(reader)).toBe(value >> BigInt(shift));
      expect(reader.bitsLeft).toBeLessThan(8);
    }),
  );
});

test("a varint that does not end is refused", () => {
  const reader = new BitReader("xor", new Uint8Array(20).fill(0xff));
  expect(() => readUvarint(reader)).toThrow("cannot decode a chunk (xor) of 20 bytes: a varint has more than ten bytes");
});

test.each([0, 1, -1, 2 ** 31, 2 ** 32, -(2 ** 32) - 1, 2 ** 53, -(2 ** 53), 2 ** 62, -(2 ** 63)])("%d survives as two words", (value) => {
  expect(signedNumber(lowWord(value), highWord(value))).toBe(value);
});

test("what is too much for 64 bits becomes the most they hold", () => {
  expect(signedOf({ low: lowWord(2 ** 63), high: highWord(2 ** 63) })).toBe(2n ** 63n - 1n);
  expect(unsignedNumber(lowUnsignedWord(2 ** 63), highUnsignedWord(2 ** 63))).toBe(2 ** 63);
  expect([lowUnsignedWord(2 ** 64), highUnsignedWord(2 ** 64)]).toEqual([-1, -1]);
});
