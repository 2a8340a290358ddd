import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { KahanMean, KahanSum } from "../../src/functions/kahan.ts";

function meanOf(values: readonly number[]): number {
  const mean = new KahanMean();
  mean.add(1e9);
  mean.reset();
  for (const value of values) mean.add(value);
  return mean.mean();
}

test.each<[values: readonly number[], mean: number, why: string]>([
  [[1, 2, 6], 3, "a plain mean"],
  [[1e16, 1, -1e16], 1 / 3, "what plain addition would lose is kept"],
  [[1e308, 1e308, 1e308], 1e308, "a sum that overflows does not spoil it"],
  [[-1e308, -1e308, 1e308, 1e308], 0, "nor does one that came back"],
  [[Infinity, 1], Infinity, "an infinity is one"],
  [[Infinity, -Infinity], NaN, "two of them are none"],
  [[NaN, 1], NaN, "NaN spreads"],
])("the mean of %j is %d: %s", (values, want) => {
  const got = meanOf(values);
  if (Number.isFinite(want)) expect(Math.abs(got - want)).toBeLessThanOrEqual(Math.abs(want) * 1e-15);
  else expect(got).toBe(want);
});

test("a sum of integers beside great numbers that cancel out is exact", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 30 }), (integers) => {
      const sum = new KahanSum();
      sum.reset(2 ** 70);
      for (const value of integers) sum.add(value);
      sum.add(-(2 ** 70));
      expect(sum.total()).toBe(Number(integers.reduce((exact, value) => exact + BigInt(value), 0n)));
    }),
  );
});
