import type { StepColumn } from "../../columns.ts";
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

  function foldAll({ groupOf, groups }: Groups): Fold {
    const result = createFold(op, groups.length, stepCount);
    const column = scratchFor(node.grid);
    for (let i = 0; i < groupOf.length; i++) {
      child.read(i, column);
      result.add(groupOf[i], column);
    }
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
    },
  };
}
