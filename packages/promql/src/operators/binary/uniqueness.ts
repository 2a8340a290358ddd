import { compareLabels, formatLabels } from "@ferula/model";
import { isTrimOp } from "@ferula/promql-syntax";
import { type StepColumn, createStepColumn } from "../../columns.ts";
import { type Evaluation, executionError } from "../../control.ts";
import { groupLabels } from "../labels.ts";
import type { Operator } from "../operator.ts";
import type { VectorVectorNode } from "./join.ts";
import type { MatchPresence } from "./match-presence.ts";
import { type OperationTest, operationTest } from "./operation-test.ts";

/** A side of an operator between vectors: its series, and which of them share match labels. */
export interface MatchedSide {
  readonly operator: Operator;
  readonly presence: MatchPresence;
}

/** Two series of one match that both have a sample at `step`. */
interface Conflict {
  readonly step: number;
  readonly first: number;
  readonly second: number;
}

/**
 * Fails when a side has two series of one match at a step at which it may have one (promql/engine.go `VectorBinop`): the "one" side
 * wherever the other side has any sample, whether or not it matches, or where fill values make up for it; the left side of one-to-one
 * where its match meets a partner. Of several places the earliest step is reported. Only series that share their match with another
 * one are read.
 */
export function checkUnique(node: VectorVectorNode, many: MatchedSide, one: MatchedSide, evaluation: Evaluation): void {
  const { stepCount } = node.grid;
  const { cardinality, fillLeft, fillRight } = node.matching;
  const isFilled = fillLeft !== undefined || fillRight !== undefined;
  const duplicate = earliestConflict(one, stepCount, () => (isFilled ? "all" : many.presence.ofAny()));
  const multiple = cardinality === "one-to-one" ? findMultiple(node, many, one, evaluation) : undefined;
  if (duplicate !== undefined && (multiple === undefined || duplicate.step <= multiple.step)) throw duplicateError(node, one, duplicate);
  if (multiple !== undefined) {
    throw executionError("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
  }
}

/** Of the left side only samples count that have a result: those of floats do, unless they are to be trimmed. */
function findMultiple(node: VectorVectorNode, many: MatchedSide, one: MatchedSide, evaluation: Evaluation): Conflict | undefined {
  const { stepCount } = node.grid;
  const { fillRight } = node.matching;
  const found = earliestConflict(many, stepCount, (match) => (fillRight === undefined ? one.presence.of(match) : "all"));
  if (found === undefined || !(isTrimOp(node.op) || evaluation.anyHistograms())) return found;
  return earliestConflict(many, stepCount, (match) => operationTest(node, one, match));
}

/** The first step at which two series of one match have a sample, among the steps that `countedSteps` marks for that match. */
function earliestConflict(
  { operator, presence }: MatchedSide,
  stepCount: number,
  countedSteps: (match: number) => Uint8Array | OperationTest | "all" | undefined,
): Conflict | undefined {
  let scratch: { readonly holders: Int32Array; readonly column: StepColumn } | undefined;
  let earliest: Conflict | undefined;
  for (const [match, indices] of presence.members) {
    if (indices.length < 2) continue;
    const counted = countedSteps(match);
    if (counted === undefined) continue;
    scratch ??= { holders: new Int32Array(stepCount), column: createStepColumn(stepCount) };
    const { holders, column } = scratch;
    holders.fill(-1);
    for (const i of indices) {
      operator.read(i, column);
      for (let k = 0; k < stepCount; k++) {
        if (column.present[k] === 0) continue;
        if (counted !== "all" && (typeof counted === "function" ? !counted(column, k) : counted[k] === 0)) continue;
        if (holders[k] === -1) holders[k] = i;
        else if (earliest === undefined || k < earliest.step || (k === earliest.step && i < earliest.second)) {
          earliest = { step: k, first: holders[k], second: i };
        }
      }
    }
  }
  return earliest;
}

function duplicateError({ matching }: VectorVectorNode, { operator }: MatchedSide, { first, second }: Conflict): Error {
  const ones = operator.series();
  const group = formatLabels(groupLabels(ones[second].labels, matching.choice));
  const side = matching.cardinality === "one-to-many" ? "left" : "right";
  // In the order of their labels, so that the text is the same however the storage gave the series.
  const [a, b] = [ones[first].labels, ones[second].labels].sort(compareLabels);
  return executionError(
    `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ` +
      `[${formatLabels(a)}, ${formatLabels(b)}]` +
      ";many-to-many matching not allowed: matching labels must be unique on one side",
  );
}
