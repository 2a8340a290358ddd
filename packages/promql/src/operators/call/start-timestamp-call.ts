import { ABSENT } from "../../columns.ts";
import type { CallNode } from "../../plan/nodes.ts";
import type { OperatorContext } from "../context.ts";
import { withoutNames } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator } from "../operator.ts";
import { vectorSelector } from "../vector-selector.ts";
import { vectorArgument } from "./arguments.ts";

/**
 * `start_timestamp()`: of a selector when the counters of its samples began, in seconds, 0 where it is not known. Anything else knows no
 * starts, nor does a query that was not asked to use them: the result is empty.
 */
export function startTimestampCall(context: OperatorContext, call: CallNode): Operator {
  const node = vectorArgument(call, 0);
  if (node.kind !== "vector-selector" || !node.usesStarts) {
    const child = context.build(node);
    return {
      series: () => {
        child.series();
        return [];
      },
      read: () => undefined,
    };
  }
  const input = context.selectors[node.selector];
  const child = vectorSelector(context, node, true);
  const { stepCount } = call.grid;
  let mayCollide = false;
  const operator: Operator = {
    series: () => {
      const nameless = withoutNames(context.evaluation, child.series());
      mayCollide = nameless.mayCollide;
      return nameless.series;
    },
    read: (index, out) => {
      child.read(index, out);
      const { length, timestampsMs, startsMs } = input.starts(index);
      let next = 0;
      for (let k = 0; k < stepCount; k++) {
        if (out.present[k] === ABSENT) continue;
        // The steps hold the samples' own times, which ascend and are all in the columns.
        while (next < length && timestampsMs[next] / 1000 < out.values[k]) next++;
        out.values[k] = startsMs[next] / 1000;
      }
    },
  };
  return mergeSameLabels(operator, call.grid, context.evaluation, "apart", () => mayCollide);
}
