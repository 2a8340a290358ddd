import { isTrimOp } from "@ferula/promql-syntax";
import { ABSENT, createStepColumn, FLOAT, HISTOGRAM, putHistogram, type StepColumn } from "../../columns.ts";
import type { Evaluation } from "../../control.ts";
import { createOperationResult, operate, type OperandSample } from "../../functions/sample-operation.ts";
import { takeSample } from "./column-samples.ts";
import type { VectorVectorNode } from "./join.ts";
import type { MatchedSide } from "./uniqueness.ts";

/** Whether a sample of the "many" side has a result with its partner of the same match. */
export type OperationTest = (column: StepColumn, k: number) => boolean;

/**
 * A test for the series of one match: floats always have a result with their partner, but with histograms there may be none, and then the
 * two have not met. Of the "one" side, at most one series has a sample at each step.
 */
export function operationTest({ op, matching, grid }: VectorVectorNode, one: MatchedSide, match: number): OperationTest {
  const isSwapped = matching.cardinality === "one-to-many";
  const partner = partnerOf(one, match, matching.fillRight, grid.stepCount);
  const left: OperandSample = { kind: FLOAT, value: 0, histogram: undefined };
  const right: OperandSample = { kind: FLOAT, value: 0, histogram: undefined };
  const result = createOperationResult();
  return (column, k) => {
    if (partner.present[k] === ABSENT) return false;
    takeSample(isSwapped ? partner : column, k, left);
    takeSample(isSwapped ? column : partner, k, right);
    operate(op, left, right, result);
    return !result.isFailed;
  };
}

/**
 * The steps at which any series of the "many" side has met its partner of that match, one byte a step; undefined where there is none. A
 * pair without a result has not met, and what is to be filled in for that side is filled in there.
 */
export function metSteps(
  node: VectorVectorNode,
  many: MatchedSide,
  one: MatchedSide,
  match: number,
  evaluation: Evaluation,
): Uint8Array | undefined {
  const presence = many.presence.of(match);
  if (presence === undefined || !(isTrimOp(node.op) || evaluation.anyHistograms())) return presence;
  const { stepCount } = node.grid;
  const hasResult = operationTest(node, one, match);
  const column = createStepColumn(stepCount);
  const met = new Uint8Array(stepCount);
  for (const index of many.presence.members.get(match) ?? []) {
    many.operator.read(index, column);
    for (let k = 0; k < stepCount; k++) if (column.present[k] !== ABSENT && hasResult(column, k)) met[k] = 1;
  }
  return met;
}

/** What the "one" side has for a match: its series together, and the fill value where there is none. */
function partnerOf({ operator, presence }: MatchedSide, match: number, fill: number | undefined, stepCount: number): StepColumn {
  const partner = createStepColumn(stepCount);
  const column = createStepColumn(stepCount);
  if (fill !== undefined) {
    partner.values.fill(fill);
    partner.present.fill(FLOAT);
  }
  for (const index of presence.members.get(match) ?? []) {
    operator.read(index, column);
    for (let k = 0; k < stepCount; k++) {
      if (column.present[k] === ABSENT) continue;
      partner.present[k] = column.present[k];
      if (column.present[k] === HISTOGRAM) putHistogram(partner, k, column.histograms[k]);
      else partner.values[k] = column.values[k];
    }
  }
  return partner;
}
