import {
  addHistogram,
  areCompatible,
  compactHistogram,
  copyHistogram,
  copyToSchema,
  createFloatHistogram,
  detectReset,
  divideHistogram,
  type FloatHistogram,
  multiplyHistogram,
  subtractHistogram,
} from "@ferula/model";
import type { SeriesNotes } from "../histogram-annotations.ts";
import { type HistogramWindow, isResetAt } from "./histogram-window.ts";
import type { SampleWindow } from "./range-functions.ts";
import { extrapolationFactor, instantDelta } from "./rate.ts";

/**
 * The increase of a histogram over the window, extrapolated as that of a float, per second when `isRate`; nothing where there are floats
 * too, or one histogram only (promql/functions.go `extrapolatedRate`).
 */
export function extrapolateHistogram(
  floats: SampleWindow,
  window: HistogramWindow,
  notes: SeriesNotes,
  isCounter: boolean,
  isRate: boolean,
): FloatHistogram | undefined {
  if (floats.to > floats.from) {
    notes.add("mixedFloats");
    return undefined;
  }
  const { timestampsMs, histograms, from, to } = window;
  if (to - from < 2) return undefined;
  const increase = increaseOf(window, isCounter, notes);
  if (increase === undefined) return undefined;
  const { endMs, rangeMs } = floats;
  const first = histograms[from].count;
  const last = to - 1;
  multiplyHistogram(
    increase,
    extrapolationFactor(timestampsMs[from], timestampsMs[last], last - from, endMs, rangeMs, first, increase.count, isCounter, isRate),
  );
  return increase;
}

/** The increase between the first and the last histogram of a window with two or more (promql/functions.go `histogramRate`). */
export function increaseOf(window: HistogramWindow, isCounter: boolean, notes: SeriesNotes): FloatHistogram | undefined {
  const { histograms, from, to } = window;
  const last = histograms[to - 1];
  const first = histograms[from];
  if (isCounter && (first.counterResetHint === "gauge" || last.counterResetHint === "gauge")) notes.add("notCounter");
  const start = isCounter ? startOf(window) : first;
  const schema = leastSchema(window, start, isCounter, notes);
  if (schema === undefined) {
    notes.add("mixedSchemas");
    return undefined;
  }
  const increase = copyToSchema(last, schema);
  // Conflicting hints are no matter here: resets are dealt with below.
  if (subtractHistogram(increase, start).boundsReconciled) notes.boundsReconciled("subtraction");
  if (isCounter) addBeforeResets(increase, window, start, notes);
  else if (first.counterResetHint !== "gauge" || last.counterResetHint !== "gauge") notes.add("notGauge");
  increase.counterResetHint = "gauge";
  compactHistogram(increase, 0);
  return increase;
}

/** Where the increase begins: at the first histogram, or with a reset right behind it at nothing, whatever buckets the first one had. */
function startOf(window: HistogramWindow): FloatHistogram {
  const { histograms, from } = window;
  if (!isResetAt(window, from + 1)) return histograms[from];
  const { schema, customValues } = histograms[from + 1];
  return createFloatHistogram({ schema, customValues });
}

/** The coarsest schema; undefined where exponential and custom buckets are mixed. */
function leastSchema(
  { histograms, from, to }: HistogramWindow,
  start: FloatHistogram,
  isCounter: boolean,
  notes: SeriesNotes,
): number | undefined {
  const last = histograms[to - 1];
  if (!areCompatible(last, start)) return undefined;
  let schema = Math.min(last.schema, start.schema);
  if (!isCounter) return schema;
  for (let i = from + 1; i < to - 1; i++) {
    const histogram = histograms[i];
    if (histogram.counterResetHint === "gauge") notes.add("notCounter");
    if (!areCompatible(histogram, start)) return undefined;
    schema = Math.min(schema, histogram.schema);
  }
  return schema;
}

/** Adds what had been counted before each reset. */
function addBeforeResets(increase: FloatHistogram, window: HistogramWindow, start: FloatHistogram, notes: SeriesNotes): void {
  const { histograms, from, to } = window;
  for (let i = from + 1; i < to; i++) {
    const isReset = i === from + 1 && start !== histograms[from] ? detectReset(histograms[i], start) : isResetAt(window, i);
    if (!isReset) continue;
    const before = i === from + 1 ? start : histograms[i - 1];
    if (addHistogram(increase, before).boundsReconciled) notes.boundsReconciled("addition");
  }
}

/**
 * The difference of the last two samples, per second when `isRate`; nothing where one is a float and one a histogram
 * (promql/functions.go `instantValue`).
 */
export function instantDeltaOfBoth(
  floats: SampleWindow,
  window: HistogramWindow,
  notes: SeriesNotes,
  isRate: boolean,
): number | FloatHistogram | undefined {
  const floatCount = floats.to - floats.from;
  const { timestampsMs, from, to } = window;
  if (floatCount + to - from < 2) return undefined;
  const isLater = (i: number, histogram: number): boolean => floats.timestampsMs[floats.to - i] > timestampsMs[to - histogram];
  if (floatCount >= 2 && isLater(2, 1)) return instantDelta(floats, isRate);
  if (to - from >= 2 && (floatCount === 0 || !isLater(1, 2))) return instantHistogramDelta(window, notes, isRate);
  notes.add("mixedFloats");
  return undefined;
}

function instantHistogramDelta(window: HistogramWindow, notes: SeriesNotes, isRate: boolean): FloatHistogram | undefined {
  const { timestampsMs, histograms, to } = window;
  const last = histograms[to - 1];
  const previous = histograms[to - 2];
  const isGauge = last.counterResetHint === "gauge";
  const wasGauge = previous.counterResetHint === "gauge";
  if (isRate && (isGauge || wasGauge)) notes.add("notCounter");
  if (!isRate && !(isGauge && wasGauge)) notes.add("notGauge");
  const delta = copyHistogram(last);
  if (!isRate || !isResetAt(window, to - 1)) {
    if (!areCompatible(last, previous)) {
      notes.add("mixedSchemas");
      return undefined;
    }
    if (subtractHistogram(delta, previous).boundsReconciled) notes.boundsReconciled("subtraction");
  }
  delta.counterResetHint = "gauge";
  compactHistogram(delta, 0);
  if (isRate) divideHistogram(delta, (timestampsMs[to - 1] - timestampsMs[to - 2]) / 1000);
  return delta;
}
