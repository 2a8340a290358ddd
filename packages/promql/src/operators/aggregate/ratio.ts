import { hashLabels } from "@ferula/model";
import { invalidRatio } from "../../annotations.ts";
import { ABSENT, sampleCost } from "../../columns.ts";
import { type Evaluation, executionError } from "../../control.ts";
import { type OperatorContext, readScalar } from "../context.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import type { AggregateNode } from "./aggregate.ts";
import { paramExtremes } from "./param-extremes.ts";

/**
 * `limit_ratio`: of all series those whose labels' hash falls into the ratio, which is a different part of all hashes for each ratio, and
 * for a negative one what the positive complement leaves. Whether a series stays can change from step to step; nothing is held but where
 * each hash falls.
 */
export function ratioAggregate(context: OperatorContext, node: AggregateNode): Operator {
  if (node.param === undefined) throw new Error("BUG: limit_ratio has no parameter");
  const { stepCount } = node.grid;
  const ratios = readScalar(context, node.param).values;
  const child = context.build(node.child);
  let kept: readonly number[] = [];
  let offsets = new Float64Array(0);

  function series(): readonly OutputSeries[] {
    const input = child.series();
    if (!takesAny(ratios, node, context.evaluation)) return [];
    offsets = Float64Array.from(input, ({ labels }) => Number(hashLabels(labels)) / 2 ** 64);
    kept = Array.from(input.keys()).filter((i) => isInAny(offsets[i], ratios, stepCount));
    return kept.map((i) => input[i]);
  }

  return {
    series,
    read: (index, out) => {
      const from = kept[index];
      context.evaluation.passing(() => child.read(from, out));
      for (let k = 0; k < stepCount; k++) if (!isIn(offsets[from], ratios[k])) out.present[k] = ABSENT;
      context.evaluation.countSamples(sampleCost(out, stepCount));
    },
  };
}

/** Whether any ratio asks for series. Notes those that are too large. */
function takesAny(ratios: Float64Array, { grid, paramPos }: AggregateNode, { annotations }: Evaluation): boolean {
  const { least, greatest, hasNan } = paramExtremes(ratios, grid.stepCount);
  if (least === 0 && greatest === 0) return false;
  if (hasNan) throw executionError("Ratio value is NaN");
  if (greatest > 1) invalidRatio(annotations, greatest, 1, paramPos);
  if (least < -1) invalidRatio(annotations, least, -1, paramPos);
  return true;
}

function isInAny(offset: number, ratios: Float64Array, stepCount: number): boolean {
  for (let k = 0; k < stepCount; k++) if (isIn(offset, ratios[k])) return true;
  return false;
}

/** Hashes lie in [0, 1]; the very last one does not belong to the whole, as upstream has it. */
function isIn(offset: number, ratio: number): boolean {
  if (ratio === 0) return false;
  return ratio > 0 ? offset < Math.min(ratio, 1) : offset >= 1 + Math.max(ratio, -1);
}
