import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  addHistogram,
  allBuckets,
  compactHistogram,
  copyHistogram,
  copyToSchema,
  createCompensation,
  createFloatHistogram,
  createIntegerHistogram,
  detectReset,
  type FloatHistogram,
  formatHistogram,
  histogramFraction,
  histogramQuantile,
  type Histogram,
  histogramsEqual,
  kahanAddHistogram,
  type NanNote,
  reduceResolution,
  subtractHistogram,
  toFloatHistogram,
  trimBuckets,
  validateHistogram,
} from "../../src/index.ts";
import { customHistograms, floatHistograms, fractionalHistograms, integerHistograms, total } from "./arbitrary-histogram.ts";

const note: NanNote = { nan: "none" };

function sum(a: FloatHistogram, b: FloatHistogram): FloatHistogram {
  const result = copyHistogram(a);
  addHistogram(result, b);
  return result;
}

function compacted<H extends Histogram>(histogram: H, maxEmptyBuckets = 0): H {
  const result = copyHistogram(histogram);
  compactHistogram(result, maxEmptyBuckets);
  return result;
}

/** Counts by the bounds of their buckets. */
function countsByBounds(histogram: Histogram): Map<string, number> {
  const counts = new Map<string, number>();
  for (const bucket = allBuckets(histogram); bucket.next();) {
    if (bucket.count !== 0) counts.set(`${bucket.lower} ${bucket.upper}`, bucket.count);
  }
  return counts;
}

function observationsInBuckets({ zeroCount, positiveBuckets, negativeBuckets }: FloatHistogram): number {
  return zeroCount + total(positiveBuckets) + total(negativeBuckets);
}

test("addition does not depend on the order, nor on what is added first", () => {
  fc.assert(
    fc.property(floatHistograms, floatHistograms, floatHistograms, (a, b, c) => {
      expect(compacted(sum(a, b))).toEqual(compacted(sum(b, a)));
      expect(compacted(sum(sum(a, b), c))).toEqual(compacted(sum(a, sum(b, c))));
    }),
  );
});

test("of parts of counts, addition is associative up to rounding", () => {
  fc.assert(
    fc.property(fractionalHistograms, fractionalHistograms, fractionalHistograms, (a, b, c) => {
      const left = countsByBounds(sum(sum(a, b), c));
      const right = countsByBounds(sum(a, sum(b, c)));
      expect([...left.keys()]).toEqual([...right.keys()]);
      for (const [bounds, count] of left) expect(Math.abs(count - (right.get(bounds) ?? 0))).toBeLessThanOrEqual(count * 1e-15 * 8);
    }),
  );
});

test("with custom buckets too, over the bounds that all of them have", () => {
  fc.assert(
    fc.property(customHistograms, customHistograms, customHistograms, (a, b, c) => {
      expect(compacted(sum(sum(a, b), c))).toEqual(compacted(sum(a, sum(b, c))));
      expect(observationsInBuckets(sum(a, b))).toBe(a.count + b.count);
    }),
  );
});

test("no observation is lost by adding, compacting or reducing, and none is moved by compacting", () => {
  fc.assert(
    fc.property(floatHistograms, floatHistograms, fc.nat({ max: 5 }), (a, b, maxEmptyBuckets) => {
      expect(observationsInBuckets(sum(a, b))).toBe(a.count + b.count);
      const compact = compacted(a, maxEmptyBuckets);
      expect(countsByBounds(compact)).toEqual(countsByBounds(a));
      expect(compacted(compact, maxEmptyBuckets)).toEqual(compact);
      expect(observationsInBuckets(copyToSchema(a, -2))).toBe(a.count);
    }),
  );
});

test("reducing at once is reducing in steps, and adding commutes with it", () => {
  fc.assert(
    fc.property(floatHistograms, floatHistograms, fc.integer({ min: -4, max: -2 }), (a, other, schema) => {
      // A threshold that has to widen takes in more of the wider buckets.
      const b = { ...other, zeroThreshold: a.zeroThreshold };
      expect(copyToSchema(copyToSchema(a, -2), schema)).toEqual(copyToSchema(a, schema));
      expect(copyToSchema(copyToSchema(a, schema), schema)).toEqual(copyToSchema(a, schema));
      const sumReduced = compacted(copyToSchema(sum(a, b), schema));
      expect(sumReduced).toEqual(compacted(sum(copyToSchema(a, schema), copyToSchema(b, schema))));
    }),
  );
});

test("what was added can be taken away again", () => {
  fc.assert(
    fc.property(floatHistograms, floatHistograms, (a, b) => {
      const result = sum(a, b);
      subtractHistogram(result, b);
      const wanted = copyToSchema(a, Math.min(a.schema, b.schema));
      wanted.zeroThreshold = Math.max(a.zeroThreshold, b.zeroThreshold);
      expect(compacted(result)).toEqual(compacted(wanted));
    }),
  );
});

test("with whole counts, Kahan's summation is plain addition; it only reads the summand", () => {
  fc.assert(
    fc.property(floatHistograms, floatHistograms, (a, b) => {
      const before = copyHistogram(b);
      const result = copyHistogram(a);
      const compensation = createCompensation(result);
      kahanAddHistogram(result, b, compensation);
      expect(compacted(result)).toEqual(compacted(sum(a, b)));
      expect(observationsInBuckets(compensation)).toBe(0);
      expect(b).toEqual(before);
    }),
  );
});

