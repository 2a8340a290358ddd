import { formatFloatF, formatHistogram, isUtf8Name, type Labels, labelsKey } from "@ferula/model";
import { quoteString } from "@ferula/promql-syntax";
import { ABSENT, copyColumn, countPresent, createStepColumn, FLOAT, HISTOGRAM, type StepColumn } from "../../columns.ts";
import { type Evaluation, executionError } from "../../control.ts";
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
  if (!isUtf8Name(node.valueLabel)) throw executionError(`invalid label name ${quoteString(node.valueLabel)}`);
  const child = context.build(node.child);
  const { stepCount } = node.grid;
  let counts: ValueCounts | undefined;
  return {
    series: () => {
      counts ??= countAll(child, node, context.evaluation);
      return counts.series;
    },
    read: (index, out) => {
      if (counts === undefined) throw new Error("BUG: count_values was read before its series were asked for");
      copyColumn(counts.columns[index], out, stepCount);
    },
  };
}

/** The series of the result, and the counts of each. */
interface ValueCounts {
  readonly series: readonly OutputSeries[];
  readonly columns: readonly StepColumn[];
}

function countAll(child: Operator, node: AggregateNode, evaluation: Evaluation): ValueCounts {
  const { stepCount } = node.grid;
  const outputs = createOutputs(node, evaluation);
  const column = scratchFor(node.grid);
  const input = child.series();
  evaluation.passing(() => {
    for (const [i, { labels }] of input.entries()) {
      child.read(i, column);
      // A series mostly holds few values: their labels are made once for it.
      const known = new Map<string, StepColumn>();
      for (let k = 0; k < stepCount; k++) {
        if (column.present[k] === ABSENT) continue;
        const text = column.present[k] === HISTOGRAM ? formatHistogram(column.histograms[k]) : formatFloatF(column.values[k]);
        let output = known.get(text);
        if (output === undefined) {
          output = outputs.columnOf(labels, text);
          known.set(text, output);
        }
        output.values[k] += 1;
        output.present[k] = FLOAT;
      }
    }
  });
  for (const { present } of outputs.columns) evaluation.countSamples(countPresent(present, stepCount));
  return outputs;
}

/** What a series costs beside its steps, its labels and arrays, in values. */
const SERIES_OVERHEAD = 64;

interface Outputs extends ValueCounts {
  /** The column of the series that a value of a series is counted in. */
  readonly columnOf: (labels: Labels, valueText: string) => StepColumn;
}

function createOutputs({ grid, choice, valueLabel }: AggregateNode, evaluation: Evaluation): Outputs {
  const ownChoice: LabelChoice = choice.only ? { only: true, labels: [...choice.labels, valueLabel] } : choice;
  const seriesSize = grid.stepCount + SERIES_OVERHEAD;
  const series: OutputSeries[] = [];
  const columns: StepColumn[] = [];
  const byKey = new Map<string, StepColumn>();
  return {
    series,
    columns,
    columnOf: (labels, valueText) => {
      const group = groupLabels(withLabels(labels, new Map([[valueLabel, valueText]])), ownChoice);
      const key = labelsKey(group);
      let column = byKey.get(key);
      if (column === undefined) {
        evaluation.reserve(seriesSize, columns.length * seriesSize);
        column = createStepColumn(grid.stepCount);
        byKey.set(key, column);
        series.push({ labels: group, dropName: false });
        columns.push(column);
      }
      return column;
    },
  };
}
