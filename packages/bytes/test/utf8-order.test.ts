import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { compareUtf8 } from "../src/index.ts";

test.each([
  { a: "a", b: "a", want: 0, why: "equal texts are equal" },
  { a: "a", b: "ab", want: -1, why: "a beginning comes first" },
  { a: "Z", b: "a", want: -1, why: "capitals come before small letters" },
  { a: "z", b: "é", want: -1, why: "ASCII comes before the rest" },
  { a: "\uFFFD", b: "\u{1F525}", want: -1, why: "characters past U+FFFF come last, though their UTF-16 units are smaller" },
  { a: "x\u{10000}", b: "x\uE000", want: 1, why: "so do they behind a common beginning" },
  { a: "\u{1F525}a", b: "\u{1F526}", want: -1, why: "two of them are ordered by their second halves" },
  { a: "\uD7FF", b: "\u{10000}", want: -1, why: "characters below the surrogates come before them" },
])("$why", ({ a, b, want }) => {
  expect(Math.sign(compareUtf8(a, b))).toBe(want);
  expect(Math.sign(compareUtf8(b, a))).toBe(want === 0 ? 0 : -want);
});

test("the order is that of the UTF-8 bytes", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "\uD7FF", "\uE000", "\uFFFF", "\u{10000}", "\u{10FFFF}"), maxLength: 4 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
