import { expect, test } from "@jest/globals";
import { alignStarts, createStartColumns } from "../../src/operators/start-columns.ts";

const starts = { length: 3, timestampsMs: Float64Array.of(10, 20, 30, 99), startsMs: Float64Array.of(1, 0, 3, 99) };

test.each<[readonly number[], readonly number[], string]>([
  [[10, 20, 30], [1, 0, 3], "the same samples"],
  [[20, 30], [0, 3], "some of them"],
  [[5, 10, 15, 30, 40], [0, 1, 0, 3, 0], "samples that the columns don't have know no start"],
  [[], [], "no samples"],
])("starts at %j are %j: %s", (timestampsMs, wanted) => {
  const aligned = alignStarts(starts, Float64Array.from(timestampsMs), timestampsMs.length, new Float64Array(0));
  expect(Array.from(aligned.subarray(0, wanted.length))).toEqual(wanted);
});

test("a storage that knows no starts has none, and room is used again", () => {
  const reused = Float64Array.of(7, 7, 7);
  expect(alignStarts(createStartColumns(), Float64Array.of(10, 20), 2, reused)).toBe(reused);
  expect(Array.from(reused)).toEqual([0, 0, 7]);
});
