import { type StepColumn, countPresent } from "../../columns.ts";
import { type OperatorContext, scratchFor } from "../context.ts";
import type { Operator } from "../operator.ts";
import type { AggregateNode } from "./aggregate.ts";
import { type Fold, type FoldingOp, createFold } from "./folds.ts";
import { type Groups, groupSeries } from "./groups.ts";

/**
 * Aggregations that fold each input series into its group's accumulators as it comes: one input column is held, whatever the number of
 * series, and the accumulators of groups × steps.
 */
export function foldingAggregate(context: OperatorContext, node: AggregateNode, op: FoldingOp): Operator {
  const child = context.build(node.child);
  const { stepCount } = node.grid;
  let grouped: Groups | undefined;
  let fold: Fold | undefined;
  let isCounted = new Uint8Array(0);

  function foldAll({ groupOf, groups }: Groups): Fold {
    context.evaluation.reserve(groups.length * stepCount);
    const result = createFold(op, groups.length, stepCount);
    const column = scratchFor(node.grid);
    context.evaluation.passing(() => {
      for (let i = 0; i < groupOf.length; i++) {
        child.read(i, column);
        result.add(groupOf[i], column);
      }
    });
    isCounted = new Uint8Array(groups.length);
    return result;
  }

  return {
    series: () => {
      grouped = groupSeries(child.series(), node.choice);
      return grouped.groups;
    },
    read: (index: number, out: StepColumn) => {
      if (grouped === undefined) throw new Error("BUG: an aggregation was read before its series were asked for");
      fold ??= foldAll(grouped);
      fold.finish(index, out);
      if (isCounted[index] === 1) return;
      isCounted[index] = 1;
      context.evaluation.countSamples(countPresent(out.present, stepCount));
    },
  };
}
