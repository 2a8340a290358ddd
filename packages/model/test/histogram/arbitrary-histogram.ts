import * as fc from "fast-check";
import { createFloatHistogram, createIntegerHistogram, type FloatHistogram, type IntegerHistogram } from "../../src/index.ts";
import { SpansBuilder } from "../../src/histogram/spans.ts";

interface SideShape {
  readonly spans: Int32Array;
  readonly buckets: Float64Array;
}

/** Counts by bucket index; some are zero. The lowest bucket of the finest schema begins at 2^-16, above the zero thresholds below. */
const side: fc.Arbitrary<SideShape> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -8, max: 20 }), fc.integer({ min: 0, max: 1000 })), {
    selector: ([index]) => index,
    maxLength: 12,
  })
  .map((pairs) => {
    pairs.sort((a, b) => a[0] - b[0]);
    const spans = new SpansBuilder(pairs.length);
    for (const [index] of pairs) spans.add(index);
    return { spans: spans.finish(), buckets: Float64Array.from(pairs, ([, count]) => count) };
  });

const shape = fc.record({
  schema: fc.integer({ min: -1, max: 3 }),
  zeroThreshold: fc.constantFrom(0, 1e-6),
  zeroCount: fc.integer({ min: 0, max: 100 }),
  sum: fc.integer({ min: -1000, max: 1000 }),
  positive: side,
  negative: side,
});

/** Float histograms with exponential buckets and whole counts, of which sums are exact. */
export const floatHistograms: fc.Arbitrary<FloatHistogram> = shape.map(({ positive, negative, ...fields }) =>
  createFloatHistogram({
    ...fields,
    count: fields.zeroCount + total(positive.buckets) + total(negative.buckets),
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
  }),
);

/** The same with parts of counts. */
export const fractionalHistograms: fc.Arbitrary<FloatHistogram> = fc
  .tuple(floatHistograms, fc.double({ min: 1e-3, max: 1e3, noNaN: true }))
  .map(([histogram, factor]) => ({
    ...histogram,
    count: histogram.count * factor,
    zeroCount: histogram.zeroCount * factor,
    positiveBuckets: histogram.positiveBuckets.map((count) => count * factor),
    negativeBuckets: histogram.negativeBuckets.map((count) => count * factor),
  }));

/** The same observations as integer histograms. */
export const integerHistograms: fc.Arbitrary<IntegerHistogram> = floatHistograms.map((fields) =>
  createIntegerHistogram({ ...fields, positiveBuckets: deltas(fields.positiveBuckets), negativeBuckets: deltas(fields.negativeBuckets) }),
);

/** Histograms with custom buckets, over bounds from a few, so that two often share some. */
export const customHistograms: fc.Arbitrary<FloatHistogram> = fc
  .tuple(
    fc.subarray([-2, -1, 0, 1, 2.5, 5, 10], { minLength: 1 }),
    fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 8, maxLength: 8 }),
  )
  .map(([bounds, counts]) => {
    const positiveBuckets = Float64Array.from(counts.slice(0, bounds.length + 1));
    return createFloatHistogram({
      schema: -53,
      count: total(positiveBuckets),
      sum: 1,
      positiveSpans: Int32Array.of(0, positiveBuckets.length),
      positiveBuckets,
      customValues: Float64Array.from(bounds),
    });
  });

export function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function deltas(counts: Float64Array): Float64Array {
  return counts.map((count, i) => (i === 0 ? count : count - counts[i - 1]));
}
