import { addBucketsCompensated } from "./add-buckets.ts";
import { type AddOutcome, addOutcome, areCompatible } from "./add.ts";
import { adjustCounterReset } from "./counter-reset.ts";
import { addMapped, intersectBounds } from "./custom-bounds.ts";
import { customBoundsMatch } from "./equal.ts";
import { histogramError } from "./errors.ts";
import type { FloatHistogram } from "./histogram.ts";
import { compensated } from "./kahan.ts";
import { reduceCompensated } from "./reduce-resolution.ts";
import { hasCustomBuckets } from "./schema.ts";
import {
  compensatedNegativeSide,
  compensatedPositiveSide,
  type CompensatedBuckets,
  negativeSide,
  positiveSide,
  type SideBuckets,
} from "./side-buckets.ts";
import { reconcileZeroBuckets } from "./zero-bucket.ts";

/** The compensation to begin with: zeros in the layout of `histogram`. */
export function createCompensation(histogram: FloatHistogram): FloatHistogram {
  return {
    ...histogram,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveBuckets: new Float64Array(histogram.positiveBuckets.length),
    negativeBuckets: new Float64Array(histogram.negativeBuckets.length),
  };
}

/**
 * Adds `other` to `histogram` as `addHistogram` does, and what rounding takes away to `compensation`, both in place. The compensation is
 * a histogram of the same layout, from `createCompensation`; adding it at the end gives the sum. Source: `KahanAdd`.
 */
export function kahanAddHistogram(histogram: FloatHistogram, other: FloatHistogram, compensation: FloatHistogram): AddOutcome {
  if (!areCompatible(histogram, other)) throw histogramError("incompatibleSchemas");
  const counterResetCollision = adjustCounterReset(histogram, other.counterResetHint);
  const isCustom = hasCustomBuckets(histogram);
  if (!isCustom) {
    const zero = reconcileZeroBuckets(histogram, other, compensation);
    addToZeroCount(histogram, compensation, zero.count);
    addToZeroCount(histogram, compensation, zero.compensation);
  }
  compensation.count = compensated(other.count, histogram.count, compensation.count);
  histogram.count += other.count;
  compensation.sum = compensated(other.sum, histogram.sum, compensation.sum);
  histogram.sum += other.sum;
  if (isCustom) return addOutcome(counterResetCollision, addCustom(histogram, other, compensation));
  addExponential(histogram, other, compensation);
  return addOutcome(counterResetCollision, false);
}

function addToZeroCount(histogram: FloatHistogram, compensation: FloatHistogram, increment: number): void {
  compensation.zeroCount = compensated(increment, histogram.zeroCount, compensation.zeroCount);
  histogram.zeroCount += increment;
}

function addExponential(histogram: FloatHistogram, other: FloatHistogram, compensation: FloatHistogram): void {
  const from = histogram.schema;
  const schema = Math.min(from, other.schema);
  const { zeroThreshold } = histogram;
  const positive = addBucketsCompensated(
    reducedTo(schema, from, compensatedPositiveSide(histogram, compensation)),
    otherReducedTo(schema, other.schema, positiveSide(other)),
    schema,
    zeroThreshold,
  );
  const negative = addBucketsCompensated(
    reducedTo(schema, from, compensatedNegativeSide(histogram, compensation)),
    otherReducedTo(schema, other.schema, negativeSide(other)),
    schema,
    zeroThreshold,
  );
  setPositive(histogram, compensation, positive);
  histogram.negativeSpans = compensation.negativeSpans = negative.spans;
  histogram.negativeBuckets = negative.buckets;
  compensation.negativeBuckets = negative.compensations;
  histogram.schema = compensation.schema = schema;
  compensation.zeroThreshold = zeroThreshold;
}

function reducedTo(schema: number, from: number, side: CompensatedBuckets): CompensatedBuckets {
  return from === schema ? side : reduceCompensated(side, from, schema);
}

/** Merging the buckets of `other` rounds too, so it gets compensations of its own. */
function otherReducedTo(schema: number, from: number, side: SideBuckets): SideBuckets {
  if (from === schema) return side;
  return reduceCompensated({ ...side, compensations: new Float64Array(side.buckets.length) }, from, schema);
}

function setPositive(histogram: FloatHistogram, compensation: FloatHistogram, { spans, buckets, compensations }: CompensatedBuckets): void {
  histogram.positiveSpans = compensation.positiveSpans = spans;
  histogram.positiveBuckets = buckets;
  compensation.positiveBuckets = compensations;
}

/** Returns whether the bounds had to be reconciled. */
function addCustom(histogram: FloatHistogram, other: FloatHistogram, compensation: FloatHistogram): boolean {
  const { customValues: bounds, schema } = histogram;
  const own = compensatedPositiveSide(histogram, compensation);
  if (customBoundsMatch(bounds, other.customValues)) {
    setPositive(histogram, compensation, addBucketsCompensated(own, positiveSide(other), schema, 0));
    return false;
  }
  const shared = intersectBounds(bounds, other.customValues);
  setPositive(histogram, compensation, addMapped({ ...own, bounds }, { ...positiveSide(other), bounds: other.customValues }, 1, shared));
  histogram.customValues = compensation.customValues = shared;
  return true;
}
