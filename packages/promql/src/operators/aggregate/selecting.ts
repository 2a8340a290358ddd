import { type FloatHistogram, formatFloat } from "@ferula/model";
import { ABSENT, copyColumn, createStepColumn, FLOAT, histogramCost, putHistogram, type StepColumn } from "../../columns.ts";
import { type Evaluation, executionError } from "../../control.ts";
import { ignoredInAggregation } from "../../histogram-annotations.ts";
import { type OperatorContext, readScalar, scratchFor } from "../context.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import type { AggregateNode } from "./aggregate.ts";
import { groupSeries } from "./groups.ts";
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
  const { stepCount } = node.grid;
  const input = child.series();
  const { groupOf, groups } = groupSeries(input, node.choice);
  evaluation.reserve(groups.length * stepCount);
  const heaps = createHeaps(groups.length, stepCount, op);
  const column = scratchFor(node.grid);
  evaluation.passing(() => {
    for (let i = 0; i < input.length; i++) {
      child.read(i, column);
      for (let k = 0; k < stepCount; k++) {
        const limit = Math.min(Math.trunc(limits[k]), input.length);
        const kind = column.present[k];
        if (kind === ABSENT || limit < 1) continue;
        if (kind === FLOAT) heaps.offer(groupOf[i], k, limit, i, column.values[k], undefined);
        else if (op === "limitk") heaps.offer(groupOf[i], k, limit, i, 0, column.histograms[k]);
        else ignoredInAggregation(evaluation.annotations, op, node.pos);
      }
    }
  });
  const chosen = new Map<number, StepColumn>();
  for (let group = 0; group < groups.length; group++) {
    for (let k = 0; k < stepCount; k++) {
      const best = heaps.sorted(group, k);
      for (const { index, value, histogram } of best) {
        evaluation.countSamples(histogram === undefined ? 1 : histogramCost(histogram));
        let own = chosen.get(index);
        if (own === undefined) {
          evaluation.reserve(stepCount, chosen.size * stepCount);
          own = createStepColumn(stepCount);
          chosen.set(index, own);
        }
        own.values[k] = value;
        own.present[k] = FLOAT;
        if (histogram !== undefined) putHistogram(own, k, histogram);
      }
    }
  }
  return { series: [...chosen.keys()].map((index) => input[index]), columns: [...chosen.values()] };
}

/** A sample that was chosen: the series' index in the input, and its value; a histogram has none. */
interface Chosen {
  index: number;
  value: number;
  histogram: FloatHistogram | undefined;
}

const NOTHING_CHOSEN: readonly Chosen[] = [];

interface Heaps {
  readonly offer: (group: number, k: number, limit: number, index: number, value: number, histogram: Chosen["histogram"]) => void;
  /** What was chosen, best first; by `limitk` in the order of the heap, as upstream leaves it. */
  readonly sorted: (group: number, k: number) => readonly Chosen[];
}

/** Per group and step a binary heap whose top is the worst that is still in. NaN is worse than every number. */
function createHeaps(groupCount: number, stepCount: number, op: SelectingOp): Heaps {
  const heaps: (Chosen[] | undefined)[] = Array.from({ length: groupCount * stepCount });
  const sign = op === "bottomk" ? -1 : 1;

  function isWorse(a: Chosen, b: Chosen): boolean {
    if (Number.isNaN(a.value)) return true;
    return sign * a.value < sign * b.value;
  }

  function offer(group: number, k: number, limit: number, index: number, value: number, histogram: Chosen["histogram"]): void {
    const heap = (heaps[group * stepCount + k] ??= []);
    if (heap.length < limit) {
      heap.push({ index, value, histogram });
      siftUp(heap, isWorse);
      return;
    }
    if (op === "limitk") return;
    const worst = heap[0];
    if (sign * worst.value < sign * value || (Number.isNaN(worst.value) && !Number.isNaN(value))) {
      worst.index = index;
      worst.value = value;
      siftDown(heap, isWorse);
    }
  }

  return {
    offer,
    sorted: (group, k) => {
      const heap = heaps[group * stepCount + k] ?? NOTHING_CHOSEN;
      if (op === "limitk") return heap;
      return heap.toSorted((a, b) => (isWorse(a, b) ? (isWorse(b, a) ? 0 : 1) : isWorse(b, a) ? -1 : 0));
    },
  };
}

type IsWorse = (a: Chosen, b: Chosen) => boolean;

function siftUp(heap: Chosen[], isWorse: IsWorse): void {
  let i = heap.length - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!isWorse(heap[i], heap[parent])) return;
    swap(heap, i, parent);
    i = parent;
  }
}

function siftDown(heap: Chosen[], isWorse: IsWorse): void {
  let i = 0;
  for (;;) {
    let least = 2 * i + 1;
    if (least >= heap.length) return;
    if (least + 1 < heap.length && isWorse(heap[least + 1], heap[least])) least++;
    if (!isWorse(heap[least], heap[i])) return;
    swap(heap, i, least);
    i = least;
  }
}

function swap(heap: Chosen[], i: number, j: number): void {
  const held = heap[i];
  heap[i] = heap[j];
  heap[j] = held;
}
