import { type FloatHistogram, noBuckets, noSpans } from "./histogram.ts";

/** Multiplies all counts and the sum by `factor`, in place. Below zero the histogram becomes a gauge. Source: `Mul`. */
export function multiplyHistogram(histogram: FloatHistogram, factor: number): void {
  histogram.zeroCount *= factor;
  histogram.count *= factor;
  histogram.sum *= factor;
  scaleBuckets(histogram.positiveBuckets, factor);
  scaleBuckets(histogram.negativeBuckets, factor);
  if (factor < 0) histogram.counterResetHint = "gauge";
}

/** Divides all counts and the sum, in place. Division by zero takes all buckets away, below zero the histogram becomes a gauge. Source: `Div`. */
export function divideHistogram(histogram: FloatHistogram, divisor: number): void {
  histogram.zeroCount /= divisor;
  histogram.count /= divisor;
  histogram.sum /= divisor;
  if (divisor === 0) {
    histogram.positiveSpans = histogram.negativeSpans = noSpans;
    histogram.positiveBuckets = histogram.negativeBuckets = noBuckets;
    return;
  }
  // Not times 1 / divisor, which rounds twice.
  for (let i = 0; i < histogram.positiveBuckets.length; i++) histogram.positiveBuckets[i] /= divisor;
  for (let i = 0; i < histogram.negativeBuckets.length; i++) histogram.negativeBuckets[i] /= divisor;
  if (divisor < 0) histogram.counterResetHint = "gauge";
}

/** Whether a total, a bucket or a bound is infinite, as sums that outgrow a double are. */
export function hasOverflow({ zeroCount, count, sum, positiveBuckets, negativeBuckets, customValues }: FloatHistogram): boolean {
  return (
    isInfinite(zeroCount) ||
    isInfinite(count) ||
    isInfinite(sum) ||
    positiveBuckets.some(isInfinite) ||
    negativeBuckets.some(isInfinite) ||
    customValues.some(isInfinite)
  );
}

function scaleBuckets(buckets: Float64Array, factor: number): void {
  for (let i = 0; i < buckets.length; i++) buckets[i] *= factor;
}

function isInfinite(value: number): boolean {
  return value === Infinity || value === -Infinity;
}
