import type { SampleWindow } from "./range-functions.ts";
import { isStartReset } from "./start-reset.ts";

/**
 * The increase over the window, extrapolated to its ends where the samples come near enough to them, per second when `isRate`
 * (promql/functions.go `extrapolatedRate`, in its order of operations). The window holds two samples or more.
 */
export function extrapolate(window: SampleWindow, isCounter: boolean, isRate: boolean): number {
  const { timestampsMs, values, from, to, endMs, rangeMs } = window;
  const last = to - 1;
  const firstMs = timestampsMs[from];
  const lastMs = timestampsMs[last];
  const increase = increaseOfFloats(window, isCounter);
  return increase * extrapolationFactor(firstMs, lastMs, last - from, endMs, rangeMs, values[from], increase, isCounter, isRate);
}

/** The increase between the first and the last sample. */
export function increaseOfFloats(window: SampleWindow, isCounter: boolean): number {
  const { values, resetsBefore, from, to } = window;
  const last = to - 1;
  const increase = values[last] - values[from];
  // Fast path: without a reset in the window there is nothing to add.
  return isCounter && resetsBefore[last] !== resetsBefore[from] ? addResets(increase, values, resetsBefore, from, to) : increase;
}

/**
 * What the increase between the first and the last sample, with `intervals` between them, is multiplied with to be that of the whole
 * window. `first` is the counter at the first sample; of histograms it and `increase` are counts of observations.
 */
export function extrapolationFactor(
  firstMs: number,
  lastMs: number,
  intervals: number,
  endMs: number,
  rangeMs: number,
  first: number,
  increase: number,
  isCounter: boolean,
  isRate: boolean,
): number {
  let toStart = (firstMs - (endMs - rangeMs)) / 1000;
  let toEnd = (endMs - lastMs) / 1000;
  const sampled = (lastMs - firstMs) / 1000;
  const betweenSamples = sampled / intervals;
  const threshold = betweenSamples * 1.1;
  if (toStart >= threshold) toStart = betweenSamples / 2;
  if (isCounter && increase > 0 && first >= 0) {
    // A counter was never below zero: where it would have been zero, it began.
    const toZero = sampled * (first / increase);
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= threshold) toEnd = betweenSamples / 2;
  const factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  return isRate ? factor / (rangeMs / 1000) : factor;
}

/** Adds what the counter had reached before each reset, one after another: in another order the last bits would differ. */
export function addResets(increase: number, values: Float64Array, resetsBefore: Uint32Array, from: number, to: number): number {
  let total = increase;
  for (let i = from + 1; i < to; i++) {
    if (resetsBefore[i] !== resetsBefore[i - 1]) total += values[i - 1];
  }
  return total;
}

/** The difference of the last two samples; with `isRate` per second, and a counter that fell counts from zero. */
export function instantDelta({ timestampsMs, values, to, startsMs }: SampleWindow, isRate: boolean): number {
  const last = values[to - 1];
  const previous = values[to - 2];
  const isReset = isRate && (last < previous || (startsMs.length > 0 && isStartReset(startsMs, timestampsMs, to - 1)));
  const delta = isReset ? last : last - previous;
  return isRate ? delta / ((timestampsMs[to - 1] - timestampsMs[to - 2]) / 1000) : delta;
}
