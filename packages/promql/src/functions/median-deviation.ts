import { quantileOf } from "./quantile.ts";
import type { SampleWindow } from "./range-functions.ts";

let scratch = new Float64Array(256);

/** The median of the distances to the median; NaN where any value is (promql/functions.go `funcMadOverTime`). */
export function medianDeviation({ values, from, to }: SampleWindow): number {
  const length = to - from;
  if (scratch.length < length) scratch = new Float64Array(length * 2);
  for (let i = 0; i < length; i++) {
    const value = values[from + i];
    if (value !== value) return NaN;
    scratch[i] = value;
  }
  const median = quantileOf(0.5, scratch, length);
  for (let i = 0; i < length; i++) scratch[i] = Math.abs(scratch[i] - median);
  return quantileOf(0.5, scratch, length);
}
