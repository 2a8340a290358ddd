import type { FloatHistogram, SampleColumns } from "@ferula/model";
import type { StepColumn } from "../columns.ts";
import type { SeriesNotes } from "../histogram-annotations.ts";
import type { HistogramWindow } from "./histogram-window.ts";
import { KahanMean, KahanSum } from "./kahan.ts";
import { medianDeviation } from "./median-deviation.ts";
import { quantileOf } from "./quantile.ts";
import { extrapolate, instantDelta } from "./rate.ts";
import { deriv, predictLinear } from "./regression.ts";
import { extremeSlide } from "./slide-extreme.ts";
import { rateSlide } from "./slide-rate.ts";
import { timeOfFirst, timeOfLast, timeOfMaximum, timeOfMinimum } from "./time-of.ts";

/**
 * One window of one series: the samples [from, to) of the columns, with `timestampsMs` in (endMs - rangeMs, endMs]. A range function reads
 * it and keeps nothing. The same object serves every window of a query.
 */
export interface SampleWindow {
  timestampsMs: Float64Array;
  values: Float64Array;
  from: number;
  to: number;
  endMs: number;
  rangeMs: number;
  /** The step's own time; it differs from `endMs` under `offset` and `@`. */
  evalTimeMs: number;
  /** The scalar argument at this step, if the function takes one. */
  param: number;
  /** `resetsBefore[i]`: how many samples up to and with i are smaller than the one before them. Filled for counters only. */
  resetsBefore: Uint32Array;
  /** When the counters of the samples began; empty where nobody asked. */
  startsMs: Float64Array;
}

/**
 * Evaluates a window that holds at least one histogram; it may hold no float. A histogram that it returns belongs to the column from then
 * on, and may be one of the window's. Undefined is no result.
 */
export type MixedRangeFunction = (floats: SampleWindow, window: HistogramWindow, notes: SeriesNotes) => number | FloatHistogram | undefined;

/** A function over windows of floats; see `mixedRangeFunctions` for histograms. */
export interface RangeFunction {
  /** Windows with fewer samples have no result. */
  readonly minSamples: number;
  /** The result is still the same metric. */
  readonly keepsName?: boolean;
  /** Wants `resetsBefore`. */
  readonly isCounter?: boolean;
  /** Of a metric that by its name is no counter, the result is probably not what was meant. */
  readonly wantsCounter?: boolean;
  /** The scalar argument is a quantile: outside of [0, 1] a warning is due. */
  readonly takesQuantile?: boolean;
  readonly evaluate: (window: SampleWindow) => number;
  /** The same for all windows of a series at once, where neighbouring windows have much in common. */
  readonly slide?: SlideSeries;
}

/** The windows of a grid's steps: that of step k is (`firstEndMs + k * stepMs - rangeMs`, `firstEndMs + k * stepMs`]. */
export interface WindowGrid {
  readonly firstEndMs: number;
  /** 0 under `@`. */
  readonly stepMs: number;
  readonly stepCount: number;
  readonly rangeMs: number;
}

/** Evaluates every window over the floats of one series and overwrites the steps of `out`. */
export type SlideSeries = (samples: SampleColumns, grid: WindowGrid, out: StepColumn) => void;

const kahan = new KahanSum();
const kahanMean = new KahanMean();
const kahanSquares = new KahanSum();
let scratch = new Float64Array(256);

