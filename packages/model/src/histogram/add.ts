import { addBuckets } from "./add-buckets.ts";
import { adjustCounterReset } from "./counter-reset.ts";
import { addMapped, intersectBounds } from "./custom-bounds.ts";
import { customBoundsMatch } from "./equal.ts";
import { histogramError } from "./errors.ts";
import type { FloatHistogram } from "./histogram.ts";
import { reduceBuckets, reduceResolution } from "./reduce-resolution.ts";
import { hasCustomBuckets } from "./schema.ts";
import { negativeSide, positiveSide, type SideBuckets } from "./side-buckets.ts";
import { reconcileZeroBuckets } from "./zero-bucket.ts";

/** What an addition or subtraction has to say; PromQL warns of both. */
export interface AddOutcome {
  /** One of the two marked a counter reset, the other that there was none; the hint of the result is then unknown. */
  readonly counterResetCollision: boolean;
  /** The custom bounds differed, and the result has those only that both had. */
  readonly boundsReconciled: boolean;
}

/** The four outcomes, made once: additions run for every sample. */
const outcomes: readonly AddOutcome[] = [
  { counterResetCollision: false, boundsReconciled: false },
  { counterResetCollision: true, boundsReconciled: false },
  { counterResetCollision: false, boundsReconciled: true },
  { counterResetCollision: true, boundsReconciled: true },
];

/** The outcome with these two properties. */
export function addOutcome(counterResetCollision: boolean, boundsReconciled: boolean): AddOutcome {
  return outcomes[(counterResetCollision ? 1 : 0) + (boundsReconciled ? 2 : 0)];
}

/** Whether two histograms can be added: both have exponential buckets or both have custom ones. */
export function areCompatible(a: FloatHistogram, b: FloatHistogram): boolean {
  return hasCustomBuckets(a) === hasCustomBuckets(b);
}

/**
 * Adds `other`, which is only read, to `histogram`, in place. The result has the coarser schema and the wider zero bucket of the two,
 * or, with custom buckets, the bounds that both have. Empty buckets may come out; `compactHistogram` drops them.
 *
 * Throws HistogramError ("incompatibleSchemas") when only one of them has custom buckets; ask `areCompatible` first where that may be.
 * Source: model/histogram/float_histogram.go `Add`.
 */
export function addHistogram(histogram: FloatHistogram, other: FloatHistogram): AddOutcome {
  return addSigned(histogram, other, 1);
}

/** Subtracts `other`, as `addHistogram` adds it. The operator `-` of PromQL has to make a gauge of the result. Source: `Sub`. */
export function subtractHistogram(histogram: FloatHistogram, other: FloatHistogram): AddOutcome {
  return addSigned(histogram, other, -1);
}

function addSigned(histogram: FloatHistogram, other: FloatHistogram, sign: 1 | -1): AddOutcome {
  if (!areCompatible(histogram, other)) throw histogramError("incompatibleSchemas");
  const counterResetCollision = adjustCounterReset(histogram, other.counterResetHint);
  const isCustom = hasCustomBuckets(histogram);
  if (!isCustom) addZeroCount(histogram, other, sign);
  histogram.count += sign * other.count;
  histogram.sum += sign * other.sum;
  if (isCustom) return addOutcome(counterResetCollision, addCustom(histogram, other, sign));
  addExponential(histogram, other, sign);
  return addOutcome(counterResetCollision, false);
}

function addZeroCount(histogram: FloatHistogram, other: FloatHistogram, sign: 1 | -1): void {
  // The usual case is spared the object that the general one returns.
  const isSame = histogram.zeroThreshold === other.zeroThreshold;
  const added = isSame ? other.zeroCount : reconcileZeroBuckets(histogram, other).count;
  histogram.zeroCount += sign * added;
}

function addExponential(histogram: FloatHistogram, other: FloatHistogram, sign: 1 | -1): void {
  if (other.schema < histogram.schema) reduceResolution(histogram, other.schema);
  const { schema, zeroThreshold } = histogram;
  const positive = addBuckets(positiveSide(histogram), reducedTo(schema, other.schema, positiveSide(other)), sign, schema, zeroThreshold);
  const negative = addBuckets(negativeSide(histogram), reducedTo(schema, other.schema, negativeSide(other)), sign, schema, zeroThreshold);
  histogram.positiveSpans = positive.spans;
  histogram.positiveBuckets = positive.buckets;
  histogram.negativeSpans = negative.spans;
  histogram.negativeBuckets = negative.buckets;
}

function reducedTo(schema: number, from: number, side: SideBuckets): SideBuckets {
  return from === schema ? side : reduceBuckets(side.spans, side.buckets, from, schema);
}

/** Returns whether the bounds had to be reconciled. */
function addCustom(histogram: FloatHistogram, other: FloatHistogram, sign: 1 | -1): boolean {
  const { customValues: bounds } = histogram;
  if (customBoundsMatch(bounds, other.customValues)) {
    const { spans, buckets } = addBuckets(positiveSide(histogram), positiveSide(other), sign, histogram.schema, 0);
    histogram.positiveSpans = spans;
    histogram.positiveBuckets = buckets;
    return false;
  }
  const shared = intersectBounds(bounds, other.customValues);
  const a = { ...positiveSide(histogram), bounds };
  const b = { ...positiveSide(other), bounds: other.customValues };
  const { spans, buckets } = addMapped(a, b, sign, shared);
  histogram.positiveSpans = spans;
  histogram.positiveBuckets = buckets;
  histogram.customValues = shared;
  return true;
}
