import type { VectorNode } from "../../plan/nodes.ts";
import { type OperatorContext, scratchFor } from "../context.ts";
import { createLabelIds, groupLabels } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import { type MatchPresence, createMatchPresence } from "./match-presence.ts";

type SetNode = Extract<VectorNode, { kind: "set" }>;

/**
 * `and`, `unless` and `or`. Series of the two sides belong together when they have the same match labels; whether the other side has a
 * sample is asked step by step. One byte a step is held for each match that both sides have.
 */
export function setOperation(context: OperatorContext, node: SetNode): Operator {
  const left = context.build(node.left);
  const right = context.build(node.right);
  if (node.op === "or") return mergeSameLabels(or(node, left, right), node.grid, context.evaluation, "apart");
  return filterByPresence(node, left, right);
}

/** The left series at the steps where the right side has a match (`and`) or has none (`unless`). */
function filterByPresence(node: SetNode, left: Operator, right: Operator): Operator {
  const kept = node.op === "and" ? 1 : 0;
  const ids = createLabelIds();
  const inputOf: number[] = [];
  const matchOf: number[] = [];
  let rightPresence: MatchPresence | undefined;

  function series(): readonly OutputSeries[] {
    const leftSeries = left.series();
    const rightIds = right.series().map(({ labels }) => ids.idOf(groupLabels(labels, node.choice)));
    rightPresence = createMatchPresence(right, rightIds, scratchFor(node.grid), node.grid.stepCount);
    const outputs: OutputSeries[] = [];
    for (const [i, own] of leftSeries.entries()) {
      const match = ids.idOf(groupLabels(own.labels, node.choice));
      if (node.op === "and" && !rightPresence.members.has(match)) continue;
      outputs.push(own);
      inputOf.push(i);
      matchOf.push(match);
    }
    return outputs;
  }

  return {
    series,
    read: (index, out) => {
      left.read(inputOf[index], out);
      const other = rightPresence?.of(matchOf[index]);
      if (other === undefined) return;
      const { present } = out;
      for (let k = 0; k < node.grid.stepCount; k++) {
        if (other[k] !== kept) present[k] = 0;
      }
    },
  };
}

/** All left series, and the right ones at the steps where the left side has no match. */
function or(node: SetNode, left: Operator, right: Operator): Operator {
  const ids = createLabelIds();
  let leftCount = 0;
  let rightIds: readonly number[] = [];
  let leftPresence: MatchPresence | undefined;

  function series(): readonly OutputSeries[] {
    const leftSeries = left.series();
    const rightSeries = right.series();
    leftCount = leftSeries.length;
    const leftIds = leftSeries.map(({ labels }) => ids.idOf(groupLabels(labels, node.choice)));
    leftPresence = createMatchPresence(left, leftIds, scratchFor(node.grid), node.grid.stepCount);
    rightIds = rightSeries.map(({ labels }) => ids.idOf(groupLabels(labels, node.choice)));
    return [...leftSeries, ...rightSeries];
  }

  return {
    series,
    read: (index, out) => {
      if (index < leftCount) {
        left.read(index, out);
        return;
      }
      right.read(index - leftCount, out);
      const other = leftPresence?.of(rightIds[index - leftCount]);
      if (other === undefined) return;
      for (let k = 0; k < node.grid.stepCount; k++) {
        if (other[k] === 1) out.present[k] = 0;
      }
    },
  };
}
