import {
  addHistogram,
  areCompatible,
  compactHistogram,
  copyHistogram,
  detectReset,
  divideHistogram,
  type FloatHistogram,
  subtractHistogram,
} from "@ferula/model";
import type { SeriesNotes } from "../histogram-annotations.ts";
import { type ExtendedBounds, extendedBounds } from "./extended-rate.ts";
import type { HistogramWindow } from "./histogram-window.ts";
import { interpolateHistograms } from "./interpolate.ts";

/** What an extended window of histograms is evaluated by. */
export interface ExtendedHistograms {
  readonly window: HistogramWindow;
  readonly startMs: number;
  readonly endMs: number;
  readonly isSmoothed: boolean;
  readonly isCounter: boolean;
  readonly notes: SeriesNotes;
}

/**
 * The increase from the start of the window to its end, per second when `rangeMs` is given; `window` reaches beyond both
 * (promql/functions.go `extendedHistogramRate`).
 */
export function extendedHistogramRate(extended: ExtendedHistograms, rangeMs: number | undefined): FloatHistogram | undefined {
  const { window, startMs, endMs, isSmoothed, isCounter, notes } = extended;
  const bounds = extendedBounds(window.timestampsMs, window.from, window.to, startMs, endMs, isSmoothed);
  if (bounds === undefined || window.timestampsMs[bounds.first] > endMs || !areAllCompatible(extended, bounds)) return undefined;
  const left = atStart(extended, bounds);
  const right = atEnd(extended, bounds);
  if (!isCounter && (left.counterResetHint !== "gauge" || right.counterResetHint !== "gauge")) notes.add("notGauge");
  const increase = copyHistogram(right);
  if (subtractHistogram(increase, left).boundsReconciled) notes.boundsReconciled("subtraction");
  const lost = isCounter ? lostInResets(extended, bounds, left, right) : undefined;
  if (lost !== undefined) add(increase, lost, notes);
  if (rangeMs !== undefined) divideHistogram(increase, rangeMs / 1000);
  increase.counterResetHint = "gauge";
  compactHistogram(increase, 0);
  return increase;
}

/** Notes what does not belong together; false where exponential and custom buckets are mixed. */
function areAllCompatible({ window, isCounter, notes }: ExtendedHistograms, { first, last }: ExtendedBounds): boolean {
  const { histograms } = window;
  for (let i = first; i <= last; i++) {
    if (!areCompatible(histograms[i], histograms[first])) {
      notes.add("mixedSchemas");
      return false;
    }
    if (isCounter && histograms[i].counterResetHint === "gauge") notes.add("notCounter");
  }
  return true;
}

function atStart({ window, startMs, isSmoothed, isCounter, notes }: ExtendedHistograms, { first }: ExtendedBounds): FloatHistogram {
  const { timestampsMs, histograms } = window;
  const isBetween = isSmoothed && timestampsMs[first] < startMs;
  return isBetween ? interpolateHistograms(timestampsMs, histograms, first, startMs, isCounter, notes) : histograms[first];
}

function atEnd({ window, endMs, isSmoothed, isCounter, notes }: ExtendedHistograms, { last }: ExtendedBounds): FloatHistogram {
  const { timestampsMs, histograms, from } = window;
  const isBetween = isSmoothed && last > from && timestampsMs[last] > endMs;
  return isBetween ? interpolateHistograms(timestampsMs, histograms, last - 1, endMs, isCounter, notes) : histograms[last];
}

/**
 * What had been counted before each reset; undefined where there was none. The boundaries stand for the first and the last sample. A reset
 * between the two samples around the start is in `left` already.
 */
function lostInResets(
  { window, startMs, isSmoothed, notes }: ExtendedHistograms,
  { first, last }: ExtendedBounds,
  left: FloatHistogram,
  right: FloatHistogram,
): FloatHistogram | undefined {
  const { timestampsMs, histograms } = window;
  let next = first + 1;
  let previous = left;
  if (isSmoothed && timestampsMs[first] < startMs && detectReset(histograms[next], histograms[first])) previous = histograms[next++];
  if (next > last) return undefined;
  let lost: FloatHistogram | undefined;
  for (let i = next; i <= last; i++) {
    const current = i === last ? right : histograms[i];
    if (detectReset(current, previous)) {
      if (lost === undefined) lost = copyHistogram(previous);
      else add(lost, previous, notes);
    }
    previous = current;
  }
  return lost;
}

function add(to: FloatHistogram, histogram: FloatHistogram, notes: SeriesNotes): void {
  if (addHistogram(to, histogram).boundsReconciled) notes.boundsReconciled("addition");
}
