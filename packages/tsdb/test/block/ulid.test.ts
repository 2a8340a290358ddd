import { expect, test } from "@jest/globals";
import { createUlid, isUlid, ulidTimeMs } from "../../src/block/ulid.ts";

test.each([
  { ms: 0, digits: "0000000000" },
  { ms: 1_469_918_176_385, digits: "01ARYZ6S41" },
  { ms: 2 ** 48 - 1, digits: "7ZZZZZZZZZ" },
])("the first ten digits are the time: $ms ms is $digits", ({ ms, digits }) => {
  const ulid = createUlid(ms);
  expect(ulid.slice(0, 10)).toBe(digits);
  expect(isUlid(ulid)).toBe(true);
  expect(ulidTimeMs(ulid)).toBe(ms);
});

test("the rest is chance: no two are the same, and every digit occurs in every place", () => {
  const seen = new Set<string>();
  const digits = Array.from({ length: 16 }, () => new Set<string>());
  for (let i = 0; i < 2000; i++) {
    const rest = createUlid(0).slice(10);
    seen.add(rest);
    digits.forEach((set, place) => set.add(rest[place]));
  }
  expect(seen.size).toBe(2000);
  expect(digits.map((set) => set.size)).toEqual(digits.map(() => 32));
});

test.each(["", "01ARYZ6S41", "01ARYZ6S41TSV4RRFFQ69G5FAI", "81ARYZ6S41TSV4RRFFQ69G5FAV", "01aryz6s41tsv4rrffq69g5fav"])(
  "%j is none",
  (text) => {
    expect(isUlid(text)).toBe(false);
  },
);
