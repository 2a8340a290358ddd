import { expect, test } from "@jest/globals";
import { isSoundSnappyBlock, snappyDeclaredBytes } from "../src/index.ts";

const hello = [...Buffer.from("hello")];

test.each([
  { why: "nothing", block: [0], want: true },
  { why: "a literal", block: [5, 4 << 2, ...hello], want: true },
  { why: "a literal whose length stands behind the tag", block: [5, 60 << 2, 4, ...hello], want: true },
  { why: "a copy of one byte's offset", block: [9, 4 << 2, ...hello, 1 | (0 << 2), 5], want: true },
  { why: "a copy that overlaps itself", block: [10, 0, 97, (8 << 2) | 2, 1, 0], want: true },
  { why: "a copy of four bytes' offset", block: [6, 4 << 2, ...hello, (0 << 2) | 3, 5, 0, 0, 0], want: true },
  { why: "no length at all", block: [], want: false },
  { why: "a length without end", block: [0xff, 0xff, 0xff, 0xff, 0xff, 1], want: false },
  { why: "more than may be made", block: [0xff, 0x7f, 0], want: false },
  {
    why: "a literal of 2^31 bytes and more, which goes backwards in snappyjs",
    block: [5, 63 << 2, 0xfa, 0xff, 0xff, 0xff, ...hello],
    want: false,
  },
  { why: "a literal beyond the end", block: [5, 5 << 2, ...hello], want: false },
  { why: "a copy from before the beginning", block: [9, 4 << 2, ...hello, 1, 6], want: false },
  { why: "a copy from where it stands", block: [9, 4 << 2, ...hello, 1, 0], want: false },
  { why: "a copy that is cut off", block: [9, 4 << 2, ...hello, 2, 1], want: false },
  { why: "more than is declared", block: [4, 4 << 2, ...hello], want: false },
  { why: "less than is declared", block: [6, 4 << 2, ...hello], want: false },
])("a block with $why: $want", ({ block, want }) => {
  expect(isSoundSnappyBlock(Uint8Array.from(block), 10)).toBe(want);
});

test.each([
  { block: [], want: undefined, why: "nothing is said" },
  { block: [0x80], want: undefined, why: "the length is cut off" },
  { block: [0xff, 0xff, 0xff, 0xff, 0x10], want: undefined, why: "the length has more than 32 bits" },
  { block: [0xff, 0xff, 0xff, 0xff, 0x0f], want: 2 ** 32 - 1, why: "the length is the largest" },
  { block: [5, 0], want: 5, why: "the rest is not looked at" },
])("a block declares $want bytes: $why", ({ block, want }) => {
  expect(snappyDeclaredBytes(Uint8Array.from(block))).toBe(want);
});
