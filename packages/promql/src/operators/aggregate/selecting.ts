import { formatFloat } from "@ferula/model";
import { ABSENT, copyColumn, createStepColumn, FLOAT, histogramCost, putHistogram, type StepColumn } from "../../columns.ts";
import { type Evaluation, executionError } from "../../control.ts";
import { ignoredInAggregation } from "../../histogram-annotations.ts";
import { type OperatorContext, readScalar, scratchFor } from "../context.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import type { AggregateNode } from "./aggregate.ts";
import { bestFirst, type ChosenSamples, createChosenSamples, pushChosen, replaceWorst } from "./chosen-samples.ts";
import { type Groups, groupSeries } from "./groups.ts";
import { paramExtremes } from "./param-extremes.ts";

/** The aggregations that keep some samples of each group as they are. */
export type SelectingOp = "topk" | "bottomk" | "limitk";

const MAX_INT64 = 2 ** 63;

/** The chosen samples of the series that have any, by the series' index in the input. */
interface Selection {
  readonly series: readonly OutputSeries[];
  readonly columns: readonly StepColumn[];
}

/**
 * `topk`, `bottomk` and `limitk`: of each group at each step up to k samples, under their own labels. Held are groups × steps × k samples
 * and one column for each series that was chosen anywhere. In an instant query, groups stand one after another, each ordered by value.
 */
export function selectingAggregate(context: OperatorContext, node: AggregateNode, op: SelectingOp): Operator {
  if (node.param === undefined) throw new Error(`BUG: ${op} has no parameter`);
  const limits = readScalar(context, node.param).values;
  const child = context.build(node.child);
  let selection: Selection | undefined;

  return {
    series: () => {
      selection ??= selectsAny(limits, node.grid.stepCount)
        ? select(child, node, op, limits, context.evaluation)
        : { series: [], columns: [] };
      return selection.series;
    },
    read: (index, out) => {
      if (selection === undefined) throw new Error(`BUG: ${op} was read before its series were asked for`);
      copyColumn(selection.columns[index], out, node.grid.stepCount);
    },
  };
}

/** Whether any k is 1 or more; all of them must fit an int64 then. */
function selectsAny(limits: Float64Array, stepCount: number): boolean {
  const { least, greatest, hasNan } = paramExtremes(limits, stepCount);
  if (greatest < 1) return false;
  if (hasNan) throw executionError("Parameter value is NaN");
  if (least <= -MAX_INT64) throw executionError(`Scalar value ${formatFloat(least)} underflows int64`);
  if (greatest >= MAX_INT64) throw executionError(`Scalar value ${formatFloat(greatest)} overflows int64`);
  return true;
}

function select(child: Operator, node: AggregateNode, op: SelectingOp, limits: Float64Array, evaluation: Evaluation): Selection {
  const grouped = groupSeries(child, node.choice);
  const { groupOf, groups } = grouped;
  const sizes = cellSizes(groupOf, groups.length, limits, node.grid.stepCount, evaluation);
  const chosen = createChosenSamples(sizes, op === "bottomk" ? -1 : 1, op === "limitk");
  const column = scratchFor(node.grid);
  evaluation.passing(() => {
    for (let i = 0; i < groupOf.length; i++) {
      child.read(i, column);
      offer(chosen, sizes, groupOf[i], i, column, node, op, evaluation);
    }
  });
  return columnsOf(chosen, grouped, node.grid.stepCount, op, evaluation);
}

/** How many samples there may be of each group at each step: no more than it has series. */
function cellSizes(groupOf: Uint32Array, groupCount: number, limits: Float64Array, stepCount: number, evaluation: Evaluation): Uint32Array {
  evaluation.reserve(groupCount * stepCount);
  const members = new Uint32Array(groupCount);
  for (let i = 0; i < groupOf.length; i++) members[groupOf[i]]++;
  const sizes = new Uint32Array(groupCount * stepCount);
  let total = 0;
  for (let group = 0; group < groupCount; group++) {
    for (let k = 0; k < stepCount; k++) {
      const size = Math.max(0, Math.min(Math.trunc(limits[k]), members[group]));
      sizes[group * stepCount + k] = size;
      total += size;
    }
  }
  evaluation.reserve(total);
  return sizes;
}

/** Offers the samples of series `index` to its group. */
function offer(
  chosen: ChosenSamples,
  sizes: Uint32Array,
  group: number,
  index: number,
  { present, values, histograms }: StepColumn,
  { grid, pos }: AggregateNode,
  op: SelectingOp,
  evaluation: Evaluation,
): void {
  for (let k = 0; k < grid.stepCount; k++) {
    const cell = group * grid.stepCount + k;
    const kind = present[k];
    if (kind === ABSENT || sizes[cell] === 0) continue;
    if (kind !== FLOAT && op !== "limitk") {
      ignoredInAggregation(evaluation.annotations, op, pos);
    } else if (chosen.counts[cell] < sizes[cell]) {
      if (kind === FLOAT) pushChosen(chosen, cell, index, values[k]);
      else pushChosen(chosen, cell, index, 0, histograms[k]);
    } else if (op !== "limitk") {
      replaceWorst(chosen, cell, index, values[k]);
    }
  }
}

/** The chosen samples as columns of their series. Of an instant query the best come first; `limitk` leaves them in the order of the heap. */
function columnsOf(chosen: ChosenSamples, { groupOf, at }: Groups, stepCount: number, op: SelectingOp, evaluation: Evaluation): Selection {
  const series: OutputSeries[] = [];
  const columns: StepColumn[] = [];
  const outputOf = new Int32Array(groupOf.length).fill(-1);

  function put(place: number, k: number): void {
    const index = chosen.series[place];
    if (outputOf[index] === -1) {
      evaluation.reserve(stepCount, columns.length * stepCount);
      outputOf[index] = columns.push(createStepColumn(stepCount)) - 1;
      series.push(at(index));
    }
    const own = columns[outputOf[index]];
    const histogram = op === "limitk" && chosen.histogramOf[place] > 0 ? chosen.histograms[chosen.histogramOf[place] - 1] : undefined;
    evaluation.countSamples(histogram === undefined ? 1 : histogramCost(histogram));
    if (histogram !== undefined) {
      putHistogram(own, k, histogram);
      return;
    }
    own.values[k] = chosen.values[place];
    own.present[k] = FLOAT;
  }

  for (let cell = 0; cell < chosen.counts.length; cell++) {
    const k = cell % stepCount;
    if (stepCount === 1 && op !== "limitk") {
      for (const place of bestFirst(chosen, cell)) put(place, k);
    } else {
      const end = chosen.starts[cell] + chosen.counts[cell];
      for (let place = chosen.starts[cell]; place < end; place++) put(place, k);
    }
  }
  return { series, columns };
}
