import { type Labels, labelValue, METRIC_NAME } from "@ferula/model";
import { ABSENT, copyColumn, hasStep, type StepColumn } from "../../columns.ts";
import type { InfoNode } from "../../plan/nodes.ts";
import { type OperatorContext, scratchFor } from "../context.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import { enrichedLabels } from "./info-labels.ts";
import { createInfoSeries } from "./info-series.ts";
import { NONE, type Newest } from "./newest.ts";

/** A series of the first argument at the steps at which a certain choice of info series says something about it. */
interface Enriched {
  readonly base: number;
  readonly labels: Labels;
  /** Each info metric's series, step by step, and which of them must stand there; both empty for series that are left alone. */
  readonly newest: readonly Newest[];
  readonly choice: readonly number[];
}

/**
 * `info`: the series of its argument with the labels of info series. As info changes, a series goes on under other labels, so that one of
 * the argument can become several (promql/info.go).
 */
export function infoOperator(context: OperatorContext, node: InfoNode): Operator {
  const { grid, matchers } = node;
  const { stepCount } = grid;
  const child = context.build(node.child);
  const input = context.selectors[node.selector];
  const scratch = scratchFor(grid);
  const held = scratchFor(grid);
  let heldBase = -1;
  let enriched: readonly Enriched[] = [];

  /** What becomes several series is read once for all of them: one `info` in another would read the innermost series exponentially often. */
  function readBase(base: number, out: StepColumn): void {
    if (heldBase !== base) {
      heldBase = -1;
      child.read(base, held);
      heldBase = base;
    }
    copyColumn(held, out, stepCount);
  }

  function series(): readonly OutputSeries[] {
    const bases = child.series();
    const isInfo = bases.map(({ labels }) => matchers.names.every((matcher) => matcher.matches(labelValue(labels, METRIC_NAME))));
    const others = bases.filter((_base, i) => !isInfo[i]);
    const infos = createInfoSeries(others, input, node, context);
    const all: Enriched[] = [];
    bases.forEach(({ labels }, base) => {
      if (isInfo[base]) all.push({ base, labels, newest: [], choice: [] });
      else all.push(...enrich(base, labels, infos.about(labels)));
    });
    enriched = all;
    // A name that was to go goes; 3.14 itself keeps it with delayed name removal, which later versions have mended.
    return enriched.map(({ base, labels }) => ({ labels, dropName: bases[base].dropName }));
  }

  function enrich(base: number, labels: Labels, newest: readonly Newest[]): readonly Enriched[] {
    refuseConflict(newest);
    const found: Enriched[] = [];
    for (const choice of choicesOf(newest, stepCount)) {
      const infos = choice.filter((index) => index !== NONE).map((index) => input.set.labels(index));
      const own = enrichedLabels(labels, infos, matchers);
      if (own instanceof Error) refuseWhere(base, newest, choice, own);
      else if (own !== undefined) found.push({ base, labels: own, newest, choice });
    }
    return found;
  }

  /** Two info series of the same time are an error only where there is something to enrich. */
  function refuseConflict(newest: readonly Newest[]): void {
    for (const { conflict } of newest) {
      if (conflict !== undefined && isAnyPresent(conflict.step)) throw conflict.error;
    }
  }

  function isAnyPresent(step: number): boolean {
    return child.series().some((_series, i) => {
      child.read(i, scratch);
      return scratch.present[step] !== ABSENT;
    });
  }

  function refuseWhere(base: number, newest: readonly Newest[], choice: readonly number[], error: Error): void {
    readBase(base, scratch);
    keepSteps(scratch.present, newest, choice, stepCount);
    if (hasStep(scratch, stepCount)) throw error;
  }

  const operator: Operator = {
    series,
    read: (index, out) => {
      const { base, newest, choice } = enriched[index];
      readBase(base, out);
      keepSteps(out.present, newest, choice, stepCount);
    },
  };
  return mergeSameLabels(operator, grid, context.evaluation, "apart");
}

/** Which info series stand together at any step: for each info metric one, or `NONE`. */
function choicesOf(newest: readonly Newest[], stepCount: number): readonly (readonly number[])[] {
  if (newest.length === 0) return [[]];
  const choices = new Map<string, readonly number[]>();
  for (let k = 0; k < stepCount; k++) {
    const isLikeBefore = k > 0 && newest.every(({ at }) => at[k] === at[k - 1]);
    if (isLikeBefore) continue;
    const choice = newest.map(({ at }) => at[k]);
    choices.set(choice.join(), choice);
  }
  return [...choices.values()];
}

/** Leaves those steps at which the info is the chosen one. */
function keepSteps(present: Uint8Array, newest: readonly Newest[], choice: readonly number[], stepCount: number): void {
  for (let m = 0; m < newest.length; m++) {
    const { at } = newest[m];
    for (let k = 0; k < stepCount; k++) if (at[k] !== choice[m]) present[k] = ABSENT;
  }
}
