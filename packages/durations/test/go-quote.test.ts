import { expect, test } from "@jest/globals";
import { goQuote, goQuoteBytes } from "../src/index.ts";

// Each right side is what Go 1.26 prints for %q.
test.each([
  ["", '""'],
  ["a b", '"a b"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ["\u0007\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'],
  ["\u0000\u001b\u007f", '"\\x00\\x1b\\x7f"'],
  ["\u0085\u00a0\u00ad", '"\\u0085\\u00a0\\u00ad"'],
  ["\u200b\u2028\ue000", '"\\u200b\\u2028\\ue000"'],
  ["\ufeff", '"\\ufeff"'],
  ["\u{e0001}", '"\\U000e0001"'],
  ["é日本😀\u0301\ufffd", '"é日本😀\u0301\ufffd"'],
  ["a\ud800b", '"a\ufffdb"'],
])("%j is quoted as Go does", (text, quoted) => {
  expect(goQuote(text)).toBe(quoted);
  expect(goQuoteBytes(new TextEncoder().encode(text))).toBe(quoted);
});

test.each([
  { bytes: [], quoted: '""', why: "nothing" },
  { bytes: [0x61, 0xff, 0x62], quoted: '"a\\xffb"', why: "a byte that no character has" },
  { bytes: [0xe6, 0x97], quoted: '"\\xe6\\x97"', why: "a character cut short" },
  { bytes: [0xc0, 0x80], quoted: '"\\xc0\\x80"', why: "one longer than it need be" },
  { bytes: [0xed, 0xa0, 0x80, 0x0a], quoted: '"\\xed\\xa0\\x80\\n"', why: "half a surrogate pair" },
  { bytes: [0xef, 0xbf, 0xbd, 0x80], quoted: '"\ufffd\\x80"', why: "a true replacement character" },
])("bytes: $why", ({ bytes, quoted }) => {
  expect(goQuoteBytes(Uint8Array.from(bytes))).toBe(quoted);
});
