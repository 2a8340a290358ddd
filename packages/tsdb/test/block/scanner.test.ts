import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { ByteWriter, crc32c } from "@ferula/bytes";
import { scanSection, Scanner, type Fill } from "../../src/block/scanner.ts";
import { runSteps, type Steps } from "../../src/steps.ts";

function fillFrom(content: Uint8Array): Fill {
  return (target, offset) => {
    const part = content.subarray(offset, offset + target.length);
    target.set(part);
    return part.length;
  };
}

/** Bytes with their length before and their checksum behind them, at offset 3. */
function section(content: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(new Uint8Array(3));
  writer.u32be(content.length);
  writer.bytes(content);
  writer.u32be(crc32c(content));
  return writer.view().slice();
}

test("numbers, pieces and gaps come out as they were put in, across whatever is read at once", () => {
  const part = fc.oneof(
    fc.record({ kind: fc.constant("uvarint" as const), value: fc.maxSafeNat() }),
    fc.record({ kind: fc.constant("bytes" as const), value: fc.oneof(fc.nat(20), fc.nat(400_000)) }),
    fc.record({ kind: fc.constant("skip" as const), value: fc.oneof(fc.nat(20), fc.nat(400_000)) }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const writer = new ByteWriter();
      parts.forEach(({ kind, value }, i) => {
        if (kind === "uvarint") writer.uvarint(value);
        else writer.bytes(new Uint8Array(value).fill(i + 1));
      });
      const content = writer.view();
      const scanner = new Scanner(fillFrom(content), 0, content.length, true);
      parts.forEach(({ kind, value }, i) => {
        if (kind === "uvarint") expect(scanner.uvarint()).toBe(value);
        else if (kind === "skip") scanner.skip(value);
        else expect(scanner.bytes(value).every((byte) => byte === i + 1)).toBe(true);
      });
      expect(scanner.remaining).toBe(0);
      expect(scanner.checksum()).toBe(crc32c(content));
    }),
    { numRuns: 50 },
  );
});

// oxlint-disable-next-line require-yield -- a number is no long work
function* readOne(scanner: Scanner): Steps<number> {
  return scanner.u32be();
}

test("a section is read and what is left of it passed over", () => {
  const bytes = section(Uint8Array.of(0, 0, 0, 7, 1, 2, 3));
  expect(runSteps(scanSection(fillFrom(bytes), bytes.length, 3, readOne))).toBe(7);
});

test("any flipped bit of a section is noticed", () => {
  const good = section(new Uint8Array(100).map((_, i) => i));
  for (let bit = 24; bit < 8 * good.length; bit++) {
    const bad = good.slice();
    bad[bit >> 3] ^= 1 << (bit & 7);
    expect(() => runSteps(scanSection(fillFrom(bad), bad.length, 3, readOne))).toThrow(RangeError);
  }
});

test.each([
  { why: "more bytes than there are", read: (scanner: Scanner) => scanner.bytes(5), message: "5 bytes are expected, but only 4 are left" },
  { why: "a length that can't be", read: (scanner: Scanner) => scanner.bytes(2 ** 50), message: "bytes are expected, but only 4 are left" },
  { why: "a varint that doesn't end", read: (scanner: Scanner) => scanner.uvarint(), message: "1 bytes are expected, but only 0 are left" },
])("$why are refused", ({ read, message }) => {
  const scanner = new Scanner(fillFrom(new Uint8Array(4).fill(255)), 0, 4);
  expect(() => read(scanner)).toThrow(message);
});

test("a varint past 53 bits is refused", () => {
  const scanner = new Scanner(fillFrom(new Uint8Array(20).fill(255)), 0, 20);
  expect(() => scanner.uvarint()).toThrow("a varint needs more than 53 bits");
});

test("a piece that no text is as long as is refused before room is made for it", () => {
  const scanner = new Scanner(fillFrom(new Uint8Array(0)), 0, 2 ** 33);
  expect(() => scanner.bytes(2 ** 32)).toThrow("4294967296 bytes in one piece are too many");
});

test("a file that is shorter than was said is noticed", () => {
  const scanner = new Scanner(fillFrom(new Uint8Array(10)), 0, 20);
  expect(() => scanner.bytes(15)).toThrow("15 bytes are expected, but the file was cut short");
});
