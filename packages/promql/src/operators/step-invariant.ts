import { type StepColumn, createStepColumn } from "../columns.ts";
import type { VectorNode } from "../plan/nodes.ts";
import type { OperatorContext } from "./context.ts";
import type { Operator } from "./operator.ts";

/** What is the same at every step is computed at the first one and repeated. */
export function stepInvariant(context: OperatorContext, node: Extract<VectorNode, { kind: "step-invariant" }>): Operator {
  const child = context.build(node.child);
  const { stepCount } = node.grid;
  const first = createStepColumn(1);
  return {
    series: child.series,
    read: (index: number, out: StepColumn) => {
      child.read(index, first);
      out.values.fill(first.values[0], 0, stepCount);
      out.present.fill(first.present[0], 0, stepCount);
      context.evaluation.countSamples(first.present[0] === 1 ? stepCount - 1 : 0);
    },
  };
}
