import { type StepColumn, createStepColumn } from "../../columns.ts";
import type { Evaluation } from "../../control.ts";
import { isComparison, valueFunctions } from "../../functions/float-math.ts";
import type { Operator } from "../operator.ts";
import { FILLED, type Pair, type VectorVectorNode } from "./join.ts";
import type { MatchedSide } from "./uniqueness.ts";

/** Evaluates an operator between the two series of a pair. */
export interface PairReader {
  /** Writes the pair's steps to `out`, and to `matched` where its two series met whether or not the result was kept. */
  readonly read: (pair: Pair, out: StepColumn, matched: Uint8Array) => void;
}

/** A reader for the pairs that `joinSeries` made of the two sides; for one-to-one, `many` is the left one. */
export function createPairReader(node: VectorVectorNode, many: MatchedSide, one: MatchedSide, evaluation: Evaluation): PairReader {
  const { matching, op, bool, grid } = node;
  const { stepCount } = grid;
  const isSwapped = matching.cardinality === "one-to-many";
  const evaluate = valueFunctions[op];
  const isFilter = isComparison(op) && !bool;
  const manyColumn = createStepColumn(stepCount);
  const oneColumn = createStepColumn(stepCount);
  const readOne = matching.cardinality === "one-to-one" ? undefined : keptColumns(one.operator, stepCount, evaluation);

  function readMany({ many: index, match }: Pair): StepColumn {
    if (index === FILLED) fillSide(manyColumn, matching.fillLeft, many.presence.of(match), stepCount);
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

  return { read };
}

/** Reads series of the "one" side and keeps their columns: each has many partners. */
function keptColumns(operator: Operator, stepCount: number, evaluation: Evaluation): (index: number) => StepColumn {
  const columns = new Map<number, StepColumn>();
  return (index) => {
    let column = columns.get(index);
    if (column === undefined) {
      evaluation.reserve((columns.size + 1) * stepCount);
      column = createStepColumn(stepCount);
      operator.read(index, column);
      columns.set(index, column);
    }
    return column;
  };
}

/** A side that is filled in: present, with the fill's value, at the steps where that side has no series of the match. */
function fillSide(column: StepColumn, value: number | undefined, presence: Uint8Array | undefined, stepCount: number): void {
  if (value === undefined) throw new Error("BUG: a pair is filled without a value");
  column.values.fill(value, 0, stepCount);
  for (let k = 0; k < stepCount; k++) column.present[k] = presence !== undefined && presence[k] === 1 ? 0 : 1;
}
