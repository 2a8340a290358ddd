import { allBuckets, type BucketCursor, type FloatHistogram, hasCustomBuckets } from "@ferula/model";
import { KahanSum } from "./kahan.ts";

/** Functions that map each native histogram to one number; floats have none. */
export const histogramValues: ReadonlyMap<string, (histogram: FloatHistogram) => number> = new Map<
  string,
  (histogram: FloatHistogram) => number
>([
  ["histogram_count", ({ count }) => count],
  ["histogram_sum", ({ sum }) => sum],
  ["histogram_avg", ({ sum, count }) => sum / count],
  ["histogram_stddev", (histogram) => Math.sqrt(varianceOf(histogram))],
  ["histogram_stdvar", varianceOf],
]);

const squares = new KahanSum();

/** Of observations that all lie in the middle of their bucket (promql/functions.go `histogramVariance`). */
function varianceOf(histogram: FloatHistogram): number {
  const mean = histogram.sum / histogram.count;
  const isCustom = hasCustomBuckets(histogram);
  squares.reset(0);
  for (const bucket = allBuckets(histogram); bucket.next();) {
    if (bucket.count === 0) continue;
    const delta = middleOf(bucket, isCustom) - mean;
    squares.add(bucket.count * delta * delta);
  }
  return squares.total() / histogram.count;
}

/** The geometric mean of exponential bounds, 0 of the zero bucket, the arithmetic mean of custom bounds. */
function middleOf({ lower, upper }: BucketCursor, isCustom: boolean): number {
  if (isCustom) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const middle = Math.sqrt(upper * lower);
  return upper < 0 ? -middle : middle;
}
