import { ABSENT, createStepColumn, HISTOGRAM, putHistogram, sampleCost, type StepColumn } from "../columns.ts";
import type { VectorNode } from "../plan/nodes.ts";
import { addInvariant, createTally } from "../sample-tally.ts";
import type { OperatorContext } from "./context.ts";
import type { Operator } from "./operator.ts";

/** What is the same at every step is computed at the first one and repeated. */
export function stepInvariant(context: OperatorContext, node: Extract<VectorNode, { kind: "step-invariant" }>): Operator {
  const whole = context.tally;
  const once = createTally(node.child.grid, false);
  context.evaluation.whenCounted(() => addInvariant(whole, once));
  const child = context.withTally(once).build(node.child);
  const { stepCount } = node.grid;
  const first = createStepColumn(1);
  return {
    series: child.series,
    read: (index: number, out: StepColumn) => {
      child.read(index, first);
      const kind = first.present[0];
      out.hasHistograms = false;
      if (kind === HISTOGRAM) {
        for (let k = 0; k < stepCount; k++) putHistogram(out, k, first.histograms[0]);
      } else {
        out.values.fill(first.values[0], 0, stepCount);
        out.present.fill(kind, 0, stepCount);
      }
      context.evaluation.countSamples(kind === ABSENT ? 0 : (stepCount - 1) * sampleCost(first, 1));
    },
  };
}
