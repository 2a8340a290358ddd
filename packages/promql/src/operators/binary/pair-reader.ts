import { ABSENT, createStepColumn, FLOAT, type StepColumn } from "../../columns.ts";
import type { Evaluation } from "../../control.ts";
import { isTrimOp } from "@ferula/promql-syntax";
import { isComparison, type ValueFunction, valueFunctions } from "../../functions/float-math.ts";
import { createOperationResult, operate, type OperandSample, typeName } from "../../functions/sample-operation.ts";
import type { SampleOp } from "../../plan/nodes.ts";
import type { Operator } from "../operator.ts";
import { putSample, takeSample } from "./column-samples.ts";
import { FILLED, type Pair, type VectorVectorNode } from "./join.ts";
import { metSteps } from "./operation-test.ts";
import { createStepNotes } from "./step-notes.ts";
import type { MatchedSide } from "./uniqueness.ts";

/** Evaluates an operator between the two series of a pair. */
export interface PairReader {
  /** Writes the pair's steps to `out`, and to `matched` where its two series met whether or not the result was kept. */
  readonly read: (pair: Pair, out: StepColumn, matched: Uint8Array) => void;
}

/** A reader for the pairs that `joinSeries` made of the two sides; for one-to-one, `many` is the left one. */
export function createPairReader(node: VectorVectorNode, many: MatchedSide, one: MatchedSide, evaluation: Evaluation): PairReader {
  const { matching, op, bool, grid, pos } = node;
  const { stepCount } = grid;
  const isSwapped = matching.cardinality === "one-to-many";
  const evaluate = floatFunction(op);
  const isFilter = isComparison(op) && !bool;
  const manyColumn = createStepColumn(stepCount);
  const oneColumn = createStepColumn(stepCount);
  const readOne = matching.cardinality === "one-to-one" ? undefined : keptColumns(one.operator, stepCount, evaluation);
  const notes = createStepNotes(op, pos);
  evaluation.afterReads(() => notes.addTo(evaluation.annotations));

  function readMany({ many: index, match }: Pair): StepColumn {
    if (index === FILLED) fillSide(manyColumn, matching.fillLeft, metSteps(node, many, one, match, evaluation), stepCount);
    else many.operator.read(index, manyColumn);
    return manyColumn;
  }

  function readPartner({ one: index, match }: Pair): StepColumn {
    if (index !== FILLED && readOne !== undefined) return readOne(index);
    if (index === FILLED) fillSide(oneColumn, matching.fillRight, one.presence.of(match), stepCount);
    else one.operator.read(index, oneColumn);
    return oneColumn;
  }

  function read(pair: Pair, out: StepColumn, matched: Uint8Array): void {
    const own = readMany(pair);
    const partner = readPartner(pair);
    const left = isSwapped ? partner : own;
    const right = isSwapped ? own : partner;
    out.hasHistograms = false;
    if (evaluate === undefined || left.hasHistograms || right.hasHistograms) {
      readMixed(pair, left, right, out, matched);
      return;
    }
    for (let k = 0; k < stepCount; k++) {
      const met = left.present[k] & right.present[k];
      matched[k] = met;
      out.present[k] = met;
      if (met === 0) continue;
      const result = evaluate(left.values[k], right.values[k]);
      if (!isFilter) out.values[k] = result;
      else if (result === 1) out.values[k] = left.values[k];
      else out.present[k] = 0;
    }
  }

  const leftSample: OperandSample = { kind: FLOAT, value: 0, histogram: undefined };
  const rightSample: OperandSample = { kind: FLOAT, value: 0, histogram: undefined };
  const result = createOperationResult();

  /** The same where samples may be histograms. */
  function readMixed(pair: Pair, left: StepColumn, right: StepColumn, out: StepColumn, matched: Uint8Array): void {
    // Fill values for the "many" side come behind all of its series.
    const order = pair.many === FILLED ? Infinity : pair.many;
    for (let k = 0; k < stepCount; k++) {
      matched[k] = 0;
      out.present[k] = ABSENT;
      if (left.present[k] === ABSENT || right.present[k] === ABSENT) continue;
      takeSample(left, k, leftSample);
      takeSample(right, k, rightSample);
      operate(op, leftSample, rightSample, result);
      if (result.note !== "none") notes.note(k, order, result.note, typeName(leftSample.kind), typeName(rightSample.kind));
      if (result.isFailed) continue;
      matched[k] = 1;
      if (bool) {
        out.present[k] = FLOAT;
        out.values[k] = result.isKept ? 1 : 0;
      } else if (result.isKept) {
        putSample(out, k, result.histogram, result.value);
      }
    }
  }

  return { read };
}

/** Undefined for the operators that floats don't have. */
function floatFunction(op: SampleOp): ValueFunction | undefined {
  return isTrimOp(op) ? undefined : valueFunctions[op];
}

/** Reads series of the "one" side and keeps their columns: each has many partners. */
function keptColumns(operator: Operator, stepCount: number, evaluation: Evaluation): (index: number) => StepColumn {
  const columns = new Map<number, StepColumn>();
  return (index) => {
    let column = columns.get(index);
    if (column === undefined) {
      evaluation.reserve(stepCount, columns.size * stepCount);
      column = createStepColumn(stepCount);
      operator.read(index, column);
      columns.set(index, column);
    }
    return column;
  };
}

/** A side that is filled in: present, with the fill's value, at the steps that `taken`, where it is given, does not mark. */
function fillSide(column: StepColumn, value: number | undefined, taken: Uint8Array | undefined, stepCount: number): void {
  if (value === undefined) throw new Error("BUG: a pair is filled without a value");
  column.values.fill(value, 0, stepCount);
  column.hasHistograms = false;
  for (let k = 0; k < stepCount; k++) column.present[k] = taken !== undefined && taken[k] === 1 ? ABSENT : FLOAT;
}
