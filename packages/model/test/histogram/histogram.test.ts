import { expect, test } from "@jest/globals";
import {
  copyHistogram,
  copyToSchema,
  createFloatHistogram,
  createIntegerHistogram,
  detectReset,
  divideHistogram,
  hasOverflow,
  histogramsEqual,
  isKnownSchema,
  isValidSchema,
  multiplyHistogram,
  reduceResolution,
  toFloatHistogram,
  type FloatHistogram,
  unknownSchemaError,
  validateHistogram,
} from "../../src/index.ts";
import { zeroBucketAt } from "../../src/histogram/zero-bucket.ts";

const histogram = createFloatHistogram({
  count: 7,
  sum: 3,
  zeroCount: 1,
  positiveSpans: Int32Array.of(0, 2),
  positiveBuckets: Float64Array.of(2, 4),
});

test("a copy has buckets of its own", () => {
  const copy = copyHistogram(histogram);
  copy.positiveBuckets[0] = 9;
  expect(histogram.positiveBuckets[0]).toBe(2);
});

test.each([
  { factor: 2, want: { count: 14, sum: 6, zeroCount: 2, buckets: [4, 8], hint: "unknown" } },
  { factor: -1, want: { count: -7, sum: -3, zeroCount: -1, buckets: [-2, -4], hint: "gauge" } },
])("times $factor", ({ factor, want }) => {
  const product = copyHistogram(histogram);
  multiplyHistogram(product, factor);
  const { count, sum, zeroCount, positiveBuckets, counterResetHint } = product;
  expect({ count, sum, zeroCount, buckets: [...positiveBuckets], hint: counterResetHint }).toEqual(want);
  divideHistogram(product, factor);
  expect({ ...product, counterResetHint: "unknown" }).toEqual(histogram);
});

test("divided by zero, totals are infinite and buckets are gone", () => {
  const quotient = copyHistogram(histogram);
  divideHistogram(quotient, 0);
  expect([quotient.count, quotient.sum, quotient.zeroCount, quotient.positiveSpans.length, quotient.positiveBuckets.length]).toEqual([
    Infinity,
    Infinity,
    Infinity,
    0,
    0,
  ]);
  expect([hasOverflow(quotient), hasOverflow(histogram)]).toEqual([true, false]);
});

test.each([
  { why: "a hint does not count", other: { counterResetHint: "gauge" as const }, want: true },
  { why: "empty spans do not count", other: { positiveSpans: Int32Array.of(0, 0, 0, 2, 5, 0) }, want: true },
  { why: "another offset does", other: { positiveSpans: Int32Array.of(1, 2) }, want: false },
  { why: "an empty bucket does", other: { positiveSpans: Int32Array.of(0, 3), positiveBuckets: Float64Array.of(2, 4, 0) }, want: false },
  { why: "a stale marker is no other NaN", other: { isStale: true }, want: false },
  { why: "another threshold does", other: { zeroThreshold: 1 }, want: false },
])("equality: $why", ({ other, want }) => {
  expect(histogramsEqual(histogram, { ...histogram, ...other })).toBe(want);
});

test("NaN equals NaN, 0 is not -0, and the forms differ", () => {
  expect(histogramsEqual({ ...histogram, sum: NaN }, { ...histogram, sum: NaN })).toBe(true);
  expect(histogramsEqual({ ...histogram, sum: 0 }, { ...histogram, sum: -0 })).toBe(false);
  expect(histogramsEqual(createIntegerHistogram(), createFloatHistogram())).toBe(false);
});

test("64-bit counts become the doubles that upstream makes of them", () => {
  // Each difference is rounded by itself before they are added up: 2^60 and 1 - 2^60.
  const large = createIntegerHistogram({ positiveSpans: Int32Array.of(0, 2), positiveBuckets: Float64Array.of(2 ** 60, 1 - 2 ** 60) });
  expect([...toFloatHistogram(large).positiveBuckets]).toEqual([2 ** 60, 0]);
});

test.each([
  { from: 1, to: 1, message: "cannot reduce resolution from schema 1 to 1" },
  { from: 1, to: -53, message: "cannot reduce resolution to custom buckets schema" },
  { from: -53, to: -54, message: "cannot reduce resolution when there are custom buckets" },
])("schema $from can't be reduced to $to", ({ from, to, message }) => {
  expect(() => reduceResolution(createFloatHistogram({ schema: from }), to)).toThrow(
    expect.objectContaining({ name: "RangeError", message }),
  );
});

