import { addHistogram, areCompatible, copyHistogram, type FloatHistogram, multiplyHistogram } from "@ferula/model";
import type { SeriesNotes } from "../histogram-annotations.ts";
import { increaseOf, instantDeltaOfBoth } from "./histogram-rate.ts";
import type { HistogramWindow } from "./histogram-window.ts";
import { resets } from "./mixed-ranges.ts";
import { extrapolationFactor, increaseOfFloats, instantDelta } from "./rate.ts";
import type { MixedRangeFunction, SampleWindow } from "./range-functions.ts";
import { overlapsPrevious } from "./start-reset.ts";

/** Functions of counters, of windows of which it is known when the counters began: any windows, empty ones too. */
export const startRangeFunctions: ReadonlyMap<string, MixedRangeFunction> = new Map<string, MixedRangeFunction>([
  ["rate", (floats, window, notes) => extrapolateFromStart(floats, window, notes, true)],
  ["increase", (floats, window, notes) => extrapolateFromStart(floats, window, notes, false)],
  ["irate", instantRate],
  ["resets", (floats, window) => (floats.to === floats.from && window.to === window.from ? undefined : resets(floats, window))],
]);

/**
 * The increase over the window. A counter that began in the window was zero then, so that it is not extrapolated to the left, and one
 * sample is enough (promql/functions.go `extrapolatedRate`).
 */
function extrapolateFromStart(
  floats: SampleWindow,
  window: HistogramWindow,
  notes: SeriesNotes,
  isRate: boolean,
): number | FloatHistogram | undefined {
  const floatCount = floats.to - floats.from;
  const histogramCount = window.to - window.from;
  if (floatCount > 0 && histogramCount > 0) {
    notes.add("mixedFloats");
    return undefined;
  }
  if (floatCount + histogramCount === 0) return undefined;
  const samples = floatCount > 0 ? floats : window;
  noteOverlap(samples, notes);
  return floatCount > 0 ? floatIncrease(floats, isRate) : histogramIncrease(floats, window, notes, isRate);
}

function instantRate(floats: SampleWindow, window: HistogramWindow, notes: SeriesNotes): number | FloatHistogram | undefined {
  if (window.to > window.from) return instantDeltaOfBoth(floats, window, notes, true);
  return floats.to - floats.from < 2 ? undefined : instantDelta(floats, true);
}

function floatIncrease(floats: SampleWindow, isRate: boolean): number | undefined {
  const { values, from } = floats;
  const beganInside = beganIn(floats, floats);
  if (floats.to - from === 1 && !beganInside) return undefined;
  const increase = increaseOfFloats(floats, true);
  if (beganInside) return (increase + values[from]) * factorFromStart(floats, floats, isRate);
  return increase * factor(floats, floats, values[from], increase, isRate);
}

function histogramIncrease(floats: SampleWindow, window: HistogramWindow, notes: SeriesNotes, isRate: boolean): FloatHistogram | undefined {
  const { histograms, from, to } = window;
  const first = histograms[from];
  const beganInside = beganIn(window, floats);
  if (to - from === 1) {
    if (!beganInside) return undefined;
    const copy = copyHistogram(first);
    multiplyHistogram(copy, factorFromStart(window, floats, isRate));
    return copy;
  }
  const increase = increaseOf(window, true, notes);
  if (increase === undefined) return undefined;
  if (!beganInside) {
    multiplyHistogram(increase, factor(window, floats, first.count, increase.count, isRate));
    return increase;
  }
  if (!areCompatible(increase, first)) {
    notes.add("mixedSchemas");
    return undefined;
  }
  if (addHistogram(increase, first).boundsReconciled) notes.boundsReconciled("addition");
  multiplyHistogram(increase, factorFromStart(window, floats, isRate));
  return increase;
}

/** What the windows of both kinds of samples have. */
type StartedSamples = Pick<SampleWindow, "timestampsMs" | "from" | "to" | "startsMs">;

/** Whether the counter of the first sample began in the window, whose left end is open. */
function beganIn({ startsMs, timestampsMs, from }: StartedSamples, { endMs, rangeMs }: SampleWindow): boolean {
  const startMs = startsMs[from];
  return startMs !== 0 && startMs > endMs - rangeMs && startMs < timestampsMs[from];
}

function factor(samples: StartedSamples, { endMs, rangeMs }: SampleWindow, first: number, increase: number, isRate: boolean): number {
  const { timestampsMs, from, to } = samples;
  return extrapolationFactor(timestampsMs[from], timestampsMs[to - 1], to - 1 - from, endMs, rangeMs, first, increase, true, isRate);
}

/** As `extrapolationFactor`, of samples with a zero before them. */
function factorFromStart({ timestampsMs, startsMs, from, to }: StartedSamples, { endMs, rangeMs }: SampleWindow, isRate: boolean): number {
  const lastMs = timestampsMs[to - 1];
  const betweenSamples = to - from === 1 ? 0 : (lastMs - timestampsMs[from]) / 1000 / (to - 1 - from);
  const sampled = (lastMs - startsMs[from]) / 1000;
  let toEnd = (endMs - lastMs) / 1000;
  if (toEnd >= betweenSamples * 1.1) toEnd = betweenSamples / 2;
  const extended = sampled === 0 ? 1 : (sampled + toEnd) / sampled;
  return isRate ? extended / (rangeMs / 1000) : extended;
}

function noteOverlap({ timestampsMs, startsMs, from, to }: StartedSamples, notes: SeriesNotes): void {
  for (let i = from + 1; i < to; i++) {
    if (!overlapsPrevious(startsMs, timestampsMs, i)) continue;
    notes.add("startOverlap");
    return;
  }
}
