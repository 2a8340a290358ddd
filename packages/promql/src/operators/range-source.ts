import {
  createHistogramColumns,
  growSampleColumns,
  type FloatHistogram,
  type HistogramColumns,
  pushHistogram,
  STALE_NAN_HIGH,
  STALE_NAN_LOW,
  type SampleColumns,
} from "@ferula/model";
import { compactSteps, countPresent, HISTOGRAM, type StepColumn } from "../columns.ts";
import type { Grid } from "../grid.ts";
import type { RangeNode } from "../plan/nodes.ts";
import { addSubquery, addWhole, createTally, hasGaps } from "../sample-tally.ts";
import { tallyWindows } from "../window-tally.ts";
import { type OperatorContext, scratchFor } from "./context.ts";
import { withFinalNames } from "./final-names.ts";
import { withoutBuckets } from "./histogram-stats.ts";
import type { RangeSource } from "./operator.ts";
import { selectedSeries, selectedSymbols } from "./selected-series.ts";

/**
 * How the samples of a range are counted: as they lie in its windows, as the subquery has found them that is the whole query, or not, as
 * someone else does.
 */
export type RangeCount = "windows" | "whole" | "none";

/** The samples that the windows of a range vector slide over: a selector's own, or the steps of a subquery. */
export function rangeSource(context: OperatorContext, node: RangeNode, count: RangeCount = "windows"): RangeSource {
  const plain = node.kind === "subquery" ? subquerySamples(context, node, count) : selectedSamples(context, node);
  const { analysis } = context.evaluation;
  const source = analysis === undefined ? plain : analysis.watchRange(node, plain);
  return count === "windows" ? counted(context, node, source) : source;
}

/** Counts each series when it is read for the first time. */
function counted({ tally }: OperatorContext, node: RangeNode, source: RangeSource): RangeSource {
  let isCounted = new Uint8Array(0);
  return {
    series: () => {
      const series = source.series();
      if (isCounted.length !== series.length) isCounted = new Uint8Array(series.length);
      return series;
    },
    symbolSeries: () => {
      const series = source.symbolSeries?.();
      if (series !== undefined) isCounted = new Uint8Array(series.count);
      return series;
    },
    read: (index, out, histograms) => {
      source.read(index, out, histograms);
      if (isCounted[index] === 1) return;
      isCounted[index] = 1;
      tallyWindows(tally, node, out, histograms);
    },
  };
}

function selectedSamples(context: OperatorContext, { selector, statsOnly }: Extract<RangeNode, { kind: "matrix-selector" }>): RangeSource {
  const input = context.selectors[selector];
  const stats = createHistogramColumns(0);
  return {
    series: () => selectedSeries(input.set),
    symbolSeries: () => selectedSymbols(input.set),
    read: (index, out, histograms) => {
      input.samplesInto(index, out);
      dropStale(out);
      const found = input.histograms(index);
      histograms.length = 0;
      if (found.length > 0) copyHistogramsWithoutStale(statsOnly ? withoutBuckets(found, stats) : found, histograms);
    },
  };
}

function dropStale(samples: SampleColumns): void {
  const { timestampsMs, valueBits, length } = samples;
  let count = firstStale(valueBits, length);
  for (let i = count; i < length; i++) {
    const low = valueBits[2 * i];
    const high = valueBits[2 * i + 1];
    if (low === STALE_NAN_LOW && high === STALE_NAN_HIGH) continue;
    timestampsMs[count] = timestampsMs[i];
    valueBits[2 * count] = low;
    valueBits[2 * count + 1] = high;
    count++;
  }
  samples.length = count;
}

/** The row of the first stale marker, or `length`: hardly a series has one. */
function firstStale(valueBits: Uint32Array, length: number): number {
  let row = 0;
  while (row < length && (valueBits[2 * row + 1] !== STALE_NAN_HIGH || valueBits[2 * row] !== STALE_NAN_LOW)) row++;
  return row;
}

function copyHistogramsWithoutStale({ timestampsMs, histograms, length }: HistogramColumns, out: HistogramColumns): void {
  for (let i = 0; i < length; i++) if (!histograms[i].isStale) pushHistogram(out, timestampsMs[i], histograms[i]);
}

function subquerySamples(context: OperatorContext, node: Extract<RangeNode, { kind: "subquery" }>, count: RangeCount): RangeSource {
  const { grid } = node.child;
  if (grid.stepCount === 0) return { series: () => [], read: () => undefined };
  context.evaluation.reserve(grid.stepCount);
  const whole = context.tally;
  const tally = createTally(grid, count === "windows" && (whole.steps !== undefined || hasGaps(whole.grid, node.rangeMs)));
  context.evaluation.whenCounted(() => (count === "whole" ? addWhole(whole, tally) : addSubquery(whole, tally, node)));
  const built = context.withTally(tally).build(node.child);
  const child = count === "whole" ? withFinalNames(built, grid, context.evaluation) : built;
  const column = scratchFor(grid);
  return {
    series: child.series,
    read: (index, out, histograms) => {
      child.read(index, column);
      growSampleColumns(out, countPresent(column.present, grid.stepCount));
      out.length = compactSteps(column, grid, out.timestampsMs, out.values);
      histograms.length = 0;
      if (column.hasHistograms) compactHistograms(column, grid, histograms);
    },
  };
}

function compactHistograms({ present, histograms }: StepColumn, { startMs, stepMs, stepCount }: Grid, out: HistogramColumns): void {
  for (let k = 0; k < stepCount; k++) {
    if (present[k] === HISTOGRAM) pushHistogram(out, startMs + k * stepMs, withoutResetHint(histograms[k]));
  }
}

/** Steps of a subquery skip samples or repeat them, so that what the storage knows of resets between its samples is not true of them. */
function withoutResetHint(histogram: FloatHistogram): FloatHistogram {
  const { counterResetHint } = histogram;
  return counterResetHint === "reset" || counterResetHint === "not_reset" ? { ...histogram, counterResetHint: "unknown" } : histogram;
}
