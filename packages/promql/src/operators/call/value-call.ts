import type { StepColumn } from "../../columns.ts";
import { createStepColumn, dropHistograms, fillColumn } from "../../columns.ts";
import type { ValueMapping } from "../../functions/value-functions.ts";
import type { CallNode } from "../../plan/nodes.ts";
import { type OperatorContext, readScalar } from "../context.ts";
import { withoutNames } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator } from "../operator.ts";
import { vectorArgument } from "./arguments.ts";

/** Most scalar arguments that a mapping takes. */
const MAX_SCALARS = 2;

/** Maps each sample of the first argument by itself; further arguments are scalars. */
export function valueCall(context: OperatorContext, call: CallNode, row: ValueMapping): Operator {
  const { stepCount } = call.grid;
  const child = context.build(vectorArgument(call, 0));
  const scalars: StepColumn[] = [];
  for (let i = 0; i < MAX_SCALARS; i++) scalars.push(scalarColumn(context, call, i, row));
  const [first, second] = scalars;
  const { evaluate, isEmpty } = row;
  let mayCollide = false;

  function series(): ReturnType<Operator["series"]> {
    const nameless = withoutNames(context.evaluation, child.series());
    mayCollide = nameless.mayCollide;
    return nameless.series;
  }

  function read(index: number, out: StepColumn): void {
    child.read(index, out);
    dropHistograms(out, stepCount);
    const { values, present } = out;
    for (let k = 0; k < stepCount; k++) {
      if (present[k] === 0) continue;
      if (isEmpty !== undefined && isEmpty(first.values[k], second.values[k])) present[k] = 0;
      else values[k] = evaluate(values[k], first.values[k], second.values[k]);
    }
  }

  return mergeSameLabels({ series, read }, call.grid, context.evaluation, "apart", () => mayCollide);
}

function scalarColumn(context: OperatorContext, call: CallNode, index: number, row: ValueMapping): StepColumn {
  if (index + 1 < call.args.length) return readScalar(context, vectorArgument(call, index + 1));
  const column = createStepColumn(call.grid.stepCount);
  fillColumn(column, call.grid.stepCount, row.defaults[index] ?? 0);
  return column;
}

/** A function of the time that each sample holds, or without an argument of the evaluation time. */
export function dateCall(context: OperatorContext, call: CallNode, evaluate: (seconds: number) => number): Operator {
  if (call.args.length > 0) return valueCall(context, call, { defaults: [], evaluate });
  const { startMs, stepMs, stepCount } = call.grid;
  return {
    series: () => [{ labels: [], dropName: false }],
    read: (_index, out) => {
      fillColumn(out, stepCount, 0);
      for (let k = 0; k < stepCount; k++) out.values[k] = evaluate(Math.trunc((startMs + k * stepMs) / 1000));
    },
  };
}
