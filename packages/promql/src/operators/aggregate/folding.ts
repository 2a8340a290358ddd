import { labelValue, METRIC_NAME } from "@ferula/model";
import { sampleCost, type StepColumn } from "../../columns.ts";
import { type OperatorContext, scratchFor } from "../context.ts";
import type { Operator } from "../operator.ts";
import { readAll } from "../read-all.ts";
import type { AggregateNode } from "./aggregate.ts";
import { type Fold, type FoldingOp, createFold } from "./folds.ts";
import { type Groups, groupSeries } from "./groups.ts";
import { createHistogramFold, type HistogramFold } from "./histogram-folds.ts";

/** The accumulators of all groups. */
interface Folds {
  readonly floats: Fold;
  readonly histograms: HistogramFold;
}

/**
 * Aggregations that fold each input series into its group's accumulators as it comes: one input column is held, whatever the number of
 * series, and the accumulators of groups × steps.
 */
export function foldingAggregate(context: OperatorContext, node: AggregateNode, op: FoldingOp): Operator {
  const child = context.build(node.child);
  const { evaluation } = context;
  const { stepCount } = node.grid;
  let grouped: Groups | undefined;
  let folds: Folds | undefined;
  let isCounted = new Uint8Array(0);

  function foldAll({ groupOf, groups, at }: Groups): Folds {
    evaluation.reserve(groups.length * stepCount);
    const floats = createFold(op, groups.length, stepCount);
    const histograms = createHistogramFold(op, groups.length, stepCount, evaluation, node.childPos);
    const column = scratchFor(node.grid);
    evaluation.passing(() => {
      for (let i = 0; i < groupOf.length; i++) {
        child.read(i, column);
        // Fast path: as long as there is no histogram, floats are all there is.
        if (evaluation.sawHistograms) histograms.take(groupOf[i], column, () => labelValue(at(i).labels, METRIC_NAME), floats.has);
        floats.add(groupOf[i], column);
      }
    });
    isCounted = new Uint8Array(groups.length);
    return { floats, histograms };
  }

  function series(): Groups["groups"] {
    grouped = groupSeries(child, node.choice);
    return grouped.groups;
  }

  function read(index: number, out: StepColumn): void {
    if (grouped === undefined) throw new Error("BUG: an aggregation was read before its series were asked for");
    folds ??= foldAll(grouped);
    out.hasHistograms = false;
    folds.floats.finish(index, out);
    folds.histograms.finish(index, out);
    if (isCounted[index] === 1) return;
    isCounted[index] = 1;
    evaluation.countSamples(sampleCost(out, stepCount));
  }

  return readAll({ series, read }, node.grid, evaluation, () => evaluation.anyHistograms());
}
