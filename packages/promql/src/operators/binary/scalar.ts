import { ABSENT, FLOAT, HISTOGRAM, putHistogram, type StepColumn } from "../../columns.ts";
import { copyHistogram, multiplyHistogram } from "@ferula/model";
import { isTrimOp } from "@ferula/promql-syntax";
import { isComparison, keepsName, valueFunctions } from "../../functions/float-math.ts";
import { createOperationResult, operate, type OperandSample, typeName } from "../../functions/sample-operation.ts";
import { executionError } from "../../control.ts";
import type { VectorNode } from "../../plan/nodes.ts";
import { type OperatorContext, readScalar, singleSeries } from "../context.ts";
import { withoutNames } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator } from "../operator.ts";
import { readAll } from "../read-all.ts";
import { putSample, takeSample } from "./column-samples.ts";
import { createStepNotes } from "./step-notes.ts";

/** An operator between a vector and a scalar, in the plan. */
type VectorScalarNode = Extract<VectorNode, { kind: "vector-scalar" }>;

/**
 * An operator between two scalars; comparisons give 0 or 1. Trimming is refused where there is a step to evaluate: the parser lets it pass
 * (promql/engine.go `scalarBinop`).
 */
export function scalarScalar(context: OperatorContext, node: Extract<VectorNode, { kind: "scalar-scalar" }>): Operator {
  const { op, grid } = node;
  const left = readScalar(context, node.left);
  const right = readScalar(context, node.right);
  if (isTrimOp(op)) {
    if (grid.stepCount > 0) throw executionError(`operator "${op}" not allowed for Scalar operations`);
    return singleSeries(() => undefined);
  }
  const evaluate = valueFunctions[op];
  return singleSeries((out) => {
    out.hasHistograms = false;
    for (let k = 0; k < grid.stepCount; k++) {
      out.values[k] = evaluate(left.values[k], right.values[k]);
      out.present[k] = FLOAT;
    }
  });
}

/** An operator between each sample of a vector and a scalar. A comparison that filters keeps the vector's own value, on either side. */
export function vectorScalar(context: OperatorContext, node: VectorScalarNode): Operator {
  const { op, bool, scalarFirst, grid } = node;
  const { evaluation } = context;
  const evaluate = isTrimOp(op) ? undefined : valueFunctions[op];
  const isFilter = isComparison(op) && !bool;
  const child = context.build(node.vector);
  const scalar = readScalar(context, node.scalar);
  const evaluateMixed = mixedEvaluator(context, node, scalar);
  let mayCollide = false;

  function series(): ReturnType<Operator["series"]> {
    const inputs = child.series();
    if (keepsName(op) && !bool) return inputs;
    const nameless = withoutNames(evaluation, inputs);
    mayCollide = nameless.mayCollide;
    return nameless.series;
  }

  function read(index: number, out: StepColumn): void {
    child.read(index, out);
    if (evaluate === undefined || out.hasHistograms) {
      evaluateMixed(index, out);
      return;
    }
    const { values, present } = out;
    for (let k = 0; k < grid.stepCount; k++) {
      if (present[k] === 0) continue;
      const result = scalarFirst ? evaluate(scalar.values[k], values[k]) : evaluate(values[k], scalar.values[k]);
      if (!isFilter) values[k] = result;
      else if (result === 0) present[k] = 0;
    }
  }

  const all = readAll({ series, read }, grid, evaluation, () => evaluate === undefined || evaluation.anyHistograms());
  return mergeSameLabels(all, grid, evaluation, "apart", () => mayCollide);
}

/** Evaluates the column of a series, which may hold histograms, in place. */
function mixedEvaluator(
  { evaluation }: OperatorContext,
  node: VectorScalarNode,
  scalar: StepColumn,
): (index: number, out: StepColumn) => void {
  const { op, bool, scalarFirst, grid, pos } = node;
  const own: OperandSample = { kind: FLOAT, value: 0, histogram: undefined };
  const other: OperandSample = { kind: FLOAT, value: 0, histogram: undefined };
  const left = scalarFirst ? other : own;
  const right = scalarFirst ? own : other;
  const result = createOperationResult();
  const notes = createStepNotes(op, pos);
  evaluation.afterReads(() => notes.addTo(evaluation.annotations));
  return (index, out) => {
    for (let k = 0; k < grid.stepCount; k++) {
      if (out.present[k] === ABSENT) continue;
      takeSample(out, k, own);
      other.value = scalar.values[k];
      operate(op, left, right, result);
      if (result.isFailed) notes.note(k, index, result.note, typeName(left.kind), typeName(right.kind));
      if (result.isFailed || !(result.isKept || bool)) out.present[k] = ABSENT;
      else if (bool) putSample(out, k, undefined, result.isKept ? 1 : 0);
      else if (!isComparison(op)) putSample(out, k, result.histogram, result.value);
    }
  };
}

/** Unary minus. */
export function negate(context: OperatorContext, node: Extract<VectorNode, { kind: "negate" }>): Operator {
  const child = context.build(node.child);
  const { stepCount } = node.grid;
  let mayCollide = false;
  const operator: Operator = {
    series: () => {
      const nameless = withoutNames(context.evaluation, child.series());
      mayCollide = nameless.mayCollide;
      return nameless.series;
    },
    read: (index, out) => {
      child.read(index, out);
      for (let k = 0; k < stepCount; k++) out.values[k] = -out.values[k];
      if (out.hasHistograms) negateHistograms(out, stepCount);
    },
  };
  return mergeSameLabels(operator, node.grid, context.evaluation, "apart", () => mayCollide);
}

function negateHistograms(out: StepColumn, stepCount: number): void {
  for (let k = 0; k < stepCount; k++) {
    if (out.present[k] !== HISTOGRAM) continue;
    const negative = copyHistogram(out.histograms[k]);
    multiplyHistogram(negative, -1);
    putHistogram(out, k, negative);
  }
}
