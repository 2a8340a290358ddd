import { type Labels, labelValue, labelsKey } from "@ferula/model";
import type { Evaluation } from "../../control.ts";
import { keepsName } from "../../functions/float-math.ts";
import type { Matching, VectorNode } from "../../plan/nodes.ts";
import { createLabelIds, dropMetadata, groupLabels, keepLabels, withLabels } from "../labels.ts";
import type { OutputSeries } from "../operator.ts";
import { indexByMatch } from "./match-presence.ts";

/** An arithmetic or comparing operator between two vectors, in the plan. */
export type VectorVectorNode = Extract<VectorNode, { kind: "vector-vector" }>;

/** Stands for a partner that is missing and filled in. */
export const FILLED = -1;

/** A series of the "many" side and one of the "one" side whose match labels agree; either may be `FILLED`. */
export interface Pair {
  readonly many: number;
  readonly one: number;
  readonly match: number;
}

/**
 * Which series meet which, computed once from labels alone. Output i is what the pairs `pairsOf[i]` yield: more than one pair only where
 * series of one match take turns, or where labels that told them apart are gone from the result.
 */
export interface Join {
  readonly outputs: readonly OutputSeries[];
  readonly pairsOf: readonly (readonly Pair[])[];
}

/** The matches of the two sides, numbered alike. */
export interface Matches {
  /** The labels of each match. */
  readonly labels: readonly Labels[];
  /** The match of each series of a side. */
  readonly manyMatch: readonly number[];
  readonly oneMatch: readonly number[];
}

/** Numbers the matches of the "many" and the "one" side; for one-to-one these are left and right. */
export function matchSeries({ matching }: VectorVectorNode, many: readonly OutputSeries[], one: readonly OutputSeries[]): Matches {
  const ids = createLabelIds();
  const matchOf = ({ labels }: OutputSeries): number => ids.idOf(groupLabels(labels, matching.choice));
  return { manyMatch: many.map(matchOf), oneMatch: one.map(matchOf), labels: ids.labels };
}

/** What a pair takes, in values of 8 bytes. */
const PAIR_SIZE = 8;

/** Joins the two sides. Where many series of a match take turns there are pairs by the product of their numbers: `evaluation` may refuse. */
export function joinSeries(
  node: VectorVectorNode,
  many: readonly OutputSeries[],
  one: readonly OutputSeries[],
  { labels: labelsOf, manyMatch, oneMatch }: Matches,
  { delayedNameRemoval, reserve }: Pick<Evaluation, "delayedNameRemoval" | "reserve">,
): Join {
  const { matching } = node;
  const onesOf = indexByMatch(oneMatch);
  const outputs: OutputSeries[] = [];
  const pairsOf: Pair[][] = [];
  const outputOf = new Map<string, number>();

  function addPair(pair: Pair): void {
    const matchLabels = labelsOf[pair.match];
    const manyLabels = pair.many === FILLED ? matchLabels : many[pair.many].labels;
    const oneLabels = pair.one === FILLED ? matchLabels : one[pair.one].labels;
    const labels = resultLabels(node, manyLabels, oneLabels, delayedNameRemoval);
    const key = labelsKey(labels);
    let output = outputOf.get(key);
    if (output === undefined) {
      output = outputs.length;
      outputOf.set(key, output);
      outputs.push({ labels, dropName: node.bool });
      pairsOf.push([]);
    }
    pairsOf[output].push(pair);
  }

  let pairCount = 0;
  for (let i = 0; i < many.length; i++) {
    const match = manyMatch[i];
    const ones = onesOf.get(match) ?? [];
    reserve(PAIR_SIZE * ones.length, PAIR_SIZE * pairCount);
    pairCount += ones.length;
    for (const j of ones) addPair({ many: i, one: j, match });
    if (matching.fillRight !== undefined) addPair({ many: i, one: FILLED, match });
  }
  if (matching.fillLeft !== undefined) {
    for (let j = 0; j < one.length; j++) addPair({ many: FILLED, one: j, match: oneMatch[j] });
  }
  return { outputs, pairsOf };
}

/** The labels of a result (promql/engine.go `resultMetric`). */
function resultLabels(node: VectorVectorNode, many: Labels, one: Labels, delayedNameRemoval: boolean): Labels {
  const { matching, op, bool } = node;
  const dropsName = !keepsName(op) || (bool && !delayedNameRemoval);
  let labels = dropsName ? dropMetadata(many) : many;
  if (matching.cardinality === "one-to-one") labels = keepMatchLabels(labels, matching);
  if (matching.include.length === 0) return labels;
  const included = new Map<string, string>();
  for (const name of matching.include) included.set(name, labelValue(one, name));
  return withLabels(labels, included);
}

function keepMatchLabels(labels: Labels, { choice }: Matching): Labels {
  if (choice.only) return keepLabels(labels, (name) => choice.labels.includes(name));
  if (choice.labels.length === 0) return labels;
  return keepLabels(labels, (name) => !choice.labels.includes(name));
}
