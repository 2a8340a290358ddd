import type { StepColumn } from "../../columns.ts";
import { isComparison, valueFunctions } from "../../functions/float-math.ts";
import type { VectorNode } from "../../plan/nodes.ts";
import { type OperatorContext, readScalar, singleSeries } from "../context.ts";
import { withoutNames } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator } from "../operator.ts";

/** An operator between two scalars; comparisons give 0 or 1. */
export function scalarScalar(context: OperatorContext, node: Extract<VectorNode, { kind: "scalar-scalar" }>): Operator {
  const evaluate = valueFunctions[node.op];
  const left = readScalar(context, node.left);
  const right = readScalar(context, node.right);
  return singleSeries((out) => {
    for (let k = 0; k < node.grid.stepCount; k++) {
      out.values[k] = evaluate(left.values[k], right.values[k]);
      out.present[k] = 1;
    }
  });
}

/** An operator between each sample of a vector and a scalar. A comparison that filters keeps the vector's own value, on either side. */
export function vectorScalar(context: OperatorContext, node: Extract<VectorNode, { kind: "vector-scalar" }>): Operator {
  const { op, bool, scalarFirst, grid } = node;
  const evaluate = valueFunctions[op];
  const isFilter = isComparison(op) && !bool;
  const child = context.build(node.vector);
  const scalar = readScalar(context, node.scalar);
  let mayCollide = false;

  function series(): ReturnType<Operator["series"]> {
    const inputs = child.series();
    if (isFilter) return inputs;
    const nameless = withoutNames(context.evaluation, inputs);
    mayCollide = nameless.mayCollide;
    return nameless.series;
  }

  function read(index: number, out: StepColumn): void {
    child.read(index, out);
    const { values, present } = out;
    for (let k = 0; k < grid.stepCount; k++) {
      if (present[k] === 0) continue;
      const result = scalarFirst ? evaluate(scalar.values[k], values[k]) : evaluate(values[k], scalar.values[k]);
      if (!isFilter) values[k] = result;
      else if (result === 0) present[k] = 0;
    }
  }

  return mergeSameLabels({ series, read }, grid, context.evaluation, "apart", () => mayCollide);
}

/** Unary minus. */
export function negate(context: OperatorContext, node: Extract<VectorNode, { kind: "negate" }>): Operator {
  const child = context.build(node.child);
  let mayCollide = false;
  const operator: Operator = {
    series: () => {
      const nameless = withoutNames(context.evaluation, child.series());
      mayCollide = nameless.mayCollide;
      return nameless.series;
    },
    read: (index, out) => {
      child.read(index, out);
      for (let k = 0; k < node.grid.stepCount; k++) out.values[k] = -out.values[k];
    },
  };
  return mergeSameLabels(operator, node.grid, context.evaluation, "apart", () => mayCollide);
}
