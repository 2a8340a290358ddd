import type { SampleColumns } from "@ferula/model";
import type { StepColumn } from "../columns.ts";
import type { SlideSeries, WindowGrid } from "./range-functions.ts";
import { addResets, extrapolationFactor } from "./rate.ts";
import { indexBehind } from "./window-edges.ts";

/**
 * `extrapolate` over all windows of a series. What the increase is multiplied with only depends on where samples lie in the window, which
 * with even intervals is the same at every step: it is computed when that changes, and where the counter may have begun inside.
 */
export function rateSlide(isCounter: boolean, isRate: boolean): SlideSeries {
  return (samples, grid, out) => slide(samples, grid, out, isCounter, isRate);
}

function slide(samples: SampleColumns, grid: WindowGrid, out: StepColumn, isCounter: boolean, isRate: boolean): void {
  const { timestampsMs, values, length } = samples;
  const { firstEndMs, stepMs, stepCount, rangeMs } = grid;
  const outValues = out.values;
  const present = out.present;
  const hasResets = isCounter && countResets(values, length);
  const resetsBefore = resetCounts;
  let [from, to, fromAdvance, toAdvance] = [0, 0, 0, 0];
  // Of the window that `steadyFactor` is of; the time between its samples is what is left of it.
  let [toStartMs, toEndMs, intervals] = [-1, -1, -1];
  let steadyFactor = 0;
  for (let k = 0; k < stepCount; k++) {
    const endMs = firstEndMs + k * stepMs;
    const afterMs = endMs - rangeMs;
    // Samples come at even intervals as a rule, and windows move on by as many as the last time. A call at each step would box its numbers.
    let nextTo = to + toAdvance;
    if (nextTo > length || (nextTo > 0 && timestampsMs[nextTo - 1] > endMs) || (nextTo < length && timestampsMs[nextTo] <= endMs)) {
      nextTo = indexBehind(timestampsMs, length, to, endMs);
    }
    let nextFrom = from + fromAdvance;
    if (
      nextFrom > nextTo ||
      (nextFrom > 0 && timestampsMs[nextFrom - 1] > afterMs) ||
      (nextFrom < nextTo && timestampsMs[nextFrom] <= afterMs)
    ) {
      nextFrom = indexBehind(timestampsMs, nextTo, from, afterMs);
    }
    toAdvance = nextTo - to;
    fromAdvance = nextFrom - from;
    to = nextTo;
    from = nextFrom;
    const last = to - 1;
    if (last <= from) {
      present[k] = 0;
      continue;
    }
    const firstMs = timestampsMs[from];
    const lastMs = timestampsMs[last];
    const first = values[from];
    if (firstMs - afterMs !== toStartMs || endMs - lastMs !== toEndMs || last - from !== intervals) {
      toStartMs = firstMs - afterMs;
      toEndMs = endMs - lastMs;
      intervals = last - from;
      steadyFactor = extrapolationFactor(firstMs, lastMs, intervals, endMs, rangeMs, first, 0, false, isRate);
    }
    let increase = values[last] - first;
    if (hasResets && resetsBefore[last] !== resetsBefore[from]) increase = addResets(increase, values, resetsBefore, from, to);
    // Its way to zero is not shorter than the samples', so that it cannot end before the window begins.
    const beganBefore = first >= increase && toStartMs <= lastMs - firstMs;
    const factor =
      isCounter && increase > 0 && first >= 0 && !beganBefore
        ? extrapolationFactor(firstMs, lastMs, intervals, endMs, rangeMs, first, increase, true, isRate)
        : steadyFactor;
    outValues[k] = increase * factor;
    present[k] = 1;
  }
}

/** Of one series at a time, see `SampleWindow.resetsBefore`. */
let resetCounts = new Uint32Array(1024);

function firstReset(values: Float64Array, length: number): number {
  let before = length === 0 ? 0 : values[0];
  let i = 1;
  for (; i < length; i++) {
    const value = values[i];
    if (value < before) break;
    before = value;
  }
  return i;
}

/** Fills `resetCounts`, unless there is no reset, which is the rule: that is returned. */
function countResets(values: Float64Array, length: number): boolean {
  const first = firstReset(values, length);
  if (first >= length) return false;
  if (resetCounts.length < length) resetCounts = new Uint32Array(length * 2);
  resetCounts.fill(0, 0, first);
  let resets = 0;
  for (let i = first; i < length; i++) {
    if (values[i] < values[i - 1]) resets++;
    resetCounts[i] = resets;
  }
  return true;
}
