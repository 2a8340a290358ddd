import { sampleCost, type StepColumn } from "./columns.ts";
import type { Grid } from "./grid.ts";

/**
 * How many samples were taken in on one grid: that of the query, of a subquery, or of what is the same at every step (util/stats
 * `QuerySamples`). Histograms count by their size.
 */
export interface SampleTally {
  readonly grid: Grid;
  /** A sample counts at each step whose window holds it. */
  total: number;
  /** A sample counts once. */
  read: number;
  /** Both by step, where that is wanted. */
  readonly steps: { readonly total: Float64Array; readonly read: Float64Array } | undefined;
}

/** Nothing counted yet. */
export function createTally(grid: Grid, bySteps: boolean): SampleTally {
  const { stepCount } = grid;
  const steps = bySteps ? { total: new Float64Array(stepCount), read: new Float64Array(stepCount) } : undefined;
  return { grid, total: 0, read: 0, steps };
}

/** Counts what a selector has found for one series; `cost` is what all of it counts as. */
export function tallyColumn(tally: SampleTally, column: StepColumn, cost: number): void {
  tally.total += cost;
  tally.read += cost;
  const { steps, grid } = tally;
  if (steps === undefined) return;
  for (let k = 0; k < grid.stepCount; k++) {
    const found = column.hasHistograms ? stepCost(column, k) : (column.present[k] + 1) >> 1;
    steps.total[k] += found;
    steps.read[k] += found;
  }
}

/** Counts one float at a step. */
export function tallyOne(tally: SampleTally, step: number): void {
  tally.total++;
  tally.read++;
  if (tally.steps === undefined) return;
  tally.steps.total[step]++;
  tally.steps.read[step]++;
}

function stepCost({ present, histograms }: StepColumn, k: number): number {
  return sampleCost({ values: NO_VALUES, present: present.subarray(k, k + 1), hasHistograms: true, histograms: [histograms[k]] }, 1);
}

const NO_VALUES = new Float64Array(0);

/** Adds what was counted once to every step of the whole; it was read once. */
export function addInvariant(whole: SampleTally, once: SampleTally): void {
  whole.total += once.total * whole.grid.stepCount;
  whole.read += once.read;
  if (whole.steps === undefined) return;
  for (let k = 0; k < whole.grid.stepCount; k++) whole.steps.total[k] += once.total;
  whole.steps.read[0] += once.read;
}

/** How the windows of a subquery lie to the steps of what it is a part of. */
export interface SubqueryWindows {
  readonly offsetMs: number;
  readonly rangeMs: number;
}

/** Whether some steps of a subquery may lie between two windows, so that its steps must be counted one by one. */
export function hasGaps({ stepMs, stepCount }: Grid, rangeMs: number): boolean {
  return stepCount > 1 && rangeMs < stepMs;
}

/**
 * Adds what a subquery has read to the first steps whose windows hold it; what no window holds is left out. Its total is not added: its
 * points are counted as they lie in the windows (`MergeSamplesReadFromSubquery`).
 */
export function addSubquery(whole: SampleTally, part: SampleTally, { offsetMs, rangeMs }: SubqueryWindows): void {
  const { startMs, stepMs, stepCount } = whole.grid;
  if (part.steps === undefined || stepCount <= 1) {
    whole.read += part.read;
    if (whole.steps !== undefined && stepCount > 0) whole.steps.read[0] += part.read;
    return;
  }
  for (let j = 0; j < part.grid.stepCount; j++) {
    const count = part.steps.read[j];
    const timeMs = part.grid.startMs + j * part.grid.stepMs + offsetMs;
    const k = Math.min(Math.max(Math.ceil((timeMs - startMs) / stepMs), 0), stepCount - 1);
    if (timeMs <= startMs + k * stepMs - rangeMs) continue;
    whole.read += count;
    if (whole.steps !== undefined) whole.steps.read[k] += count;
  }
}

/** Adds all that a subquery has counted, which is itself the result, at the last step. */
export function addWhole(whole: SampleTally, part: SampleTally): void {
  const last = whole.grid.stepCount - 1;
  whole.total += part.total;
  whole.read += part.read;
  if (whole.steps === undefined) return;
  whole.steps.total[last] += part.total;
  whole.steps.read[0] += part.read;
}
