import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { compareKeys } from "../src/compare-keys.ts";

test.each([
  { why: "numbers count", keys: ["a1", "a2", "a10"] },
  { why: "a prefix comes first", keys: ["a", "ab"] },
  { why: "signs come before digits, and both before letters", keys: ["_", "1", "A", "a"] },
  { why: "capitals before small letters", keys: ["B", "a"] },
  { why: "a zero within a number counts", keys: ["a9", "a10", "a100", "a101"] },
  { why: "of equal numbers the shorter text comes first", keys: ["a1b", "a01b"] },
])("$why", ({ keys }) => {
  expect(keys.toReversed().toSorted(compareKeys)).toEqual(keys);
});

test("two keys compare the other way round when they are swapped, and are equal only to themselves", () => {
  const key = fc.string({ unit: fc.constantFrom("a", "B", "0", "1", "9", "_", "é", "\u{1F600}"), maxLength: 6 });
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b)) + Math.sign(compareKeys(b, a))).toBe(0);
      expect(compareKeys(a, b) === 0).toBe(a === b);
    }),
  );
});
