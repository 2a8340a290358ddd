import type { Grid } from "./grid.ts";

/**
 * The steps of one series. `values[k]` counts where `present[k]` is 1; where it is 0 the series has no sample at step k and
 * `values[k]` may be anything. Presence is a byte of its own because NaN is an ordinary value. The arrays may be longer than the grid.
 */
export interface StepColumn {
  readonly values: Float64Array;
  readonly present: Uint8Array;
}

/** A column of `stepCount` steps, none of them present. */
export function createStepColumn(stepCount: number): StepColumn {
  return { values: new Float64Array(stepCount), present: new Uint8Array(stepCount) };
}

/** How many of the first `stepCount` steps are present. */
export function countPresent(present: Uint8Array, stepCount: number): number {
  let count = 0;
  for (let k = 0; k < stepCount; k++) count += present[k];
  return count;
}

/** Whether any of the first `stepCount` steps is present. */
export function hasStep({ present }: StepColumn, stepCount: number): boolean {
  for (let k = 0; k < stepCount; k++) if (present[k] === 1) return true;
  return false;
}

/**
 * Writes the times (milliseconds) and values of the steps that are present to the two arrays, from index 0, and returns how many there
 * are. The arrays have room for that many.
 */
export function compactSteps({ values, present }: StepColumn, grid: Grid, outTimestampsMs: Float64Array, outValues: Float64Array): number {
  const { startMs, stepMs, stepCount } = grid;
  let count = 0;
  for (let k = 0; k < stepCount; k++) {
    if (present[k] === 0) continue;
    outTimestampsMs[count] = startMs + k * stepMs;
    outValues[count++] = values[k];
  }
  return count;
}

/** The samples of a column in arrays of their own. */
export function samplesOfSteps(column: StepColumn, grid: Grid): { readonly timestampsMs: Float64Array; readonly values: Float64Array } {
  const count = countPresent(column.present, grid.stepCount);
  const timestampsMs = new Float64Array(count);
  const values = new Float64Array(count);
  compactSteps(column, grid, timestampsMs, values);
  return { timestampsMs, values };
}

/** Copies the first `stepCount` steps of `from` over those of `to`. */
export function copyColumn(from: StepColumn, to: StepColumn, stepCount: number): void {
  for (let k = 0; k < stepCount; k++) {
    to.values[k] = from.values[k];
    to.present[k] = from.present[k];
  }
}

/** Sets every one of the first `stepCount` steps to `value`. */
export function fillColumn(column: StepColumn, stepCount: number, value: number): void {
  column.values.fill(value, 0, stepCount);
  column.present.fill(1, 0, stepCount);
}
