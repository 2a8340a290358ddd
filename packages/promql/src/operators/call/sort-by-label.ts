import { compareLabels, labelValue } from "@ferula/model";
import { sortInRangeQuery } from "../../annotations.ts";
import { compareNaturally } from "../../functions/natural-order.ts";
import type { CallNode } from "../../plan/nodes.ts";
import type { OperatorContext } from "../context.ts";
import type { Operator } from "../operator.ts";
import { vectorArgument } from "./arguments.ts";

/**
 * `sort_by_label` and `sort_by_label_desc` order an instant vector by the values of labels, in natural order, and where they are the same
 * by all labels. A range query's result is ordered by labels whatever stands here, so there they warn and pass their argument through.
 */
export function sortByLabelCall(sign: 1 | -1): (context: OperatorContext, call: CallNode) => Operator {
  return (context, call) => {
    const child = context.build(vectorArgument(call, 0));
    if (call.grid.isRange) {
      sortInRangeQuery(context.evaluation.annotations, call.pos);
      return child;
    }
    const names = call.args.slice(1).map(({ text }) => text);
    let order: readonly number[] | undefined;
    return {
      series: () => {
        const series = child.series();
        order ??= [...series.keys()].sort((a, b) => {
          const [left, right] = [series[a].labels, series[b].labels];
          for (const name of names) {
            const compared = compareNaturally(labelValue(left, name), labelValue(right, name));
            if (compared !== 0) return sign * compared;
          }
          return sign * compareLabels(left, right);
        });
        return order.map((index) => series[index]);
      },
      read: (index, out) => {
        if (order === undefined) throw new Error("BUG: sort_by_label was read before its series were asked for");
        child.read(order[index], out);
      },
    };
  };
}
