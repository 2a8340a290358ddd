import { KahanSum } from "./kahan.ts";
import type { SampleWindow } from "./range-functions.ts";

const sumX = new KahanSum();
const sumY = new KahanSum();
const sumXY = new KahanSum();
const sumX2 = new KahanSum();

/** What the last call of `fitLine` found. */
const line = { slope: 0, intercept: 0 };

/** The slope of the least-squares line, per second. */
export function deriv(window: SampleWindow): number {
  // A time near the samples keeps the sums small.
  fitLine(window, window.timestampsMs[window.from]);
  return line.slope;
}

/** Where the least-squares line will be `param` seconds after the evaluation. */
export function predictLinear(window: SampleWindow): number {
  fitLine(window, window.evalTimeMs);
  return line.slope * window.param + line.intercept;
}

/** Fits by least squares with compensated sums (promql/functions.go `linearRegression`); the intercept is the value at `interceptMs`. */
function fitLine({ timestampsMs, values, from, to }: SampleWindow, interceptMs: number): void {
  sumX.reset(0);
  sumY.reset(0);
  sumXY.reset(0);
  sumX2.reset(0);
  const first = values[from];
  let isConstant = true;
  for (let i = from; i < to; i++) {
    const y = values[i];
    if (i > from && y !== first) isConstant = false;
    const x = (timestampsMs[i] - interceptMs) / 1e3;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumX2.add(x * x);
  }
  if (isConstant) {
    const isInfinite = first === Infinity || first === -Infinity;
    line.slope = isInfinite ? NaN : 0;
    line.intercept = isInfinite ? NaN : first;
    return;
  }
  const n = to - from;
  const x = sumX.total();
  const y = sumY.total();
  const xy = sumXY.total();
  const x2 = sumX2.total();
  const slope = (xy - (x * y) / n) / (x2 - (x * x) / n);
  line.slope = slope;
  line.intercept = y / n - (slope * x) / n;
}
