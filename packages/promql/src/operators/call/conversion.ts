import { createHistogramColumns, createSampleColumns } from "@ferula/model";
import { ABSENT, fillColumn, FLOAT, type StepColumn } from "../../columns.ts";
import type { CallNode } from "../../plan/nodes.ts";
import { type OperatorContext, readScalar, scratchFor, singleSeries } from "../context.ts";
import type { Operator } from "../operator.ts";
import { rangeSource } from "../range-source.ts";
import { argument, vectorArgument } from "./arguments.ts";

/** `vector(s)`: the scalar as a series without labels. */
export function vectorCall(context: OperatorContext, call: CallNode): Operator {
  return context.build(vectorArgument(call, 0));
}

/** `scalar(v)`: the value where the vector has exactly one sample, else NaN. */
export function scalarCall(context: OperatorContext, call: CallNode): Operator {
  const { stepCount } = call.grid;
  const child = context.build(vectorArgument(call, 0));
  return singleSeries((out) => {
    const column = scratchFor(call.grid);
    const counts = new Uint32Array(stepCount);
    fillColumn(out, stepCount, NaN);
    const seriesCount = child.series().length;
    for (let i = 0; i < seriesCount; i++) {
      child.read(i, column);
      for (let k = 0; k < stepCount; k++) {
        if (column.present[k] === FLOAT) out.values[k] = ++counts[k] === 1 ? column.values[k] : NaN;
      }
    }
  });
}

/** `absent(v)`: 1 at the steps where the vector is empty, with the labels that its selector pins down. */
export function absentCall(context: OperatorContext, call: CallNode): Operator {
  const { stepCount } = call.grid;
  const child = context.build(vectorArgument(call, 0));
  return {
    series: () => [{ labels: argument(call, 0).absentLabels, dropName: false }],
    read: (_index, out) => {
      const column = scratchFor(call.grid);
      fillColumn(out, stepCount, 1);
      const seriesCount = child.series().length;
      for (let i = 0; i < seriesCount; i++) {
        child.read(i, column);
        for (let k = 0; k < stepCount; k++) if (column.present[k] !== ABSENT) out.present[k] = ABSENT;
      }
    },
  };
}

/** `absent_over_time(m)`: 1 at the steps whose windows hold no sample of any series. */
export function absentOverTimeCall(context: OperatorContext, call: CallNode): Operator {
  const { startMs, stepMs, stepCount } = call.grid;
  const { node, absentLabels } = argument(call, 0);
  if (node?.kind !== "matrix-selector" && node?.kind !== "subquery") throw new Error("BUG: absent_over_time() has no range vector");
  const { rangeMs, offsetMs, atMs } = node;
  const source = rangeSource(context, node);
  const samples = createSampleColumns(1024);
  const histograms = createHistogramColumns(0);

  function clearCovered(out: StepColumn, timestampsMs: Float64Array, length: number): void {
    let to = 0;
    for (let k = 0; k < stepCount; k++) {
      const endMs = (atMs === undefined ? startMs + k * stepMs : atMs) - offsetMs;
      while (to < length && timestampsMs[to] <= endMs) to++;
      if (to > 0 && timestampsMs[to - 1] > endMs - rangeMs) out.present[k] = ABSENT;
    }
  }

  return {
    series: () => [{ labels: absentLabels, dropName: true }],
    read: (_index, out) => {
      fillColumn(out, stepCount, 1);
      const seriesCount = source.series().length;
      for (let i = 0; i < seriesCount; i++) {
        source.read(i, samples, histograms);
        clearCovered(out, samples.timestampsMs, samples.length);
        clearCovered(out, histograms.timestampsMs, histograms.length);
      }
    },
  };
}

/** A scalar that never changes. */
export function constantCall(value: number): (context: OperatorContext, call: CallNode) => Operator {
  return (_context, call) => singleSeries((out) => fillColumn(out, call.grid.stepCount, value));
}

/** The greater or the smaller of two scalars. */
export function scalarPairCall(evaluate: (left: number, right: number) => number): (context: OperatorContext, call: CallNode) => Operator {
  return (context, call) => {
    const left = readScalar(context, vectorArgument(call, 0));
    const right = readScalar(context, vectorArgument(call, 1));
    return singleSeries((out) => {
      for (let k = 0; k < call.grid.stepCount; k++) {
        out.values[k] = evaluate(left.values[k], right.values[k]);
        out.present[k] = 1;
      }
    });
  };
}
