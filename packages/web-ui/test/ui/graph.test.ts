import { expect, test } from "@jest/globals";
import { graphColumns, graphRange } from "../../ui/graph.ts";

test.each<[rangeS: number, endS: number, want: readonly [startS: number, endS: number, stepS: number], why: string]>([
  [3600, 10_000, [6384, 9996, 14], "about 250 points, at multiples of the step"],
  [3600, 10_005, [6384, 9996, 14], "the same ones a little later"],
  [10, 100.7, [90, 100, 1], "no step below a second"],
])("a graph of %d s up to %d: %j, %s", (rangeS, endS, [start, end, step]) => {
  expect(graphRange(rangeS, endS)).toEqual({ startS: start, endS: end, stepS: step });
});

test("series that begin and end at different times share one axis, and a gap stays a gap", () => {
  const columns = graphColumns(
    [
      {
        metric: { a: "1" },
        values: [
          [10, "1"],
          [15, "2"],
          [25, "+Inf"],
        ],
      },
      { metric: { a: "2" }, values: [[30, "4.5"]] },
      { metric: { a: "3" } },
    ],
    5,
  );
  expect(columns).toEqual([
    [10, 15, 20, 25, 30],
    [1, 2, null, null, null],
    [null, null, null, null, 4.5],
    [null, null, null, null, null],
  ]);
});

test("series without samples have no axis", () => {
  expect(graphColumns([{ metric: {} }], 5)).toEqual([[], []]);
});
