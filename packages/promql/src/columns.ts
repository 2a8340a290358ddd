import { type FloatHistogram, histogramSizeBytes } from "@ferula/model";
import type { Grid } from "./grid.ts";

/** What `present` says of a step: that there is nothing, a float in `values`, or a histogram in `histograms`. */
export const ABSENT = 0;
/** See `ABSENT`. */
export const FLOAT = 1;
/** See `ABSENT`. */
export const HISTOGRAM = 2;

/**
 * The steps of one series. Where `present[k]` is `FLOAT`, `values[k]` counts, where it is `HISTOGRAM`, `histograms[k]`; where it is
 * `ABSENT` the series has no sample at step k, and both may be anything. Presence is a byte of its own because NaN is an ordinary value.
 * The arrays may be longer than the grid.
 */
export interface StepColumn {
  readonly values: Float64Array;
  readonly present: Uint8Array;
  /** False promises that no step is a histogram: by it a loop over floats is told that it needs to look at nothing else. */
  hasHistograms: boolean;
  /** Without room until the first histogram comes. A histogram is never changed once it is in: several columns may share it. */
  histograms: FloatHistogram[];
}

/** A column of `stepCount` steps, none of them present. */
export function createStepColumn(stepCount: number): StepColumn {
  return { values: new Float64Array(stepCount), present: new Uint8Array(stepCount), hasHistograms: false, histograms: [] };
}

/** Puts a histogram, which nobody changes any more, at step `k`. */
export function putHistogram(column: StepColumn, k: number, histogram: FloatHistogram): void {
  if (column.histograms.length === 0) column.histograms = Array.from<FloatHistogram>({ length: column.present.length });
  column.hasHistograms = true;
  column.present[k] = HISTOGRAM;
  column.histograms[k] = histogram;
}

/** Makes steps with histograms absent, as operations on numbers leave them out. */
export function dropHistograms(column: StepColumn, stepCount: number): void {
  if (!column.hasHistograms) return;
  const { present } = column;
  for (let k = 0; k < stepCount; k++) if (present[k] === HISTOGRAM) present[k] = ABSENT;
  column.hasHistograms = false;
}

/** How many of the first `stepCount` steps are present. */
export function countPresent(present: Uint8Array, stepCount: number): number {
  let count = 0;
  // 1 for a float and for a histogram, without a branch: every step of every selector is counted.
  for (let k = 0; k < stepCount; k++) count += (present[k] + 1) >> 1;
  return count;
}

/** Whether any of the first `stepCount` steps is present. */
export function hasStep({ present }: StepColumn, stepCount: number): boolean {
  for (let k = 0; k < stepCount; k++) if (present[k] !== ABSENT) return true;
  return false;
}

/** How many samples the first `stepCount` steps count as against a query's limit. */
export function sampleCost(column: StepColumn, stepCount: number): number {
  const { present, histograms } = column;
  if (!column.hasHistograms) return countPresent(present, stepCount);
  let cost = 0;
  for (let k = 0; k < stepCount; k++) {
    if (present[k] === HISTOGRAM) cost += histogramCost(histograms[k]);
    else if (present[k] === FLOAT) cost++;
  }
  return cost;
}

/** How many floats a histogram counts as: by its size, with a time, in units of a float with a time (promql/value.go `HPoint.size`). */
export function histogramCost(histogram: FloatHistogram): number {
  return Math.floor((histogramSizeBytes(histogram) + 8) / 16);
}

/**
 * Writes the times (milliseconds) and values of the steps with floats to the two arrays, from index 0, and returns how many there are. The
 * arrays have room for that many.
 */
export function compactSteps({ values, present }: StepColumn, grid: Grid, outTimestampsMs: Float64Array, outValues: Float64Array): number {
  const { startMs, stepMs, stepCount } = grid;
  let count = 0;
  for (let k = 0; k < stepCount; k++) {
    if (present[k] !== FLOAT) continue;
    outTimestampsMs[count] = startMs + k * stepMs;
    outValues[count++] = values[k];
  }
  return count;
}

/** Samples in arrays of their own: floats with their times, and the histograms with theirs, where there are any. */
export interface CompactSamples {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly histogramTimestampsMs: Float64Array;
  readonly histograms: readonly FloatHistogram[];
}

/** The samples of a column in arrays of their own. */
export function samplesOfSteps(column: StepColumn, grid: Grid): CompactSamples {
  const present = countPresent(column.present, grid.stepCount);
  const others = column.hasHistograms ? histogramsOfSteps(column, grid) : NO_HISTOGRAMS;
  const timestampsMs = new Float64Array(present - others.histograms.length);
  const values = new Float64Array(timestampsMs.length);
  compactSteps(column, grid, timestampsMs, values);
  return { timestampsMs, values, ...others };
}

type CompactHistograms = Pick<CompactSamples, "histogramTimestampsMs" | "histograms">;

const NO_HISTOGRAMS: CompactHistograms = { histogramTimestampsMs: new Float64Array(0), histograms: [] };

function histogramsOfSteps({ present, histograms }: StepColumn, { startMs, stepMs, stepCount }: Grid): CompactHistograms {
  const timestampsMs = new Float64Array(stepCount);
  const found: FloatHistogram[] = [];
  for (let k = 0; k < stepCount; k++) {
    if (present[k] !== HISTOGRAM) continue;
    timestampsMs[found.length] = startMs + k * stepMs;
    found.push(histograms[k]);
  }
  return { histogramTimestampsMs: timestampsMs.slice(0, found.length), histograms: found };
}

/** Copies the first `stepCount` steps of `from` over those of `to`. */
export function copyColumn(from: StepColumn, to: StepColumn, stepCount: number): void {
  for (let k = 0; k < stepCount; k++) {
    to.values[k] = from.values[k];
    to.present[k] = from.present[k];
  }
  to.hasHistograms = false;
  if (!from.hasHistograms) return;
  for (let k = 0; k < stepCount; k++) if (from.present[k] === HISTOGRAM) putHistogram(to, k, from.histograms[k]);
}

/** Sets every one of the first `stepCount` steps to `value`. */
export function fillColumn(column: StepColumn, stepCount: number, value: number): void {
  column.values.fill(value, 0, stepCount);
  column.present.fill(FLOAT, 0, stepCount);
  column.hasHistograms = false;
}
