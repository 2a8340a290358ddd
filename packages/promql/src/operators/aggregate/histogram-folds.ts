import { compactHistogram, type FloatHistogram } from "@ferula/model";
import { ABSENT, HISTOGRAM, putHistogram, type StepColumn } from "../../columns.ts";
import type { Evaluation } from "../../control.ts";
import { type HistogramTotal, meanFrom, sumFrom } from "../../functions/histogram-total.ts";
import { boundsReconciled, ignoredInAggregation, mixedInAggregation, mixedSchemas, resetCollision } from "../../histogram-annotations.ts";
import type { TextRange } from "../../plan/nodes.ts";
import type { FoldingOp } from "./folds.ts";

/** What a folding aggregation does with histograms, before and after the floats are folded. */
export interface HistogramFold {
  /**
   * Takes the histograms of a series out of its column, which is then one of floats. `hasFloat` tells whether a cell, `group * stepCount + k`,
   * has got a float of an earlier series.
   */
  readonly take: (group: number, column: StepColumn, metricName: () => string, hasFloat: (cell: number) => boolean) => void;
  /** Puts the results of a group into the column that holds those of its floats. */
  readonly finish: (group: number, out: StepColumn) => void;
}

/** Cells are made as histograms come; of floats alone nothing is held. */
export function createHistogramFold(
  op: FoldingOp,
  groupCount: number,
  stepCount: number,
  evaluation: Evaluation,
  pos: TextRange,
): HistogramFold {
  switch (op) {
    case "sum":
      return totalFold(sumFrom, groupCount, stepCount, evaluation, pos);
    case "avg":
      return totalFold(meanFrom, groupCount, stepCount, evaluation, pos);
    case "count":
    case "group":
      // A histogram counts as any sample.
      return { take: () => undefined, finish: () => undefined };
    case "min":
    case "max":
    case "stddev":
    case "stdvar":
      return ignoringFold(op, stepCount, evaluation, pos);
  }
}

function ignoringFold(op: FoldingOp, stepCount: number, { annotations }: Evaluation, pos: TextRange): HistogramFold {
  return {
    take: (_group, column) => {
      if (!column.hasHistograms) return;
      if (takeHistograms(column, stepCount)) ignoredInAggregation(annotations, op, pos);
    },
    finish: () => undefined,
  };
}

/** Makes the steps with histograms absent; returns whether there were any. */
function takeHistograms(column: StepColumn, stepCount: number): boolean {
  let hadSome = false;
  for (let k = 0; k < stepCount; k++) {
    if (column.present[k] !== HISTOGRAM) continue;
    column.present[k] = ABSENT;
    hadSome = true;
  }
  column.hasHistograms = false;
  return hadSome;
}

/** The histograms of one cell. */
interface Cell {
  /** Undefined where a float came first: nothing can come of it. */
  readonly total: HistogramTotal | undefined;
  /** Exponential and custom buckets came together: what comes later is not looked at. */
  isIncompatible: boolean;
  result: FloatHistogram | undefined;
}

function totalFold(
  totalFrom: (first: FloatHistogram) => HistogramTotal,
  groupCount: number,
  stepCount: number,
  { annotations }: Evaluation,
  pos: TextRange,
): HistogramFold {
  let cells: (Cell | undefined)[] = [];
  let hasIncompatible = false;

  function takeOne(index: number, histogram: FloatHistogram, metricName: () => string, hasFloat: (cell: number) => boolean): void {
    const cell = cells[index];
    if (cell === undefined) {
      cells[index] = { total: hasFloat(index) ? undefined : totalFrom(histogram), isIncompatible: false, result: undefined };
    } else if (cell.total !== undefined && !cell.isIncompatible && !cell.total.add(histogram)) {
      mixedSchemas(annotations, metricName(), pos);
      cell.isIncompatible = true;
      hasIncompatible = true;
    }
  }

  function dropLateFloats(base: number, { present }: StepColumn): void {
    for (let k = 0; k < stepCount; k++) {
      if (present[k] !== ABSENT && cells[base + k]?.isIncompatible === true) present[k] = ABSENT;
    }
  }

  function resultOf(cell: Cell, total: HistogramTotal): FloatHistogram {
    if (cell.result !== undefined) return cell.result;
    if (total.sawReset && total.sawNoReset) resetCollision(annotations, "aggregation", pos);
    cell.result = total.finish();
    compactHistogram(cell.result, 0);
    return cell.result;
  }

  return {
    take: (group, column, metricName, hasFloat) => {
      if (hasIncompatible) dropLateFloats(group * stepCount, column);
      if (!column.hasHistograms) return;
      if (cells.length === 0) cells = Array.from({ length: groupCount * stepCount });
      for (let k = 0; k < stepCount; k++) {
        if (column.present[k] === HISTOGRAM) takeOne(group * stepCount + k, column.histograms[k], metricName, hasFloat);
      }
      takeHistograms(column, stepCount);
    },
    finish: (group, out) => {
      if (cells.length === 0) return;
      for (let k = 0; k < stepCount; k++) {
        const cell = cells[group * stepCount + k];
        if (cell === undefined) continue;
        const { total } = cell;
        if (total?.boundsReconciled === true) boundsReconciled(annotations, "aggregation", pos);
        if (out.present[k] !== ABSENT) {
          mixedInAggregation(annotations, pos);
          out.present[k] = ABSENT;
        } else if (total !== undefined && !cell.isIncompatible) {
          putHistogram(out, k, resultOf(cell, total));
        }
      }
    },
  };
}
