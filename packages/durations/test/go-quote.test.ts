import { expect, test } from "@jest/globals";
import { goQuote } from "../src/index.ts";

// Each right side is what Go 1.26 prints for %q.
test.each([
  ["", '""'],
  ["a b", '"a b"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ["\u0007\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'],
  ["\u0000\u001b\u007f", '"\\x00\\x1b\\x7f"'],
  ["\u0085\u00a0\u00ad", '"\\u0085\\u00a0\\u00ad"'],
  ["\u200b\u2028\ue000", '"\\u200b\\u2028\\ue000"'],
  ["\u{e0001}", '"\\U000e0001"'],
  ["é日本😀\u0301\ufffd", '"é日本😀\u0301\ufffd"'],
  ["a\ud800b", '"a\ufffdb"'],
])("%j is quoted as Go does", (text, quoted) => {
  expect(goQuote(text)).toBe(quoted);
});
