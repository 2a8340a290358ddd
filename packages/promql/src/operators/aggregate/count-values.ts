import { formatFloatF, isUtf8Name, labelsKey } from "@ferula/model";
import { type StepColumn, copyColumn, createStepColumn } from "../../columns.ts";
import { executionError } from "../../control.ts";
import type { LabelChoice } from "../../plan/nodes.ts";
import { type OperatorContext, scratchFor } from "../context.ts";
import { groupLabels, withLabels } from "../labels.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import type { AggregateNode } from "./aggregate.ts";

/**
 * `count_values`: how many series of a group have each value, the value being a label of the result. Which series there are depends on
 * the values, so all counts are made before the first series is named.
 */
export function countValues(context: OperatorContext, node: AggregateNode): Operator {
  if (!isUtf8Name(node.valueLabel)) throw executionError(`invalid label name ${JSON.stringify(node.valueLabel)}`);
  const child = context.build(node.child);
  const { stepCount } = node.grid;
  const choice: LabelChoice = node.choice.only ? { only: true, labels: [...node.choice.labels, node.valueLabel] } : node.choice;
  let outputs: OutputSeries[] | undefined;
  const columns: StepColumn[] = [];

  function countAll(): OutputSeries[] {
    const found: OutputSeries[] = [];
    const outputOf = new Map<string, number>();
    const column = scratchFor(node.grid);
    for (const [i, { labels }] of child.series().entries()) {
      child.read(i, column);
      const known = new Map<string, number>();
      for (let k = 0; k < stepCount; k++) {
        if (column.present[k] === 0) continue;
        const text = formatFloatF(column.values[k]);
        let output = known.get(text);
        if (output === undefined) {
          const group = groupLabels(withLabels(labels, new Map([[node.valueLabel, text]])), choice);
          const key = labelsKey(group);
          output = outputOf.get(key);
          if (output === undefined) {
            output = found.length;
            outputOf.set(key, output);
            found.push({ labels: group, dropName: false });
            columns.push(createStepColumn(stepCount));
            context.evaluation.countSamples(stepCount);
          }
          known.set(text, output);
        }
        columns[output].values[k] += 1;
        columns[output].present[k] = 1;
      }
    }
    return found;
  }

  return {
    series: () => (outputs ??= countAll()),
    read: (index, out) => copyColumn(columns[index], out, stepCount),
  };
}
