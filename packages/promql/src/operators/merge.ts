import { labelsKey } from "@ferula/model";
import { ABSENT, createStepColumn, hasStep, HISTOGRAM, putHistogram, type StepColumn } from "../columns.ts";
import { type Evaluation, executionError } from "../control.ts";
import type { Grid } from "../grid.ts";
import type { Operator, OutputSeries } from "./operator.ts";
import { readAll } from "./read-all.ts";

/** The text of upstream's error for two samples of one series at one time. */
export const SAME_LABELSET = "vector cannot contain metrics with the same labelset";

/**
 * Joins series of `operator` that have the same labels into one, as dropping a name or replacing a label makes them. Two of them at the
 * same step are an error; with "never" they are one even if their steps don't meet, unless the name goes only at the end. Without equal
 * labels, which is the rule, `operator`'s series pass as they are. `mayCollide`, asked after `series()`, spares the search.
 */
export function mergeSameLabels(
  operator: Operator,
  grid: Grid,
  evaluation: Evaluation,
  allowed: "never" | "apart",
  mayCollide?: () => boolean,
): Operator {
  let members: readonly (readonly number[])[] | undefined;
  let scratch: StepColumn | undefined;

  function series(): readonly OutputSeries[] {
    const all = operator.series();
    if (mayCollide !== undefined && !mayCollide()) return all;
    const byKey = new Map<string, number[]>();
    for (let i = 0; i < all.length; i++) {
      const key = labelsKey(all[i].labels);
      const same = byKey.get(key);
      if (same === undefined) byKey.set(key, [i]);
      else same.push(i);
    }
    if (byKey.size === all.length) return all;
    if (allowed === "never" && !evaluation.delayedNameRemoval) refuseSame(operator, [...byKey.values()], grid);
    members = [...byKey.values()];
    scratch = createStepColumn(grid.stepCount);
    return members.map((same) => ({ labels: all[same[0]].labels, dropName: all[firstToHaveStep(operator, same, all, grid)].dropName }));
  }

  function read(index: number, out: StepColumn): void {
    if (members === undefined || scratch === undefined) {
      operator.read(index, out);
      return;
    }
    const same = members[index];
    operator.read(same[0], out);
    for (let m = 1; m < same.length; m++) {
      operator.read(same[m], scratch);
      mergeInto(out, scratch, grid.stepCount);
    }
  }

  // What is told by its symbols has labels of its own.
  const { symbolSeries } = operator;
  return readAll({ series, symbolSeries, read }, grid, evaluation, () => members !== undefined);
}

/** Of series with the same labels the one that says whether the name goes: that of the first sample (promql/engine.go `rangeEval`). */
function firstToHaveStep(operator: Operator, same: readonly number[], all: readonly OutputSeries[], { stepCount }: Grid): number {
  if (same.every((i) => all[i].dropName === all[same[0]].dropName)) return same[0];
  const column = createStepColumn(stepCount);
  let first = same[0];
  let earliest = stepCount;
  for (const i of same) {
    operator.read(i, column);
    const k = column.present.subarray(0, earliest).findIndex((kind) => kind !== ABSENT);
    if (k === -1) continue;
    first = i;
    earliest = k;
  }
  return first;
}

/** Adds the steps of `from` to those of `out`; a step that both have is an error. */
export function mergeInto(out: StepColumn, from: StepColumn, stepCount: number): void {
  for (let k = 0; k < stepCount; k++) {
    const kind = from.present[k];
    if (kind === ABSENT) continue;
    if (out.present[k] !== ABSENT) throw executionError(SAME_LABELSET);
    out.present[k] = kind;
    if (kind === HISTOGRAM) putHistogram(out, k, from.histograms[k]);
    else out.values[k] = from.values[k];
  }
}

/** Fails when two series of the same labels have any step at all; series without a step don't count. */
function refuseSame(operator: Operator, members: readonly (readonly number[])[], grid: Grid): void {
  const column = createStepColumn(grid.stepCount);
  for (const same of members) {
    let withSteps = 0;
    if (same.length > 1) {
      for (const i of same) {
        operator.read(i, column);
        if (hasStep(column, grid.stepCount)) withSteps++;
      }
    }
    if (withSteps > 1) throw executionError(SAME_LABELSET);
  }
}
