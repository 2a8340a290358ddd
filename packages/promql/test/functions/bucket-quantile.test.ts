import { describe, expect, test } from "@jest/globals";
import { bucketQuantile } from "../../src/functions/bucket-quantile.ts";
import { noForcedCounts } from "../../src/monotonicity-info.ts";
import { quantileOf } from "../../src/functions/quantile.ts";

describe("the quantile of classic buckets", () => {
  const cases: readonly (readonly [string, number, readonly (readonly [number, number])[], number, boolean])[] = [
    [
      "is interpolated inside of its bucket",
      0.5,
      [
        [1, 10],
        [2, 30],
        [Infinity, 40],
      ],
      1.5,
      false,
    ],
    [
      "starts the first bucket at zero",
      0.125,
      [
        [1, 10],
        [2, 30],
        [Infinity, 40],
      ],
      0.5,
      false,
    ],
    [
      "is the last finite bound when it lies beyond it",
      0.99,
      [
        [1, 10],
        [2, 30],
        [Infinity, 40],
      ],
      2,
      false,
    ],
    [
      "is the bound itself in a first bucket below zero",
      0.1,
      [
        [-1, 10],
        [2, 30],
        [Infinity, 40],
      ],
      -1,
      false,
    ],
    [
      "is NaN without a bucket for +Inf",
      0.5,
      [
        [1, 10],
        [2, 30],
      ],
      NaN,
      false,
    ],
    [
      "is NaN without observations",
      0.5,
      [
        [1, 0],
        [Infinity, 0],
      ],
      NaN,
      false,
    ],
    ["is NaN with nothing but +Inf", 0.5, [[Infinity, 10]], NaN, false],
    [
      "adds up buckets of one bound",
      0.5,
      [
        [1, 5],
        [1, 5],
        [Infinity, 20],
      ],
      1,
      false,
    ],
    [
      "raises counts that fall, and says so",
      0.5,
      [
        [1, 10],
        [2, 5],
        [Infinity, 20],
      ],
      1,
      true,
    ],
    [
      "takes differences by rounding for none",
      0.75,
      [
        [1, 10],
        [2, 10 - 1e-12],
        [Infinity, 10],
      ],
      0.75,
      false,
    ],
    [
      "is -Inf below 0",
      -0.1,
      [
        [1, 10],
        [Infinity, 10],
      ],
      -Infinity,
      false,
    ],
    [
      "is +Inf above 1",
      1.1,
      [
        [1, 10],
        [Infinity, 10],
      ],
      Infinity,
      false,
    ],
  ];
  test.each(cases)("%s", (_rule, phi, buckets, value, wasForced) => {
    const bounds = Float64Array.from(buckets, ([bound]) => bound);
    const counts = Float64Array.from(buckets, ([, count]) => count);
    const forced = noForcedCounts();
    expect(bucketQuantile(phi, bounds, counts, 0, buckets.length, forced)).toBe(value);
    expect(forced.wasForced).toBe(wasForced);
  });

  test("is of the buckets between two indices, and says which counts fell and how far", () => {
    const forced = noForcedCounts();
    const bounds = Float64Array.of(9, 1, 2, 4, 8, Infinity, 9);
    const counts = Float64Array.of(1e6, 10, 5, 12, 9.5, 20, 1e6);
    expect(bucketQuantile(0.55, bounds, counts, 1, 6, forced)).toBe(3);
    expect(forced).toEqual({ wasForced: true, minBound: 2, maxBound: 8, maxDiff: 5 });
    expect(bucketQuantile(0.5, bounds, counts, 1, 6, forced)).toBe(1);
    expect(forced.wasForced).toBe(false);
  });
});

test.each([
  [0.5, [3, 1, 2], 2],
  [0.25, [1, 2], 1.25],
  [0, [2, NaN, 1], NaN],
  [1, [2, NaN, 1], 2],
  [0.5, [], NaN],
  [-1, [1], -Infinity],
  [2, [1], Infinity],
])("the %d-quantile of %j is %d: NaN counts as smallest", (phi, values, want) => {
  expect(quantileOf(phi, Float64Array.from(values), values.length)).toBe(want);
});
