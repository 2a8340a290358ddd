import { expect, test } from "@jest/globals";
import { type Column, grownCapacity, grownColumn } from "../src/index.ts";

const kinds = [Uint8Array, Uint16Array, Uint32Array, Int32Array, Float64Array] as const;

test.each(kinds)("a column of %p keeps its elements however often it grows, zeros behind them", (Kind) => {
  let column: Column = new Kind(16);
  let last = 0;
  for (let capacity = 16; capacity < 300_000; capacity = grownCapacity(capacity)) {
    column = grownColumn(column, capacity);
    expect(column).toHaveLength(capacity);
    expect(column[last]).toBe(last % 100);
    expect([column[last + 1], column[capacity - 1]]).toEqual([0, 0]);
    last = capacity - 1 - (capacity >>> 4);
    column[last] = last % 100;
  }
});

test("a large column stays where it is", () => {
  const column = grownColumn(new Float64Array(16), 100_000);
  expect(grownColumn(column, 1_000_000).buffer).toBe(column.buffer);
});

test("what is larger than the address space that was reserved is copied", () => {
  const small = grownColumn(new Uint8Array(16), 1 << 20);
  small[1 << 19] = 7;
  const large = grownColumn(small, 2 ** 29 + 1);
  expect([large.length, large[1 << 19], large[2 ** 29]]).toEqual([2 ** 29 + 1, 7, 0]);
});
