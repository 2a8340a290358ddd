import { expect, test } from "@jest/globals";
import {
  addHistogram,
  areCompatible,
  type CounterResetHint,
  createFloatHistogram,
  isHistogramError,
  subtractHistogram,
} from "../../src/index.ts";

const hints: readonly { a: CounterResetHint; b: CounterResetHint; want: CounterResetHint; collides: boolean }[] = [
  { a: "unknown", b: "unknown", want: "unknown", collides: false },
  { a: "unknown", b: "reset", want: "unknown", collides: false },
  { a: "not_reset", b: "unknown", want: "unknown", collides: false },
  { a: "reset", b: "reset", want: "reset", collides: false },
  { a: "reset", b: "not_reset", want: "unknown", collides: true },
  { a: "not_reset", b: "reset", want: "unknown", collides: true },
  { a: "gauge", b: "reset", want: "gauge", collides: false },
  { a: "not_reset", b: "gauge", want: "gauge", collides: false },
];

test.each(hints)("the hint of $a and $b is $want", ({ a, b, want, collides }) => {
  for (const operation of [addHistogram, subtractHistogram]) {
    const histogram = createFloatHistogram({ counterResetHint: a });
    const outcome = operation(histogram, createFloatHistogram({ counterResetHint: b }));
    expect(outcome).toEqual({ counterResetCollision: collides, boundsReconciled: false });
    expect(histogram.counterResetHint).toBe(want);
  }
});

test("exponential and custom buckets can't be added, and nothing is changed", () => {
  const histogram = createFloatHistogram({ count: 2, counterResetHint: "reset" });
  const custom = createFloatHistogram({ schema: -53, count: 3, counterResetHint: "gauge" });
  expect(areCompatible(histogram, custom)).toBe(false);
  let thrown: unknown;
  try {
    addHistogram(histogram, custom);
  } catch (error) {
    thrown = error;
  }
  expect(isHistogramError(thrown) && thrown.fault).toBe("incompatibleSchemas");
  expect(histogram).toEqual(createFloatHistogram({ count: 2, counterResetHint: "reset" }));
});

test("the same layout is added up in place, without a new array", () => {
  const positiveBuckets = Float64Array.of(1, 2);
  const histogram = createFloatHistogram({ positiveSpans: Int32Array.of(3, 2), positiveBuckets });
  addHistogram(histogram, createFloatHistogram({ positiveSpans: Int32Array.of(3, 2), positiveBuckets: Float64Array.of(10, 20) }));
  expect(histogram.positiveBuckets).toBe(positiveBuckets);
  expect([...positiveBuckets]).toEqual([11, 22]);
});

test("a zero bucket never cuts through a bucket with observations", () => {
  // The threshold 0.6 lies in (0.5, 1], so it becomes 1 and takes in all that lies below.
  const histogram = createFloatHistogram({ zeroCount: 1, positiveSpans: Int32Array.of(-1, 3), positiveBuckets: Float64Array.of(2, 4, 8) });
  addHistogram(histogram, createFloatHistogram({ zeroThreshold: 0.6, zeroCount: 16 }));
  expect([histogram.zeroThreshold, histogram.zeroCount, [...histogram.positiveSpans], [...histogram.positiveBuckets]]).toEqual([
    1,
    23,
    [1, 1],
    [8],
  ]);
});

test("a threshold that is no number ends the search for a common one", () => {
  const histogram = createFloatHistogram({ zeroThreshold: NaN, zeroCount: 1 });
  addHistogram(histogram, createFloatHistogram({ zeroThreshold: 1, zeroCount: 2 }));
  expect(histogram.zeroCount).toBe(3);
});

test("different custom bounds: buckets go to the bounds that both have", () => {
  const histogram = createFloatHistogram({
    schema: -53,
    count: 6,
    positiveSpans: Int32Array.of(0, 3),
    positiveBuckets: Float64Array.of(1, 2, 3),
    customValues: Float64Array.of(1, 2),
  });
  const customValues = histogram.customValues;
  const outcome = addHistogram(histogram, {
    ...histogram,
    customValues: Float64Array.of(2, 3),
    positiveBuckets: Float64Array.of(10, 20, 30),
  });
  expect(outcome.boundsReconciled).toBe(true);
  expect([[...histogram.customValues], [...histogram.positiveBuckets]]).toEqual([[2], [13, 53]]);
  expect([...customValues]).toEqual([1, 2]);
});
