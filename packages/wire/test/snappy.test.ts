import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isWireError, packSnappy, packSnappyPiece, snappyHead, unpackSnappy } from "../src/index.ts";

test("what is packed is unpacked", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
      expect(unpackSnappy(packSnappy(bytes), 3000)).toEqual(bytes);
    }),
  );
});

test("pieces that are packed one by one are one block", () => {
  // Large ones, too: a piece of more than 64 KiB is packed in parts.
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.nat(200_000).map((length) => new Uint8Array(length).fill(length)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
      const message = Buffer.concat(pieces);
      const block = Buffer.concat([snappyHead(message.length), ...pieces.map(packSnappyPiece)]);
      expect(Buffer.compare(unpackSnappy(block, message.length), message)).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("a message that no block can hold is refused", () => {
  expect(() => snappyHead(2 ** 32)).toThrow(RangeError);
});

test.each([
  { block: [], text: "s2: corrupt input", why: "no length" },
  { block: [5, 0, 97], text: "s2: corrupt input", why: "less than was declared" },
  { block: [0x80, 0x80, 0x80, 0x80, 0x01], text: "decoded size exceeds the 1000 bytes limit", why: "more than is wanted" },
  { block: [0xff, 0xff, 0xff, 0xff, 0xff], text: "s2: corrupt input", why: "a length of more than 32 bits" },
])("$why: $text", ({ block, text }) => {
  expect(() => unpackSnappy(Uint8Array.from(block), 1000)).toThrow(text);
});

test("any bytes are unpacked or refused with a WireError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        unpackSnappy(bytes, 10_000);
      } catch (error) {
        if (!isWireError(error)) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
