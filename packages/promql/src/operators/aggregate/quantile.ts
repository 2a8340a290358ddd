import type { Annotations } from "@ferula/model";
import { quantileOutOfRange } from "../../annotations.ts";
import { quantileOf } from "../../functions/quantile.ts";
import { FLOAT, HISTOGRAM, type StepColumn } from "../../columns.ts";
import { ignoredInAggregation } from "../../histogram-annotations.ts";
import { type OperatorContext, readScalar, scratchFor } from "../context.ts";
import type { Operator } from "../operator.ts";
import { readAll } from "../read-all.ts";
import type { AggregateNode } from "./aggregate.ts";
import { type Groups, groupSeries } from "./groups.ts";
import { paramExtremes } from "./param-extremes.ts";

/** The φ-quantile of each group. It needs all values of a group at once and reads one group's series at a time. */
export function quantileAggregate(context: OperatorContext, node: AggregateNode): Operator {
  const { evaluation } = context;
  const { stepCount } = node.grid;
  if (node.param === undefined) throw new Error("BUG: quantile has no parameter");
  const phi = readScalar(context, node.param);
  const child = context.build(node.child);
  const column = scratchFor(node.grid);
  let grouped: Groups | undefined;
  let members: readonly (readonly number[])[] = [];

  function prepare(): Groups {
    const groups = groupSeries(child, node.choice);
    const lists: number[][] = groups.groups.map(() => []);
    for (let i = 0; i < groups.groupOf.length; i++) lists[groups.groupOf[i]].push(i);
    members = lists;
    noteExtremes(evaluation.annotations, phi.values, node);
    return groups;
  }

  const operator: Operator = {
    series: () => {
      grouped ??= prepare();
      return grouped.groups;
    },
    read: (index: number, out: StepColumn) => {
      out.hasHistograms = false;
      const group = members[index];
      const size = group.length;
      evaluation.reserve(stepCount * size);
      // Step-major, so that the values of a step lie side by side.
      const values = new Float64Array(stepCount * size);
      const counts = new Uint32Array(stepCount);
      evaluation.passing(() => {
        for (const i of group) {
          child.read(i, column);
          for (let k = 0; k < stepCount; k++) {
            if (column.present[k] === FLOAT) values[k * size + counts[k]++] = column.values[k];
            else if (column.present[k] === HISTOGRAM) ignoredInAggregation(evaluation.annotations, "quantile", node.childPos);
          }
        }
      });
      for (let k = 0; k < stepCount; k++) {
        out.present[k] = counts[k] === 0 ? 0 : 1;
        out.values[k] = quantileOf(phi.values[k], values.subarray(k * size, k * size + counts[k]), counts[k]);
      }
    },
  };
  return readAll(operator, node.grid, evaluation, () => evaluation.anyHistograms());
}

/** Warns of the quantile's extremes and of NaN: upstream looks at all steps at once (promql/engine.go `rangeEvalAgg`). */
function noteExtremes(annotations: Annotations, phis: Float64Array, { grid, paramPos }: AggregateNode): void {
  const { least, greatest, hasNan } = paramExtremes(phis, grid.stepCount);
  if (hasNan) quantileOutOfRange(annotations, NaN, paramPos);
  if (greatest > 1) quantileOutOfRange(annotations, greatest, paramPos);
  if (least < 0) quantileOutOfRange(annotations, least, paramPos);
}
