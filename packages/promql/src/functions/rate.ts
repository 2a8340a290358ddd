import type { SampleWindow } from "./range-functions.ts";

/**
 * The increase over the window, extrapolated to its ends where the samples come near enough to them, per second when `isRate`
 * (promql/functions.go `extrapolatedRate`, in its order of operations). The window holds two samples or more.
 */
export function extrapolate(window: SampleWindow, isCounter: boolean, isRate: boolean): number {
  const { timestampsMs, values, from, to, endMs, rangeMs } = window;
  const last = to - 1;
  const firstMs = timestampsMs[from];
  const lastMs = timestampsMs[last];
  let increase = values[last] - values[from];
  // Fast path: without a reset in the window there is nothing to add.
  if (isCounter && window.resetsBefore[last] !== window.resetsBefore[from]) increase = addResets(increase, values, from, last);

  let toStart = (firstMs - (endMs - rangeMs)) / 1000;
  let toEnd = (endMs - lastMs) / 1000;
  const sampled = (lastMs - firstMs) / 1000;
  const betweenSamples = sampled / (last - from);
  const threshold = betweenSamples * 1.1;
  if (toStart >= threshold) toStart = betweenSamples / 2;
  if (isCounter && increase > 0 && values[from] >= 0) {
    // A counter was never below zero: where it would have been zero, it began.
    const toZero = sampled * (values[from] / increase);
    if (toZero < toStart) toStart = toZero;
  }
  if (toEnd >= threshold) toEnd = betweenSamples / 2;
  let factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  if (isRate) factor /= rangeMs / 1000;
  return increase * factor;
}

/** Adds what the counter had reached before each reset, one after another: in another order the last bits would differ. */
function addResets(increase: number, values: Float64Array, from: number, last: number): number {
  let total = increase;
  for (let i = from + 1; i <= last; i++) {
    if (values[i] < values[i - 1]) total += values[i - 1];
  }
  return total;
}

/** The difference of the last two samples; with `isRate` per second, and a counter that fell counts from zero. */
export function instantDelta({ timestampsMs, values, to }: SampleWindow, isRate: boolean): number {
  const last = values[to - 1];
  const previous = values[to - 2];
  const delta = isRate && last < previous ? last : last - previous;
  return isRate ? delta / ((timestampsMs[to - 1] - timestampsMs[to - 2]) / 1000) : delta;
}