/** Functions of a range vector, and for some a scalar. */
export const rangeFunctions: ReadonlyMap<string, RangeFunction> = new Map<string, RangeFunction>([
  [
    "rate",
    {
      minSamples: 2,
      isCounter: true,
      wantsCounter: true,
      evaluate: (window) => extrapolate(window, true, true),
      slide: rateSlide(true, true),
    },
  ],
  [
    "increase",
    {
      minSamples: 2,
      isCounter: true,
      wantsCounter: true,
      evaluate: (window) => extrapolate(window, true, false),
      slide: rateSlide(true, false),
    },
  ],
  ["delta", { minSamples: 2, evaluate: (window) => extrapolate(window, false, false), slide: rateSlide(false, false) }],
  ["irate", { minSamples: 2, evaluate: (window) => instantDelta(window, true) }],
  ["idelta", { minSamples: 2, evaluate: (window) => instantDelta(window, false) }],
  ["deriv", { minSamples: 2, evaluate: deriv }],
  ["predict_linear", { minSamples: 2, evaluate: predictLinear }],
  ["resets", { minSamples: 1, isCounter: true, evaluate: ({ resetsBefore, from, to }) => resetsBefore[to - 1] - resetsBefore[from] }],
  ["changes", { minSamples: 1, evaluate: changes }],
  ["avg_over_time", { minSamples: 1, evaluate: average }],
  ["min_over_time", { minSamples: 1, evaluate: minimum, slide: extremeSlide(-1) }],
  ["max_over_time", { minSamples: 1, evaluate: maximum, slide: extremeSlide(1) }],
  ["sum_over_time", { minSamples: 1, evaluate: sum }],
  ["count_over_time", { minSamples: 1, evaluate: (window) => window.to - window.from }],
  ["last_over_time", { minSamples: 1, keepsName: true, evaluate: (window) => window.values[window.to - 1] }],
  ["first_over_time", { minSamples: 1, keepsName: true, evaluate: (window) => window.values[window.from] }],
  ["present_over_time", { minSamples: 1, evaluate: () => 1 }],
  ["stddev_over_time", { minSamples: 1, evaluate: (window) => Math.sqrt(variance(window)) }],
  ["stdvar_over_time", { minSamples: 1, evaluate: variance }],
  ["mad_over_time", { minSamples: 1, evaluate: medianDeviation }],
  ["ts_of_first_over_time", { minSamples: 1, evaluate: timeOfFirst }],
  ["ts_of_last_over_time", { minSamples: 1, evaluate: timeOfLast }],
  ["ts_of_max_over_time", { minSamples: 1, evaluate: timeOfMaximum }],
  ["ts_of_min_over_time", { minSamples: 1, evaluate: timeOfMinimum }],
  ["quantile_over_time", { minSamples: 1, takesQuantile: true, evaluate: quantile }],
]);

function changes({ values, from, to }: SampleWindow): number {
  let count = 0;
  let previous = values[from];
  for (let i = from + 1; i < to; i++) {
    const value = values[i];
    // Two NaNs are no change, a NaN beside a number is one.
    if (value !== previous && (value === value || previous === previous)) count++;
    previous = value;
  }
  return count;
}

function sum({ values, from, to }: SampleWindow): number {
  compensatedSum(values, from, to);
  return total === Infinity || total === -Infinity ? total : total + compensation;
}

function average({ values, from, to }: SampleWindow): number {
  compensatedSum(values, from, to);
  // Fast path: the sum did not overflow on the way, so the incremental mean was never needed.
  if (!hasOverflowed) return total / (to - from) + compensation / (to - from);
  kahanMean.reset();
  for (let i = from; i < to; i++) kahanMean.add(values[i]);
  return kahanMean.mean();
}

/** What the last call of `compensatedSum` found. */
let total = 0;
let compensation = 0;
let hasOverflowed = false;

/** `KahanSum` over a window, in locals: through the object's fields it is slower (benchmark `avg_over_time`). */
function compensatedSum(values: Float64Array, from: number, to: number): void {
  let sum = 0;
  let lost = 0;
  let overflows = false;
  for (let i = from; i < to; i++) {
    const value = values[i];
    const next = sum + value;
    if (next > Number.MAX_VALUE || next < -Number.MAX_VALUE) {
      lost = 0;
      overflows = true;
    } else if (Math.abs(sum) >= Math.abs(value)) {
      lost += sum - next + value;
    } else {
      lost += value - next + sum;
    }
    sum = next;
  }
  total = sum;
  compensation = lost;
  hasOverflowed = overflows;
}

function minimum({ values, from, to }: SampleWindow): number {
  let least = values[from];
  for (let i = from + 1; i < to; i++) {
    if (values[i] < least || least !== least) least = values[i];
  }
  return least;
}

function maximum({ values, from, to }: SampleWindow): number {
  let greatest = values[from];
  for (let i = from + 1; i < to; i++) {
    if (values[i] > greatest || greatest !== greatest) greatest = values[i];
  }
  return greatest;
}

/** Welford's algorithm over compensated sums (promql/functions.go `varianceOverTime`). */
function variance({ values, from, to }: SampleWindow): number {
  kahan.reset(0);
  kahanSquares.reset(0);
  let count = 0;
  for (let i = from; i < to; i++) {
    count++;
    const value = values[i];
    const delta = value - kahan.total();
    kahan.add(delta / count);
    kahanSquares.add(delta * (value - kahan.total()));
  }
  return kahanSquares.total() / count;
}

function quantile({ values, from, to, param }: SampleWindow): number {
  const length = to - from;
  if (scratch.length < length) scratch = new Float64Array(length * 2);
  for (let i = 0; i < length; i++) scratch[i] = values[from + i];
  return quantileOf(param, scratch, length);
}
