import { type FloatHistogram, METRIC_NAME } from "@ferula/model";
import { ABSENT, FLOAT, HISTOGRAM, type StepColumn } from "../../columns.ts";
import type { CallNode } from "../../plan/nodes.ts";
import type { OperatorContext } from "../context.ts";
import { keepLabels } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import { vectorArgument } from "./arguments.ts";

/** Maps each histogram to a number; floats are left out. The name goes, but not the type and the unit. */
export function histogramValueCall(context: OperatorContext, call: CallNode, evaluate: (histogram: FloatHistogram) => number): Operator {
  const child = context.build(vectorArgument(call, 0));
  const { stepCount } = call.grid;
  const { delayedNameRemoval } = context.evaluation;

  function nameless({ labels }: OutputSeries): OutputSeries {
    return { labels: delayedNameRemoval ? labels : keepLabels(labels, (name) => name !== METRIC_NAME), dropName: true };
  }

  function read(index: number, out: StepColumn): void {
    child.read(index, out);
    const { present, values, histograms } = out;
    for (let k = 0; k < stepCount; k++) {
      if (present[k] === HISTOGRAM) {
        present[k] = FLOAT;
        values[k] = evaluate(histograms[k]);
      } else {
        present[k] = ABSENT;
      }
    }
    out.hasHistograms = false;
  }

  const operator: Operator = { series: () => child.series().map(nameless), read };
  return mergeSameLabels(operator, call.grid, context.evaluation, "apart");
}
