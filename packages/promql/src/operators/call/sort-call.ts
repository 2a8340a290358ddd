import { sortInRangeQuery } from "../../annotations.ts";
import { createStepColumn, dropHistograms, FLOAT, type StepColumn } from "../../columns.ts";
import type { CallNode } from "../../plan/nodes.ts";
import type { OperatorContext } from "../context.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import { vectorArgument } from "./arguments.ts";

/**
 * `sort` and `sort_desc` order an instant vector by value, NaN last. A range query's result is ordered by labels whatever stands here, so
 * there they warn and pass their argument through.
 */
export function sortCall(sign: 1 | -1): (context: OperatorContext, call: CallNode) => Operator {
  return (context, call) => {
    const child = context.build(vectorArgument(call, 0));
    if (call.grid.isRange) {
      sortInRangeQuery(context.evaluation.annotations, call.pos);
      return withoutHistograms(child, call.grid.stepCount);
    }
    let order: readonly { readonly series: OutputSeries; readonly value: number }[] | undefined;
    return {
      series: () => {
        order ??= readSorted(child, sign);
        return order.map(({ series }) => series);
      },
      read: (index: number, out: StepColumn) => {
        if (order === undefined) throw new Error("BUG: sort was read before its series were asked for");
        out.values[0] = order[index].value;
        out.present[0] = FLOAT;
        out.hasHistograms = false;
      },
    };
  };
}

/** Histograms have no order, and so are left out even where nothing is sorted. */
function withoutHistograms({ series, read }: Operator, stepCount: number): Operator {
  return {
    series,
    read: (index, out) => {
      read(index, out);
      dropHistograms(out, stepCount);
    },
  };
}

function readSorted(child: Operator, sign: 1 | -1): { readonly series: OutputSeries; readonly value: number }[] {
  const column = createStepColumn(1);
  const found: { series: OutputSeries; value: number }[] = [];
  for (const [i, series] of child.series().entries()) {
    child.read(i, column);
    if (column.present[0] === FLOAT) found.push({ series, value: column.values[0] });
  }
  return found.sort((a, b) => {
    const aIsNan = Number.isNaN(a.value);
    const bIsNan = Number.isNaN(b.value);
    if (aIsNan || bIsNan) return Number(aIsNan) - Number(bIsNan);
    return a.value === b.value ? 0 : a.value < b.value ? -sign : sign;
  });
}
