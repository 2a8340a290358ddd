import { expect, test } from "@jest/globals";
import {
  addHistogram,
  type AddOutcome,
  allBuckets,
  allBucketsDescending,
  type BucketCursor,
  ClassicHistogram,
  compactHistogram,
  createCompensation,
  detectReset,
  type FloatHistogram,
  formatHistogram,
  formatTestHistogram,
  type Histogram,
  histogramFraction,
  histogramQuantile,
  histogramSizeBytes,
  kahanAddHistogram,
  labelPairs,
  labelsOf,
  type NanNote,
  reduceResolution,
  subtractHistogram,
  toClassicSamples,
  toFloatHistogram,
  trimBuckets,
  validateHistogram,
} from "../../src/index.ts";
import { floatHistogramOf, type GoldenHistogram, type GoldenNumber, goldenCases, histogramOf, numberOf } from "./golden.ts";

/** The result, whether counter resets collided, whether bounds were reconciled; or the error. */
type GoldenSum = string | readonly [GoldenHistogram, boolean, boolean];

interface Operations {
  readonly a: GoldenHistogram;
  readonly b: GoldenHistogram;
  readonly d: GoldenHistogram;
  readonly add: GoldenSum;
  readonly sub: GoldenSum;
  readonly kahan: GoldenSum;
  readonly compact: GoldenHistogram;
  readonly reduce?: readonly [number, GoldenHistogram];
  readonly prev: GoldenHistogram;
  readonly reset: readonly [boolean, boolean];
  readonly trim: readonly [GoldenNumber, GoldenHistogram, GoldenHistogram];
  readonly str: string;
  readonly test?: string;
  readonly size: number;
  readonly q: readonly [GoldenNumber, GoldenNumber, number];
  readonly fr: readonly [GoldenNumber, GoldenNumber, GoldenNumber, number];
  readonly all: readonly (readonly [GoldenNumber, GoldenNumber, GoldenNumber, number])[] | null;
  readonly rev: readonly (readonly [GoldenNumber, GoldenNumber, GoldenNumber, number])[] | null;
  readonly int?: GoldenHistogram;
  readonly ierr?: string;
  readonly icompact?: GoldenHistogram;
  readonly istr?: string;
  readonly itof?: GoldenHistogram;
  readonly ireduce?: GoldenHistogram;
}

const operations = goldenCases<Operations>("golden/operations.jsonl").map((golden, i) => ({ line: i + 1, golden }));

/** What `change` makes of a histogram, compacted, with what it says; or the message of what it throws. */
function changed(histogram: FloatHistogram, change: (histogram: FloatHistogram) => AddOutcome): unknown {
  try {
    const outcome = change(histogram);
    compactHistogram(histogram, 0);
    return { histogram, outcome };
  } catch (error) {
    return (error as Error).message;
  }
}

function wanted(sum: GoldenSum): unknown {
  if (typeof sum === "string") return sum;
  const [histogram, counterResetCollision, boundsReconciled] = sum;
  return { histogram: histogramOf(histogram), outcome: { counterResetCollision, boundsReconciled } };
}

test.each(operations)("operations, line $line: sums and differences", ({ golden }) => {
  const b = floatHistogramOf(golden.b);
  const d = floatHistogramOf(golden.d);
  expect(changed(floatHistogramOf(golden.a), (a) => addHistogram(a, b))).toEqual(wanted(golden.add));
  expect(changed(floatHistogramOf(golden.a), (a) => subtractHistogram(a, b))).toEqual(wanted(golden.sub));
  expect(changed(floatHistogramOf(golden.a), (a) => kahanSum(a, b, d))).toEqual(wanted(golden.kahan));
  expect([b, d]).toEqual([floatHistogramOf(golden.b), floatHistogramOf(golden.d)]);
});

function kahanSum(a: FloatHistogram, b: FloatHistogram, d: FloatHistogram): AddOutcome {
  const compensation = createCompensation(a);
  const first = kahanAddHistogram(a, b, compensation);
  const second = kahanAddHistogram(a, d, compensation);
  addHistogram(a, compensation);
  return {
    counterResetCollision: first.counterResetCollision || second.counterResetCollision,
    boundsReconciled: first.boundsReconciled || second.boundsReconciled,
  };
}

test.each(operations)("operations, line $line: layouts", ({ golden }) => {
  const compact = histogramOf(golden.a);
  compactHistogram(compact, 0);
  expect(compact).toEqual(histogramOf(golden.compact));
  if (golden.reduce === undefined) return;
  const reduced = histogramOf(golden.a);
  reduceResolution(reduced, golden.reduce[0]);
  compactHistogram(reduced, 0);
  expect(reduced).toEqual(histogramOf(golden.reduce[1]));
});

