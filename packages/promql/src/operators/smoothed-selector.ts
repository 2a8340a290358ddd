import {
  areCompatible,
  copyHistogram,
  createHistogramColumns,
  createSampleColumns,
  type FloatHistogram,
  type HistogramColumns,
  labelValue,
  METRIC_NAME,
  type SampleColumns,
} from "@ferula/model";
import { ABSENT, FLOAT, putHistogram, sampleCost, type StepColumn } from "../columns.ts";
import { interpolateFloats, interpolateHistograms } from "../functions/interpolate.ts";
import { SeriesNotes } from "../histogram-annotations.ts";
import type { VectorNode } from "../plan/nodes.ts";
import type { OperatorContext } from "./context.ts";
import type { Operator, OutputSeries } from "./operator.ts";
import { rangeSource } from "./range-source.ts";
import { readAll } from "./read-all.ts";

type VectorSelectorNode = Extract<VectorNode, { kind: "vector-selector" }>;

/** The samples of a series that lie at most a lookback before and behind a time: [from, to). */
interface Neighbours {
  from: number;
  to: number;
}

/**
 * A selector with `smoothed`: for each step the sample at that time, or the value on the line between the one before it and the one
 * behind it; without one behind, the one before it. Nothing where there is none before it (promql/engine.go `smoothSeries`).
 */
export function smoothedSelector(context: OperatorContext, node: VectorSelectorNode): Operator {
  const { evaluation } = context;
  const { grid, lookbackMs, offsetMs, atMs } = node;
  const source = rangeSource(context, { ...node, kind: "matrix-selector", rangeMs: lookbackMs, extension: undefined }, "none");
  const samples = createSampleColumns(1024);
  const histograms = createHistogramColumns(0);
  const notes = new SeriesNotes(evaluation.annotations, node.pos);
  let series: readonly OutputSeries[] = [];
  let isCounted = new Uint8Array(0);

  function read(index: number, out: StepColumn): void {
    source.read(index, samples, histograms);
    notes.about(labelValue(series[index].labels, METRIC_NAME));
    out.hasHistograms = false;
    const floats: Neighbours = { from: 0, to: 0 };
    const others: Neighbours = { from: 0, to: 0 };
    for (let k = 0; k < grid.stepCount; k++) {
      const timeMs = (atMs === undefined ? grid.startMs + k * grid.stepMs : atMs) - offsetMs;
      move(floats, samples, timeMs, lookbackMs);
      move(others, histograms, timeMs, lookbackMs);
      out.present[k] = ABSENT;
      if (others.to === others.from) putFloat(out, k, samples, floats, timeMs);
      else if (floats.to > floats.from) notes.add("mixedFloats");
      else {
        const histogram = histogramAt(histograms, others, timeMs, notes);
        if (histogram !== undefined) putHistogram(out, k, histogram);
      }
    }
    if (isCounted[index] === 1) return;
    isCounted[index] = 1;
    evaluation.countSamples(sampleCost(out, grid.stepCount));
  }

  const operator: Operator = {
    series: () => {
      series = source.series();
      isCounted = new Uint8Array(series.length);
      return series;
    },
    read,
  };
  return readAll(operator, grid, evaluation, () => evaluation.sawHistograms);
}

function move(window: Neighbours, { timestampsMs, length }: SampleColumns | HistogramColumns, timeMs: number, lookbackMs: number): void {
  while (window.from < length && timestampsMs[window.from] <= timeMs - lookbackMs) window.from++;
  if (window.to < window.from) window.to = window.from;
  while (window.to < length && timestampsMs[window.to] <= timeMs + lookbackMs) window.to++;
}

/** The index of the oldest sample that is not before `timeMs`, or `to`. */
function notBefore(timestampsMs: Float64Array, { from, to }: Neighbours, timeMs: number): number {
  let i = from;
  while (i < to && timestampsMs[i] < timeMs) i++;
  return i;
}

function putFloat(out: StepColumn, k: number, { timestampsMs, values }: SampleColumns, window: Neighbours, timeMs: number): void {
  const i = notBefore(timestampsMs, window, timeMs);
  if (i < window.to && timestampsMs[i] === timeMs) out.values[k] = values[i];
  else if (i === window.from) return;
  else out.values[k] = i < window.to ? interpolateFloats(timestampsMs, values, i - 1, timeMs, false) : values[i - 1];
  out.present[k] = FLOAT;
}

/** Histograms are counters unless both say that they are not. */
function histogramAt(
  { timestampsMs, histograms }: HistogramColumns,
  window: Neighbours,
  timeMs: number,
  notes: SeriesNotes,
): FloatHistogram | undefined {
  const i = notBefore(timestampsMs, window, timeMs);
  if (i < window.to && timestampsMs[i] === timeMs) return histograms[i];
  if (i === window.from) return undefined;
  const before = histograms[i - 1];
  // The hint is about two samples in a row, and this one stands alone.
  if (i === window.to) return { ...copyHistogram(before), counterResetHint: "unknown" };
  if (!areCompatible(before, histograms[i])) {
    notes.add("mixedSchemas");
    return undefined;
  }
  const isCounter = before.counterResetHint !== "gauge" || histograms[i].counterResetHint !== "gauge";
  return interpolateHistograms(timestampsMs, histograms, i - 1, timeMs, isCounter, notes);
}