test("Kahan's summation keeps what plain addition loses", () => {
  const one = createFloatHistogram({ count: 1, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(1) });
  const result = createFloatHistogram({ ...one, count: 1e16, positiveBuckets: Float64Array.of(1e16) });
  const compensation = createCompensation(result);
  for (let i = 0; i < 10; i++) kahanAddHistogram(result, one, compensation);
  expect([result.positiveBuckets[0], result.count]).toEqual([1e16, 1e16]);
  addHistogram(result, compensation);
  expect([result.positiveBuckets[0], result.count]).toEqual([1e16 + 10, 1e16 + 10]);
});

test("the integer and the float form take the same ways", () => {
  fc.assert(
    fc.property(integerHistograms, fc.integer({ min: -4, max: -2 }), fc.nat({ max: 4 }), (histogram, schema, maxEmptyBuckets) => {
      expect(validateHistogram(histogram)).toBeUndefined();
      expect(toFloatHistogram(compacted(histogram, maxEmptyBuckets))).toEqual(compacted(toFloatHistogram(histogram), maxEmptyBuckets));
      expect(toFloatHistogram(copyToSchema(histogram, schema))).toEqual(copyToSchema(toFloatHistogram(histogram), schema));
      expect(countsByBounds(histogram)).toEqual(countsByBounds(toFloatHistogram(histogram)));
      expect(formatHistogram(compacted(histogram))).toContain(`{count:${histogram.count}, sum:`);
    }),
  );
});

test("a counter that only grew was not reset; of two that differ, not both directions pass", () => {
  fc.assert(
    fc.property(floatHistograms, floatHistograms, (a, b) => {
      expect(detectReset(a, a)).toBe(false);
      expect(detectReset(sum(a, b), a)).toBe(false);
      const left = compacted(a);
      const right = compacted({ ...b, schema: a.schema, zeroThreshold: a.zeroThreshold });
      const isSame = histogramsEqual({ ...left, sum: 0 }, { ...right, sum: 0 });
      expect(!detectReset(left, right) && !detectReset(right, left)).toBe(isSame);
    }),
  );
});

test("the fraction below a quantile is the quantile's share, and quantiles rise", () => {
  fc.assert(
    fc.property(
      floatHistograms.filter(({ count }) => count > 0),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (histogram, phi, otherPhi) => {
        const quantile = histogramQuantile(phi, histogram, note);
        const other = histogramQuantile(otherPhi, histogram, note);
        if (phi < otherPhi) expect(quantile).toBeLessThanOrEqual(other + Math.abs(other) * 1e-12);
        // Where nothing was observed above the quantile's bucket for a while, the bounds of a gap have the same share.
        const share = histogramFraction(-Infinity, quantile, histogram, note);
        if (quantile !== 0 && histogram.zeroThreshold === 0 && histogram.zeroCount === 0) expect(share).toBeCloseTo(phi, 6);
      },
    ),
  );
});

test("what is trimmed above and what is trimmed below is all there was", () => {
  fc.assert(
    fc.property(floatHistograms, fc.double({ min: -50, max: 50, noNaN: true }), (histogram, limit) => {
      const below = copyHistogram(histogram);
      trimBuckets(below, limit, "upper");
      const above = copyHistogram(histogram);
      trimBuckets(above, limit, "lower");
      expect(observationsInBuckets(below) + observationsInBuckets(above)).toBeCloseTo(histogram.count, 6);
    }),
  );
});

const counts = fc
  .array(fc.oneof(fc.integer({ min: -3, max: 50 }), fc.double()), { maxLength: 6 })
  .map((values) => Float64Array.from(values));
const spans = fc
  .array(fc.integer({ min: -5, max: 6 }), { maxLength: 3 })
  .chain((offsets) =>
    fc
      .array(fc.integer({ min: -1, max: 3 }), { minLength: offsets.length, maxLength: offsets.length })
      .map((lengths) => Int32Array.from(offsets.flatMap((offset, i) => [offset, lengths[i]]))),
  );
const anything = fc.record({
  schema: fc.constantFrom(-54, -53, -5, -4, 0, 3, 8, 9),
  zeroThreshold: fc.double(),
  zeroCount: fc.oneof(fc.constant(0), fc.double()),
  count: fc.double(),
  sum: fc.double(),
  positiveSpans: spans,
  negativeSpans: spans,
  positiveBuckets: counts,
  negativeBuckets: counts,
  customValues: counts,
});

test("whatever arrives is judged, and what passes can be worked with", () => {
  fc.assert(
    fc.property(anything, anything, fc.double(), (fields, otherFields, limit) => {
      expect(typeof validateHistogram(createIntegerHistogram(fields))?.message).toMatch(/string|undefined/);
      const [a, b] = [fields, otherFields].map((fields) => {
        const histogram = createFloatHistogram(fields);
        const isSound = validateHistogram(histogram) === undefined;
        compactHistogram(histogram, 2);
        return isSound ? histogram : createFloatHistogram({ count: 1, zeroCount: 1 });
      });
      detectReset(a, b);
      histogramQuantile(0.7, a, note);
      histogramFraction(-1, limit, b, note);
      trimBuckets(copyHistogram(a), limit, "upper");
      if ((a.schema === -53) === (b.schema === -53)) addHistogram(a, b);
      expect(formatHistogram(a)).toMatch(/^\{count:.*\}$/);
      if (a.schema > -4) reduceResolution(a, -4);
    }),
    { numRuns: 300 },
  );
});
