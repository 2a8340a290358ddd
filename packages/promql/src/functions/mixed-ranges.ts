import { type FloatHistogram, histogramsEqual } from "@ferula/model";
import type { SeriesNotes } from "../histogram-annotations.ts";
import { extrapolateHistogram, instantDeltaOfBoth } from "./histogram-rate.ts";
import { type HistogramTotal, meanFrom, sumFrom } from "./histogram-total.ts";
import { type HistogramWindow, isResetAt } from "./histogram-window.ts";
import type { MixedRangeFunction, SampleWindow } from "./range-functions.ts";

/**
 * What functions of a range vector make of windows that hold at least one histogram, beside floats or alone. A function that isn't listed
 * looks at the floats only, and says so.
 */
export const mixedRangeFunctions: ReadonlyMap<string, MixedRangeFunction> = new Map<string, MixedRangeFunction>([
  ["rate", (floats, window, notes) => extrapolateHistogram(floats, window, notes, true, true)],
  ["increase", (floats, window, notes) => extrapolateHistogram(floats, window, notes, true, false)],
  ["delta", (floats, window, notes) => extrapolateHistogram(floats, window, notes, false, false)],
  ["irate", (floats, window, notes) => instantDeltaOfBoth(floats, window, notes, true)],
  ["idelta", (floats, window, notes) => instantDeltaOfBoth(floats, window, notes, false)],
  ["resets", resets],
  ["changes", changes],
  ["avg_over_time", (floats, window, notes) => totalOf(floats, window, notes, meanFrom)],
  ["sum_over_time", (floats, window, notes) => totalOf(floats, window, notes, sumFrom)],
  ["count_over_time", (floats, window) => floats.to - floats.from + window.to - window.from],
  ["present_over_time", () => 1],
  ["first_over_time", first],
  ["last_over_time", last],
  ["ts_of_first_over_time", (floats, window) => firstMs(floats, window) / 1000],
  ["ts_of_last_over_time", (floats, window) => lastMs(floats, window) / 1000],
]);

function first({ timestampsMs, values, from, to }: SampleWindow, window: HistogramWindow): number | FloatHistogram {
  const isFloat = to > from && timestampsMs[from] < window.timestampsMs[window.from];
  return isFloat ? values[from] : window.histograms[window.from];
}

function last({ timestampsMs, values, from, to }: SampleWindow, window: HistogramWindow): number | FloatHistogram {
  const isFloat = to > from && timestampsMs[to - 1] > window.timestampsMs[window.to - 1];
  return isFloat ? values[to - 1] : window.histograms[window.to - 1];
}

function firstMs({ timestampsMs, from, to }: SampleWindow, window: HistogramWindow): number {
  return Math.min(to > from ? timestampsMs[from] : Infinity, window.timestampsMs[window.from]);
}

function lastMs({ timestampsMs, from, to }: SampleWindow, window: HistogramWindow): number {
  return Math.max(to > from ? timestampsMs[to - 1] : -Infinity, window.timestampsMs[window.to - 1]);
}

/** Floats and histograms have no sum, nor have exponential and custom buckets. */
function totalOf(
  floats: SampleWindow,
  { histograms, from, to }: HistogramWindow,
  notes: SeriesNotes,
  totalFrom: (first: FloatHistogram) => HistogramTotal,
): FloatHistogram | undefined {
  if (floats.to > floats.from) {
    notes.add("mixedFloats");
    return undefined;
  }
  const total = totalFrom(histograms[from]);
  for (let i = from + 1; i < to; i++) {
    if (total.add(histograms[i])) continue;
    notes.add("mixedSchemas");
    return undefined;
  }
  if (total.sawReset && total.sawNoReset) notes.resetCollision("aggregation");
  if (total.boundsReconciled) notes.boundsReconciled("aggregation");
  return total.finish();
}

/** A float after a histogram is a reset, and the other way about. */
export function resets(floats: SampleWindow, window: HistogramWindow): number {
  const { resetsBefore } = floats;
  const isFloatReset = (i: number): boolean => resetsBefore[i] !== resetsBefore[i - 1];
  return countInOrder(floats, window, isFloatReset, (i) => isResetAt(window, i));
}

/** A float after a histogram is a change, and the other way about. */
function changes(floats: SampleWindow, window: HistogramWindow): number {
  const { histograms } = window;
  const { values } = floats;
  return countInOrder(
    floats,
    window,
    (i) => isFloatChange(values[i], values[i - 1]),
    (i) => !histogramsEqual(histograms[i], histograms[i - 1]),
  );
}

/** Two NaNs are no change, a NaN beside a number is one. */
function isFloatChange(value: number, previous: number): boolean {
  return value !== previous && (value === value || previous === previous);
}

/** Walks floats and histograms in their common order and counts the pairs of neighbours that differ in kind or of which the tests hold. */
function countInOrder(
  { timestampsMs, from, to }: SampleWindow,
  window: HistogramWindow,
  floatsDiffer: (index: number) => boolean,
  histogramsDiffer: (index: number) => boolean,
): number {
  let count = 0;
  let float = from;
  let histogram = window.from;
  let wasFloat: boolean | undefined;
  while (float < to || histogram < window.to) {
    const isFloat = histogram >= window.to || (float < to && timestampsMs[float] < window.timestampsMs[histogram]);
    if (wasFloat !== undefined) {
      if (isFloat !== wasFloat) count++;
      else if (isFloat ? floatsDiffer(float) : histogramsDiffer(histogram)) count++;
    }
    if (isFloat) float++;
    else histogram++;
    wasFloat = isFloat;
  }
  return count;
}
