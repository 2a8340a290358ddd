import { expect, test } from "@jest/globals";
import { bucketBound, exponentialBound } from "../../src/index.ts";
import { fromBits, goldenLines } from "./golden.ts";

test("all bounds of the finest schema and many of the others are upstream's to the bit", () => {
  for (const line of goldenLines("golden/bounds.txt")) {
    const [schema, index, bits] = line.split(" ");
    expect({ line, bound: exponentialBound(Number(index), Number(schema)) }).toEqual({ line, bound: fromBits(bits) });
  }
});

test("a coarser schema has every second bound of the finer", () => {
  for (let schema = -4; schema < 8; schema++) {
    for (let index = -200; index < 60; index++) expect(exponentialBound(index, schema)).toBe(exponentialBound(2 * index, schema + 1));
  }
});

test.each([
  { index: -1, want: -Infinity, why: "the first bucket begins at -Inf" },
  { index: 0, want: 1.5, why: "and ends at the first bound" },
  { index: 2, want: Infinity, why: "the one behind the last bound ends at +Inf" },
])("custom bounds: $why", ({ index, want }) => {
  expect(bucketBound(index, -53, Float64Array.of(1.5, 4))).toBe(want);
});

test.each([-2, 3])("there is no bucket with the index %d among two custom bounds", (index) => {
  expect(() => bucketBound(index, -53, Float64Array.of(1, 2))).toThrow(`BUG: index ${index} out of bounds for custom bounds of length 2`);
});
