import { expect, test } from "@jest/globals";
import { createFloatHistogram, type FloatHistogram } from "@ferula/model";
import fc from "fast-check";
import { type HistogramTotal, meanFrom, sumFrom } from "../../src/functions/histogram-total.ts";

/** A histogram of two buckets. */
function histogramOf(low: number, high: number, hint: FloatHistogram["counterResetHint"] = "unknown"): FloatHistogram {
  const buckets = Float64Array.of(low, high);
  return createFloatHistogram({
    count: low + high,
    sum: 2 * low,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: buckets,
    counterResetHint: hint,
  });
}

function totalOf(totalFrom: (first: FloatHistogram) => HistogramTotal, [first, ...rest]: readonly FloatHistogram[]): FloatHistogram {
  const total = totalFrom(first);
  for (const histogram of rest) expect(total.add(histogram)).toBe(true);
  return total.finish();
}

const numbers = fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 30 });

test("what plain addition of numbers far apart in size would lose is kept, in every bucket", () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const all = [histogramOf(2 ** 80, -(2 ** 80)), ...values.map((value) => histogramOf(value, value)), histogramOf(-(2 ** 80), 2 ** 80)];
      const exact = values.reduce((sum, value) => sum + value, 0);
      expect([...totalOf(sumFrom, all).positiveBuckets]).toEqual([exact, exact]);
    }),
  );
});

test.each<[values: readonly number[], want: number, why: string]>([
  [[3], 3, "one is its own mean"],
  [[1, 2, 6], 3, "the sum divided by the count"],
  [[1e308, 1e308, 1e308], 1e308, "a sum that would overflow doesn't spoil it"],
  [[1e308, 1e308, -1e308, -1e308], 0, "nor does one that comes back"],
  [[8e307, 1, 2], 8e307 / 3, "near overflow it is still the sum"],
])("the mean of %j is %d: %s", (values, want) => {
  const [low] = totalOf(
    meanFrom,
    values.map((value) => histogramOf(value, 0)),
  ).positiveBuckets;
  expect(Math.abs(low - want)).toBeLessThanOrEqual(Math.abs(want) * 1e-15 + (want === 0 ? 1e293 : 0));
});

test.each([
  { totalFrom: sumFrom, why: "a sum" },
  { totalFrom: meanFrom, why: "a mean" },
])("$why only reads what it is made of, and tells of what it saw", ({ totalFrom }) => {
  const parts = [histogramOf(1, 2, "reset"), histogramOf(3, 4, "not_reset"), histogramOf(5, 6)];
  const before = structuredClone(parts);
  const total = totalFrom(parts[0]);
  for (const part of parts.slice(1)) total.add(part);
  expect([total.sawReset, total.sawNoReset, total.boundsReconciled]).toEqual([true, true, false]);
  expect(total.finish().counterResetHint).toBe("unknown");
  expect(parts).toEqual(before);
});

test.each([
  { totalFrom: sumFrom, why: "a sum" },
  { totalFrom: meanFrom, why: "a mean" },
])("$why of custom bounds that differ says so, and of exponential buckets beside them refuses", ({ totalFrom }) => {
  const custom = (bounds: readonly number[]): FloatHistogram =>
    createFloatHistogram({
      schema: -53,
      count: 3,
      positiveSpans: Int32Array.of(0, 2),
      positiveBuckets: Float64Array.of(1, 2),
      customValues: Float64Array.from(bounds),
    });
  const total = totalFrom(custom([1, 2]));
  expect(total.add(custom([1, 3]))).toBe(true);
  expect(total.boundsReconciled).toBe(true);
  expect(total.add(histogramOf(1, 1))).toBe(false);
});
