import { isTrimOp } from "@ferula/promql-syntax";
import { type StepColumn, createStepColumn } from "../../columns.ts";
import { executionError } from "../../control.ts";
import type { OperatorContext } from "../context.ts";
import { mergeInto } from "../merge.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import { readAll } from "../read-all.ts";
import { type Join, type Pair, type VectorVectorNode, joinSeries, matchSeries } from "./join.ts";
import { createMatchPresence } from "./match-presence.ts";
import { type PairReader, createPairReader } from "./pair-reader.ts";
import { type MatchedSide, checkUnique } from "./uniqueness.ts";

/**
 * An operator between two vectors. Pairs are found from the labels; then each output reads its two series and walks the steps. In the
 * usual one-to-one case nothing but two columns is held; with `group_left` and `group_right` the "one" side's columns are kept.
 */
export function vectorVector(context: OperatorContext, node: VectorVectorNode): Operator {
  const { matching, grid } = node;
  const { evaluation } = context;
  const isSwapped = matching.cardinality === "one-to-many";
  const left = context.build(node.left);
  const right = context.build(node.right);
  const many = isSwapped ? right : left;
  const one = isSwapped ? left : right;
  const matched = new Uint8Array(grid.stepCount);
  let join: Join | undefined;
  let pairs: PairReader | undefined;
  let readSeveral: ReturnType<typeof severalPairs> | undefined;

  function series(): readonly OutputSeries[] {
    const leftSeries = left.series();
    const rightSeries = right.series();
    const [manySeries, oneSeries] = isSwapped ? [rightSeries, leftSeries] : [leftSeries, rightSeries];
    const matches = matchSeries(node, manySeries, oneSeries);
    const manySide = sideOf(many, matches.manyMatch, grid.stepCount);
    const oneSide = sideOf(one, matches.oneMatch, grid.stepCount);
    // Here and not at the first read: where nothing pairs, nothing is read, and upstream refuses duplicates all the same.
    checkUnique(node, manySide, oneSide, evaluation);
    join = joinSeries(node, manySeries, oneSeries, matches, evaluation);
    pairs = createPairReader(node, manySide, oneSide, evaluation);
    return join.outputs;
  }

  function read(index: number, out: StepColumn): void {
    if (join === undefined || pairs === undefined) throw new Error("BUG: a binary operator was read before its series were asked for");
    const own = join.pairsOf[index];
    pairs.read(own[0], out, matched);
    if (own.length === 1) return;
    readSeveral ??= severalPairs(node, pairs);
    readSeveral(own, out, matched);
  }

  return readAll(
    { series, read },
    grid,
    evaluation,
    () => isTrimOp(node.op) || evaluation.anyHistograms() || join?.pairsOf.some(({ length }) => length > 1) === true,
  );
}

function sideOf(operator: Operator, matchOf: readonly number[], stepCount: number): MatchedSide {
  return { operator, presence: createMatchPresence(operator, matchOf, createStepColumn(stepCount), stepCount) };
}

/** Adds the further pairs of an output to its first one, whose steps are in `out` and `matched` already. */
function severalPairs(
  { grid, matching }: VectorVectorNode,
  reader: PairReader,
): (pairs: readonly Pair[], out: StepColumn, matched: Uint8Array) => void {
  const pairColumn = createStepColumn(grid.stepCount);
  const lastMatch = new Int32Array(grid.stepCount);
  return (pairs, out, matched) => {
    lastMatch.fill(-1);
    markMatched(lastMatch, matched, pairs[0].match);
    for (let p = 1; p < pairs.length; p++) {
      reader.read(pairs[p], pairColumn, matched);
      if (matching.cardinality !== "one-to-one") refuseSameGroup(lastMatch, matched, pairs[p].match);
      markMatched(lastMatch, matched, pairs[p].match);
      mergeInto(out, pairColumn, grid.stepCount);
    }
  };
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
