import { formatFixed } from "@ferula/model";
import { executionError } from "../control.ts";
import type { SampleWindow } from "./range-functions.ts";

/**
 * Double exponential smoothing: the smoothed value at the window's end, which weighs later values by `smoothing` and follows their trend by
 * `trending`. The window holds two samples or more (promql/functions.go `funcDoubleExponentialSmoothing`, in its order of operations).
 */
export function doubleExponentialSmoothing({ values, from, to }: SampleWindow, smoothing: number, trending: number): number {
  let previous = 0;
  let smoothed = values[from];
  let trend = values[from + 1] - values[from];
  for (let i = from + 1; i < to; i++) {
    // The first trend is that of the first two values.
    if (i > from + 1) trend = trending * (smoothed - previous) + (1 - trending) * trend;
    const next = smoothing * values[i] + (1 - smoothing) * (smoothed + trend);
    previous = smoothed;
    smoothed = next;
  }
  return smoothed;
}

/** The error of a factor that is not between 0 and 1; undefined where there is none. NaN passes, as upstream's comparisons have it. */
export function factorError(smoothing: number, trending: number): Error | undefined {
  if (smoothing <= 0 || smoothing >= 1) return badFactor("smoothing factor. Expected: 0 < sf < 1", smoothing);
  if (trending <= 0 || trending >= 1) return badFactor("trend factor. Expected: 0 < tf < 1", trending);
  return undefined;
}

function badFactor(what: string, factor: number): Error {
  return executionError(`invalid ${what}, got: ${formatFixed(factor, 6)}`);
}