test.each([
  { spans: [0, 1, -1, 1], counts: 2, message: "span number 2 with offset -1: histogram has a span whose offset is negative" },
  {
    spans: [0, 3],
    counts: 2,
    message: "have 2 buckets but spans need more: histogram spans specify different number of buckets than provided",
  },
  {
    spans: [0, 1],
    counts: 2,
    message: "spans need 1 buckets, have 2 buckets: histogram spans specify different number of buckets than provided",
  },
])("reducing refuses a layout that does not fit: $message", ({ spans, counts, message }) => {
  const broken = createFloatHistogram({ positiveSpans: Int32Array.from(spans), positiveBuckets: new Float64Array(counts) });
  expect(() => reduceResolution(broken, -1)).toThrow(expect.objectContaining({ name: "HistogramError", message }));
});

test("schemas that are reserved may arrive, but are reduced from the highest on", () => {
  expect([-54, -53, -10, -9, -4, 8, 9, 52, 53].map((schema) => [isKnownSchema(schema), isValidSchema(schema)])).toEqual([
    [false, false],
    [true, true],
    [false, false],
    [true, false],
    [true, true],
    [true, true],
    [true, false],
    [true, false],
    [false, false],
  ]);
  expect(unknownSchemaError(53).message).toBe(
    "histogram has an unknown schema, which must be between -9 and 52 for exponential buckets, or -53 for custom buckets, got schema 53",
  );
  const fine = createFloatHistogram({ schema: 52, positiveSpans: Int32Array.of(-2, 4), positiveBuckets: Float64Array.of(1, 2, 4, 8) });
  reduceResolution(fine, 8);
  expect([[...fine.positiveSpans], [...fine.positiveBuckets]]).toEqual([
    [0, 2],
    [7, 8],
  ]);
});

test("the hint decides whether there was a reset", () => {
  const less = createFloatHistogram({ count: 1 });
  expect(detectReset({ ...less, counterResetHint: "not_reset" }, histogram)).toBe(false);
  expect(detectReset({ ...histogram, counterResetHint: "reset" }, less)).toBe(true);
  expect(detectReset({ ...less, counterResetHint: "gauge" }, histogram)).toBe(true);
});

test.each([
  {
    why: "of the previous buckets behind the last current one upstream looks at the first only",
    current: { positiveSpans: [0, 1], positiveBuckets: [9] },
    previous: { positiveSpans: [0, 3], positiveBuckets: [1, 0, 5] },
    want: false,
  },
  {
    why: "one that is gone is a reset",
    current: { positiveSpans: [0, 1], positiveBuckets: [9] },
    previous: { positiveSpans: [0, 3], positiveBuckets: [1, 5, 0] },
    want: true,
  },
  {
    why: "a zero bucket can't grow into the middle of one that is not empty",
    current: { zeroThreshold: 1.5, zeroCount: 9, positiveSpans: [], positiveBuckets: [] },
    previous: { positiveSpans: [1, 1], positiveBuckets: [3] },
    want: true,
  },
  {
    why: "it can grow up to the end of one",
    current: { zeroThreshold: 2, zeroCount: 9, positiveSpans: [], positiveBuckets: [] },
    previous: { positiveSpans: [1, 1], positiveBuckets: [3] },
    want: false,
  },
])("resets: $why", ({ current, previous, want }) => {
  const made = ({ positiveSpans, positiveBuckets, ...rest }: Partial<typeof current> & typeof previous): FloatHistogram =>
    createFloatHistogram({
      ...rest,
      count: 9,
      positiveSpans: Int32Array.from(positiveSpans),
      positiveBuckets: Float64Array.from(positiveBuckets),
    });
  expect(detectReset(made(current), made(previous))).toBe(want);
});

test("a copy in a coarser schema has no hint, one in the same keeps it", () => {
  const hinted = { ...histogram, counterResetHint: "not_reset" as const };
  expect([0, -1].map((schema) => copyToSchema(hinted, schema).counterResetHint)).toEqual(["not_reset", "unknown"]);
});

test.each([
  { zeroCount: 2, want: "countMismatch", why: "told" },
  { zeroCount: 2 ** 53, want: undefined, why: "left alone from 2^53 on, where it may come from rounding" },
])("a count that does not fit the buckets is $why", ({ zeroCount, want }) => {
  const integer = createIntegerHistogram({
    count: zeroCount,
    zeroCount,
    positiveSpans: Int32Array.of(0, 1),
    positiveBuckets: Float64Array.of(2),
  });
  expect(validateHistogram(integer)?.fault).toBe(want);
});

test("where the negative side widens the zero bucket upstream starts over and keeps the compensation it has", () => {
  const large = createFloatHistogram({
    zeroCount: 2 ** 53,
    positiveSpans: Int32Array.of(0, 1),
    positiveBuckets: Float64Array.of(1),
    negativeSpans: Int32Array.of(1, 1),
    negativeBuckets: Float64Array.of(1),
  });
  const compensation = { ...large, zeroCount: 0, positiveBuckets: Float64Array.of(0), negativeBuckets: Float64Array.of(0) };
  expect(zeroBucketAt(large, 1.5, compensation)).toEqual({ count: 2 ** 53, threshold: 2, compensation: 4 });
});
