import { FLOAT, HISTOGRAM } from "../../columns.ts";
import type { CallNode } from "../../plan/nodes.ts";
import { type OperatorContext, singleSeries } from "../context.ts";
import { withoutNames } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator } from "../operator.ts";
import { vectorSelector } from "../vector-selector.ts";
import { vectorArgument } from "./arguments.ts";

/** `time()`: the evaluation time in seconds. */
export function timeCall(_context: OperatorContext, call: CallNode): Operator {
  const { startMs, stepMs, stepCount } = call.grid;
  return singleSeries((out) => {
    for (let k = 0; k < stepCount; k++) {
      out.values[k] = (startMs + k * stepMs) / 1000;
      out.present[k] = 1;
    }
  });
}

/** `timestamp()`: of a selector the samples' own times, of anything else the evaluation time. */
export function timestampCall(context: OperatorContext, call: CallNode): Operator {
  const { startMs, stepMs, stepCount } = call.grid;
  const node = vectorArgument(call, 0);
  const ofSelector = node.kind === "vector-selector";
  const child = ofSelector ? vectorSelector(context, node, true) : context.build(node);
  let mayCollide = false;
  const operator: Operator = {
    series: () => {
      const nameless = withoutNames(context.evaluation, child.series());
      mayCollide = nameless.mayCollide;
      return nameless.series;
    },
    read: (index, out) => {
      child.read(index, out);
      if (ofSelector) return;
      for (let k = 0; k < stepCount; k++) {
        out.values[k] = (startMs + k * stepMs) / 1000;
        if (out.present[k] === HISTOGRAM) out.present[k] = FLOAT;
      }
      out.hasHistograms = false;
    },
  };
  return mergeSameLabels(operator, call.grid, context.evaluation, "apart", () => mayCollide);
}
