import { formatLabels } from "@ferula/model";
import { type StepColumn, createStepColumn } from "../../columns.ts";
import { executionError } from "../../control.ts";
import { isComparison, valueFunctions } from "../../functions/float-math.ts";
import type { OperatorContext } from "../context.ts";
import { groupLabels } from "../labels.ts";
import { SAME_LABELSET } from "../merge.ts";
import type { Operator } from "../operator.ts";
import { FILLED, type Join, type Pair, type VectorVectorNode, joinSeries } from "./join.ts";
import { type MatchPresence, createMatchPresence } from "./match-presence.ts";

/**
 * An operator between two vectors. Pairs are found from the labels; then each output reads its two series and walks the steps. In the
 * usual one-to-one case nothing but two columns is held; with `group_left` and `group_right` the "one" side's columns are kept.
 */
export function vectorVector(context: OperatorContext, node: VectorVectorNode): Operator {
  const { matching, grid } = node;
  const { stepCount } = grid;
  const isSwapped = matching.cardinality === "one-to-many";
  const left = context.build(node.left);
  const right = context.build(node.right);
  const many = isSwapped ? right : left;
  const one = isSwapped ? left : right;
  const evaluate = valueFunctions[node.op];
  const isFilter = isComparison(node.op) && !node.bool;
  const manyColumn = createStepColumn(stepCount);
  const oneColumn = createStepColumn(stepCount);
  const pairColumn = createStepColumn(stepCount);
  const matched = new Uint8Array(stepCount);
  const oneColumns = new Map<number, StepColumn>();
  let state: { readonly join: Join; readonly manyPresence: MatchPresence; readonly onePresence: MatchPresence } | undefined;
  let isChecked = false;

  function prepare(): Join {
    const join = joinSeries(node, many.series(), one.series(), context.evaluation.delayedNameRemoval);
    const manyPresence = createMatchPresence(many, join.manyMatch, createStepColumn(stepCount), stepCount);
    const onePresence = createMatchPresence(one, join.oneMatch, createStepColumn(stepCount), stepCount);
    state = { join, manyPresence, onePresence };
    return join;
  }

  function readOne(index: number): StepColumn {
    if (matching.cardinality === "one-to-one") {
      one.read(index, oneColumn);
      return oneColumn;
    }
    let column = oneColumns.get(index);
    if (column === undefined) {
      column = createStepColumn(stepCount);
      one.read(index, column);
      oneColumns.set(index, column);
    }
    return column;
  }

  /** Writes the pair's steps to `out`, and to `matched` where its two series met whether or not the result was kept. */
  function readPair(pair: Pair, out: StepColumn): void {
    if (pair.many === FILLED) fillSide(manyColumn, matching.fillLeft, state?.manyPresence.of(pair.match), stepCount);
    else many.read(pair.many, manyColumn);
    let partner = oneColumn;
    if (pair.one === FILLED) fillSide(oneColumn, matching.fillRight, state?.onePresence.of(pair.match), stepCount);
    else partner = readOne(pair.one);
    const leftColumn = isSwapped ? partner : manyColumn;
    const rightColumn = isSwapped ? manyColumn : partner;
    for (let k = 0; k < stepCount; k++) {
      const met = leftColumn.present[k] & rightColumn.present[k];
      matched[k] = met;
      out.present[k] = met;
      if (met === 0) continue;
      const result = evaluate(leftColumn.values[k], rightColumn.values[k]);
      if (!isFilter) out.values[k] = result;
      else if (result === 1) out.values[k] = leftColumn.values[k];
      else out.present[k] = 0;
    }
  }

  function read(index: number, out: StepColumn): void {
    if (state === undefined) throw new Error("BUG: a binary operator was read before its series were asked for");
    if (!isChecked) {
      checkUnique(state.join, state.manyPresence, state.onePresence);
      isChecked = true;
    }
    const pairs = state.join.pairsOf[index];
    readPair(pairs[0], out);
    if (pairs.length === 1) return;
    const lastMatch = new Int32Array(stepCount).fill(-1);
    markMatched(lastMatch, matched, pairs[0].match);
    for (let p = 1; p < pairs.length; p++) {
      readPair(pairs[p], pairColumn);
      if (matching.cardinality !== "one-to-one") refuseSameGroup(lastMatch, matched, pairs[p].match);
      markMatched(lastMatch, matched, pairs[p].match);
      for (let k = 0; k < stepCount; k++) {
        if (pairColumn.present[k] === 0) continue;
        if (out.present[k] === 1) throw executionError(SAME_LABELSET);
        out.present[k] = 1;
        out.values[k] = pairColumn.values[k];
      }
    }
  }

  /** Looks at the steps of matches that have several series on a side which may have one at a time. */
  function checkUnique(join: Join, manyPresence: MatchPresence, onePresence: MatchPresence): void {
    for (const match of new Set(join.oneMatch)) {
      if (onePresence.members(match).length > 1) refuseDuplicateOnes(join, onePresence.members(match));
    }
    if (matching.cardinality !== "one-to-one") return;
    for (const match of new Set(join.manyMatch)) {
      const members = manyPresence.members(match);
      if (members.length < 2) continue;
      const partner = matching.fillRight === undefined ? onePresence.of(match) : undefined;
      if (partner === undefined && matching.fillRight === undefined) continue;
      const seen = new Uint8Array(stepCount);
      for (const i of members) {
        many.read(i, manyColumn);
        for (let k = 0; k < stepCount; k++) {
          const meets = manyColumn.present[k] === 1 && (partner === undefined || partner[k] === 1);
          if (meets && seen[k] === 1) {
            throw executionError("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)");
          }
          if (meets) seen[k] = 1;
        }
      }
    }
  }

  /** Two series of the "one" side at one step are an error, unless the other side is empty at that step. */
  function refuseDuplicateOnes(join: Join, members: readonly number[]): void {
    const holder = new Int32Array(stepCount).fill(-1);
    for (const j of members) {
      one.read(j, oneColumn);
      for (let k = 0; k < stepCount; k++) {
        if (oneColumn.present[k] === 0) continue;
        if (holder[k] !== -1 && manyHasStep(join, k)) throw duplicateError(holder[k], j);
        holder[k] = j;
      }
    }
  }

  function manyHasStep(join: Join, k: number): boolean {
    if (matching.fillLeft !== undefined) return true;
    for (let i = 0; i < join.manyMatch.length; i++) {
      many.read(i, manyColumn);
      if (manyColumn.present[k] === 1) return true;
    }
    return false;
  }

  function duplicateError(first: number, second: number): Error {
    const ones = one.series();
    const group = formatLabels(groupLabels(ones[second].labels, matching.choice));
    const [lower, upper] = [formatLabels(ones[first].labels), formatLabels(ones[second].labels)].toSorted();
    return executionError(
      `found duplicate series for the match group ${group} on the ${isSwapped ? "left" : "right"} hand-side of the operation: ` +
        `[${lower}, ${upper}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  return { series: () => (state?.join ?? prepare()).outputs, read };
}

/** A side that is filled in: present, with the fill's value, at the steps where that side has no series of the match. */
function fillSide(column: StepColumn, value: number | undefined, presence: Uint8Array | undefined, stepCount: number): void {
  if (value === undefined) throw new Error("BUG: a pair is filled without a value");
  column.values.fill(value, 0, stepCount);
  for (let k = 0; k < stepCount; k++) column.present[k] = presence !== undefined && presence[k] === 1 ? 0 : 1;
}

/** Two pairs of one match that meet at the same step and give the same labels. */
function refuseSameGroup(lastMatch: Int32Array, matched: Uint8Array, match: number): void {
  for (let k = 0; k < matched.length; k++) {
    if (matched[k] === 1 && lastMatch[k] === match) {
      throw executionError("multiple matches for labels: grouping labels must ensure unique matches");
    }
  }
}

function markMatched(lastMatch: Int32Array, matched: Uint8Array, match: number): void {
  for (let k = 0; k < matched.length; k++) if (matched[k] === 1) lastMatch[k] = match;
}
