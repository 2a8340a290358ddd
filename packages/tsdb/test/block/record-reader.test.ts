import { expect, test } from "@jest/globals";
import { ByteWriter, crc32c } from "@ferula/bytes";
import { createFaultyFiles } from "@ferula/files";
import fc from "fast-check";
import { PageCache } from "../../src/block/page-cache.ts";
import { openPagedFile, type PagedFile } from "../../src/block/paged-file.ts";
import { RecordReader } from "../../src/block/record-reader.ts";

const PAGE = 16_384;

/** A file with one record of `payload` at `offset` and what is needed to find it. */
function fileWith(payload: Uint8Array, offset: number, uncountedBytes: number): PagedFile {
  const writer = new ByteWriter();
  writer.uvarint(payload.length - uncountedBytes);
  writer.bytes(payload);
  writer.u32be(crc32c(payload));
  const files = createFaultyFiles();
  const file = files.open("/f", "create");
  file.write(new Uint8Array(offset).fill(255), 0);
  file.write(writer.view(), offset);
  file.close();
  return openPagedFile(files, "/f", new PageCache());
}

const anyNumber = fc.oneof(fc.nat(300), fc.maxSafeNat(), fc.constantFrom(127, 128, 2 ** 42, 2 ** 49 - 1, 2 ** 49, Number.MAX_SAFE_INTEGER));
const anySigned = fc.tuple(anyNumber, fc.boolean()).map(([value, isNegative]) => (isNegative ? -1 * value + 0 : value));

test("the numbers of a record are those that were written, wherever it lies and however long it is", () => {
  const reader = new RecordReader();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyNumber, anySigned), { maxLength: 100 }),
      fc.oneof(fc.nat(40), fc.integer({ min: PAGE - 1200, max: PAGE + 10 })),
      fc.nat(1),
      (numbers, offset, uncountedBytes) => {
        const writer = new ByteWriter();
        writer.u8(7);
        for (const [unsigned, signed] of numbers) {
          writer.uvarint(unsigned);
          writer.varint(signed);
        }
        const file = fileWith(writer.view(), offset, uncountedBytes);
        reader.open(file, offset, uncountedBytes);
        expect(reader.uvarint()).toBe(7);
        for (const [unsigned, signed] of numbers) {
          expect(reader.uvarint()).toBe(unsigned);
          expect(reader.varint()).toBe(signed);
        }
        expect(reader.remaining).toBe(0);
        expect(() => reader.uvarint()).toThrow(RangeError);
        expect(() => reader.varint()).toThrow(RangeError);
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  { why: "one bit of the record is another", change: (bytes: Uint8Array) => void (bytes[3] ^= 1), message: "the checksum is" },
  { why: "one bit of the checksum is another", change: (bytes: Uint8Array) => void (bytes[8] ^= 1), message: "the checksum is" },
  { why: "the record would end behind the file", change: (bytes: Uint8Array) => void (bytes[0] = 100), message: "but the file ends at 9" },
  { why: "the length does not end", change: (bytes: Uint8Array) => void bytes.fill(255), message: "cannot read a varint" },
])("a record is refused where $why", ({ change, message }) => {
  const payload = Uint8Array.of(1, 2, 3, 4);
  const bytes = new Uint8Array(9);
  bytes.set(payload, 1);
  bytes[0] = payload.length;
  new DataView(bytes.buffer).setUint32(5, crc32c(payload));
  const files = createFaultyFiles();
  const write = (content: Uint8Array): PagedFile => {
    const file = files.open("/f", "create");
    file.write(content, 0);
    file.close();
    return openPagedFile(files, "/f", new PageCache());
  };
  new RecordReader().open(write(bytes), 0, 0);
  change(bytes);
  expect(() => new RecordReader().open(write(bytes), 0, 0)).toThrow(message);
});
