import { expect, test } from "@jest/globals";
import { createFloatHistogram, histogramFraction, type HistogramFields, histogramQuantile, type NanNote } from "../../src/index.ts";

/** What Go's exp2 makes of 0.5, an ulp below √2. */
const GO_SQRT2 = Math.SQRT2 - Number.EPSILON;
/** Observations in (1, 2] and (2, 4]. */
const positive = { positiveSpans: Int32Array.of(1, 2), positiveBuckets: Float64Array.of(2, 2), count: 4, sum: 8 };
const custom = { schema: -53, positiveSpans: Int32Array.of(0, 3), positiveBuckets: Float64Array.of(2, 2, 2), count: 6, sum: 8 };

const quantiles: readonly { why: string; fields: Partial<HistogramFields>; phi: number; want: number; nan: NanNote["nan"] }[] = [
  { why: "the middle of a bucket is its geometric one", fields: positive, phi: 0.25, want: GO_SQRT2, nan: "none" },
  { why: "the end of a bucket is its bound", fields: positive, phi: 0.5, want: 2, nan: "none" },
  {
    why: "the zero bucket of a one-sided histogram begins at 0",
    fields: { ...positive, zeroThreshold: 0.5, zeroCount: 4, count: 8 },
    phi: 0.25,
    want: 0.25,
    nan: "none",
  },
  {
    why: "without buckets it reaches to both sides",
    fields: { zeroThreshold: 0.5, zeroCount: 4, count: 4 },
    phi: 0.25,
    want: -0.25,
    nan: "none",
  },
  {
    why: "custom buckets are linear, from 0",
    fields: { ...custom, customValues: Float64Array.of(4, 8) },
    phi: 1 / 6,
    want: 2,
    nan: "none",
  },
  {
    why: "the first of them has no middle below 0",
    fields: { ...custom, customValues: Float64Array.of(-4, 8) },
    phi: 0.1,
    want: -4,
    nan: "none",
  },
  {
    why: "the last of them has only its lower bound",
    fields: { ...custom, customValues: Float64Array.of(4, 8) },
    phi: 0.99,
    want: 8,
    nan: "none",
  },
  { why: "observations of NaN are above all others", fields: { ...positive, count: 8, sum: NaN }, phi: 0.75, want: NaN, nan: "result" },
  { why: "and shift the quantiles below them", fields: { ...positive, count: 8, sum: NaN }, phi: 0.5, want: 4, nan: "skew" },
  { why: "nothing was observed", fields: {}, phi: 0.5, want: NaN, nan: "none" },
  { why: "below 0", fields: positive, phi: -0.1, want: -Infinity, nan: "none" },
  { why: "above 1", fields: positive, phi: 1.1, want: Infinity, nan: "none" },
  { why: "of NaN", fields: positive, phi: NaN, want: NaN, nan: "none" },
];

test.each(quantiles)("the $phi-quantile is $want: $why", ({ fields, phi, want, nan }) => {
  const note: NanNote = { nan: "skew" };
  expect(histogramQuantile(phi, createFloatHistogram(fields), note)).toBe(want);
  expect(note.nan).toBe(nan);
});

const fractions: readonly {
  why: string;
  fields: Partial<HistogramFields>;
  lower: number;
  upper: number;
  want: number;
  nan: NanNote["nan"];
}[] = [
  { why: "up to the geometric middle of a bucket", fields: positive, lower: -Infinity, upper: Math.sqrt(8), want: 0.75, nan: "none" },
  {
    why: "a bucket from -Inf lies below all within it",
    fields: { ...custom, customValues: Float64Array.of(-4, 8) },
    lower: -Infinity,
    upper: -5,
    want: 1 / 3,
    nan: "none",
  },
  { why: "limits the wrong way round", fields: positive, lower: 3, upper: 2, want: 0, nan: "none" },
  { why: "a limit of NaN", fields: positive, lower: NaN, upper: 2, want: NaN, nan: "none" },
  { why: "nothing was observed", fields: {}, lower: 0, upper: 2, want: NaN, nan: "none" },
  {
    why: "observations of NaN lie nowhere",
    fields: { ...positive, count: 8, sum: NaN },
    lower: -Infinity,
    upper: Infinity,
    want: 0.5,
    nan: "skew",
  },
];

test.each(fractions)("the fraction from $lower to $upper is $want: $why", ({ fields, lower, upper, want, nan }) => {
  const note: NanNote = { nan: "result" };
  expect(histogramFraction(lower, upper, createFloatHistogram(fields), note)).toBe(want);
  expect(note.nan).toBe(nan);
});