test.each(operations)("operations, line $line: resets and trimming", ({ golden }) => {
  const previous = floatHistogramOf(golden.prev);
  expect([detectReset(floatHistogramOf(golden.a), previous), detectReset(previous, floatHistogramOf(golden.a))]).toEqual(golden.reset);
  const [limit, withoutUpper, withoutLower] = golden.trim;
  const upper = floatHistogramOf(golden.a);
  trimBuckets(upper, numberOf(limit), "upper");
  const lower = floatHistogramOf(golden.a);
  trimBuckets(lower, numberOf(limit), "lower");
  expect([upper, lower]).toEqual([histogramOf(withoutUpper), histogramOf(withoutLower)]);
});

test.each(operations)("operations, line $line: buckets, quantile, fraction", ({ golden }) => {
  const histogram = floatHistogramOf(golden.a);
  expect(bucketsOf(allBuckets(histogram))).toEqual((golden.all ?? []).map(goldenBucket));
  expect(bucketsOf(allBucketsDescending(histogram))).toEqual((golden.rev ?? []).map(goldenBucket));
  const note: NanNote = { nan: "none" };
  expect(histogramQuantile(numberOf(golden.q[0]), histogram, note)).toBe(numberOf(golden.q[1]));
  expect(note.nan === "none" ? 0 : 1).toBe(golden.q[2]);
  expect(histogramFraction(numberOf(golden.fr[0]), numberOf(golden.fr[1]), histogram, note)).toBe(numberOf(golden.fr[2]));
  expect(note.nan === "none" ? 0 : 1).toBe(golden.fr[3]);
});

function bucketsOf(bucket: BucketCursor): number[][] {
  const buckets: number[][] = [];
  while (bucket.next()) buckets.push([bucket.lower, bucket.upper, bucket.count, bucket.index]);
  return buckets;
}

function goldenBucket([lower, upper, count, index]: readonly [GoldenNumber, GoldenNumber, GoldenNumber, number]): number[] {
  return [numberOf(lower), numberOf(upper), numberOf(count), index];
}

test.each(operations)("operations, line $line: texts and size", ({ golden }) => {
  const histogram = floatHistogramOf(golden.a);
  expect(formatHistogram(histogram)).toBe(golden.str);
  if (golden.test !== undefined) expect(formatTestHistogram(histogram)).toBe(golden.test);
  expect(histogramSizeBytes(histogram)).toBe(golden.size);
});

const integers = operations.flatMap(({ line, golden: { int, ...golden } }) => (int === undefined ? [] : [{ line, int, golden }]));

test.each(integers)("operations, line $line: the integer form", ({ int, golden }) => {
  const histogram = histogramOf(int);
  expect(validateHistogram(histogram)?.message).toBe(golden.ierr);
  expect(formatHistogram(histogram)).toBe(golden.istr);
  expect(toFloatHistogram(histogram)).toEqual(golden.itof && histogramOf(golden.itof));
  const compact = histogramOf(int);
  compactHistogram(compact, 0);
  expect(compact).toEqual(golden.icompact && histogramOf(golden.icompact));
  if (golden.reduce === undefined) return;
  reduceResolution(histogram, golden.reduce[0]);
  expect(histogram).toEqual(golden.ireduce && histogramOf(golden.ireduce));
});

interface Validation {
  readonly f: GoldenHistogram;
  readonly ferr?: string;
  readonly i?: GoldenHistogram;
  readonly ierr?: string;
}

test.each(goldenCases<Validation>("golden/validation.jsonl"))("validation says: $ferr; of integers: $ierr", ({ f, ferr, i, ierr }) => {
  expect(validateHistogram(histogramOf(f))?.message).toBe(ferr);
  if (i !== undefined) expect(validateHistogram(histogramOf(i))?.message).toBe(ierr);
});

interface Classic {
  readonly steps: readonly (readonly [GoldenNumber, GoldenNumber])[] | null;
  readonly count?: GoldenNumber;
  readonly err?: string;
  readonly out?: GoldenHistogram;
  readonly series?: readonly (readonly [string, GoldenNumber])[];
}

test.each(goldenCases<Classic>("golden/classic.jsonl"))(
  "classic buckets $steps with count $count",
  ({ steps, count, err, out, series }) => {
    const classic = new ClassicHistogram();
    for (const [upperBound, value] of steps ?? []) classic.setBucket(numberOf(upperBound), numberOf(value));
    if (count !== undefined) classic.setCount(numberOf(count));
    classic.setSum(12.5);
    expect(convertedOrError(classic)).toEqual(err ?? (out && histogramOf(out)));
    if (out === undefined) return;
    const samples = toClassicSamples(labelsOf({ __name__: "x", job: "j" }), histogramOf(out));
    const texts = samples.map(({ labels, value }) => [
      `{${labelPairs(labels)
        .map(([k, v]) => `${k}="${v}"`)
        .join(", ")}}`,
      value,
    ]);
    expect(texts).toEqual((series ?? []).map(([labels, value]) => [labels, numberOf(value)]));
  },
);

function convertedOrError(classic: ClassicHistogram): Histogram | string {
  try {
    return classic.convert();
  } catch (error) {
    return (error as Error).message;
  }
}
