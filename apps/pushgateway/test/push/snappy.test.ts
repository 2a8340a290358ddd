import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { crc32c } from "@ferula/bytes";
import { SnappyError, unpackSnappyFrames } from "../../src/push/snappy.ts";

const IDENTIFIER = [0xff, 6, 0, 0, ...Buffer.from("sNaPpY")];

/** A chunk with the checksum of what it unpacks to. */
function chunk(type: number, packed: readonly number[], content: Uint8Array): number[] {
  const crc = crc32c(content);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  const length = packed.length + 4;
  return [type, length & 255, (length >> 8) & 255, length >> 16, ...[0, 8, 16, 24].map((shift) => (masked >>> shift) & 255), ...packed];
}

const unpack = (bytes: readonly number[], maxBytes = 1000): string =>
  Buffer.from(unpackSnappyFrames(Uint8Array.from(bytes), maxBytes)).toString();

describe("frames are unpacked", () => {
  const text = Buffer.from("abcabcabcX");
  test.each<[why: string, bytes: readonly number[], want: string]>([
    ["no chunk", IDENTIFIER, ""],
    ["as it is", [...IDENTIFIER, ...chunk(1, [...text], text)], "abcabcabcX"],
    ["a literal", [...IDENTIFIER, ...chunk(0, [10, 9 << 2, ...text], text)], "abcabcabcX"],
    ["a literal with its length behind", [...IDENTIFIER, ...chunk(0, [10, 60 << 2, 9, ...text], text)], "abcabcabcX"],
    ["a short copy that overlaps", [...IDENTIFIER, ...chunk(0, [10, 2 << 2, 97, 98, 99, 1 | (2 << 2), 3, 0, 88], text)], "abcabcabcX"],
    ["a copy with a long offset", [...IDENTIFIER, ...chunk(0, [10, 2 << 2, 97, 98, 99, 2 | (5 << 2), 3, 0, 0, 88], text)], "abcabcabcX"],
    [
      "a copy with the longest offset",
      [...IDENTIFIER, ...chunk(0, [10, 2 << 2, 97, 98, 99, 3 | (5 << 2), 3, 0, 0, 0, 0, 88], text)],
      "abcabcabcX",
    ],
    ["padding is skipped", [...IDENTIFIER, 0xfe, 2, 0, 0, 1, 2, ...chunk(1, [...text], text)], "abcabcabcX"],
    ["two chunks", [...IDENTIFIER, ...chunk(1, [97], Buffer.from("a")), ...chunk(1, [98], Buffer.from("b"))], "ab"],
  ])("%s", (_why, bytes, want) => {
    expect(unpack(bytes)).toBe(want);
  });
});

describe("what is no stream is refused", () => {
  const a = Buffer.from("a");
  test.each<[why: string, bytes: readonly number[], reason: string]>([
    ["no identifier", chunk(1, [97], a), "snappy: corrupt input"],
    ["a wrong identifier", [0xff, 6, 0, 0, ...Buffer.from("sNaPpX")], "snappy: corrupt input"],
    ["an end in a header", [...IDENTIFIER, 1, 5], "unexpected EOF"],
    ["an end in a chunk", [...IDENTIFIER, ...chunk(1, [97], a).slice(0, -1)], "unexpected EOF"],
    ["a wrong checksum", [...IDENTIFIER, ...chunk(1, [98], a)], "snappy: corrupt input"],
    ["a chunk of unknown meaning", [...IDENTIFIER, 2, 1, 0, 0, 0], "snappy: unsupported input"],
    ["a copy of nothing", [...IDENTIFIER, ...chunk(0, [4, 1, 1], a)], "snappy: corrupt input"],
    ["less than was said", [...IDENTIFIER, ...chunk(0, [2, 0, 97], a)], "snappy: corrupt input"],
  ])("%s", (_why, bytes, reason) => {
    expect(() => unpack(bytes)).toThrow(reason);
  });

  test("more than may be", () => {
    expect(() => unpack([...IDENTIFIER, ...chunk(1, [97], a), ...chunk(1, [97], a)], 1)).toThrow("larger than the limit of 1 bytes");
  });

  test("any bytes are unpacked or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, asBlock) => {
        const stream = asBlock ? [...IDENTIFIER, 0, bytes.length, 0, 0, ...bytes] : [...IDENTIFIER, ...bytes];
        try {
          unpackSnappyFrames(Uint8Array.from(stream), 1000);
        } catch (error) {
          expect(error).toBeInstanceOf(SnappyError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
