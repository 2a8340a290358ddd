import { extendedHistogramRate } from "./extended-histogram-rate.ts";
import { extendedRate } from "./extended-rate.ts";
import type { HistogramWindow } from "./histogram-window.ts";
import type { MixedRangeFunction, SampleWindow } from "./range-functions.ts";
import { indexBehind } from "./window-edges.ts";

/** How a range reaches beyond its ends: to the newest sample before it, or also to the next one behind it, and on lines between them. */
export type ExtensionKind = "anchored" | "smoothed";

/** Which functions take such a range, by name in their order. */
export const extendableFunctions: Readonly<Record<ExtensionKind, readonly string[]>> = {
  anchored: ["changes", "delta", "increase", "rate", "resets"],
  smoothed: ["delta", "increase", "rate"],
};

/**
 * The function of an extended range. Its windows hold what lies in the range and, by the lookback, beyond it; `endMs` and `rangeMs` say
 * where the range itself is. `plain` is what evaluates the same function over samples as they are.
 */
export function extendedRangeFunction(name: string, kind: ExtensionKind, plain: MixedRangeFunction): MixedRangeFunction {
  switch (name) {
    case "rate":
      return rateOf(kind, true, true);
    case "increase":
      return rateOf(kind, true, false);
    case "delta":
      return rateOf(kind, false, false);
    default:
      return (floats, window, notes) => (moveToAnchor(floats, window) ? plain(floats, window, notes) : undefined);
  }
}

function rateOf(kind: ExtensionKind, isCounter: boolean, isRate: boolean): MixedRangeFunction {
  const isSmoothed = kind === "smoothed";
  return (floats, window, notes) => {
    if (window.to === window.from) return extendedRate(floats, isSmoothed, isCounter, isRate);
    if (floats.to > floats.from) {
      notes.add("mixedFloats");
      return undefined;
    }
    const { endMs, rangeMs } = floats;
    const extended = { window, startMs: endMs - rangeMs, endMs, isSmoothed, isCounter, notes };
    return extendedHistogramRate(extended, isRate ? rangeMs : undefined);
  };
}

/**
 * Lets the window begin at the newest sample, float or histogram, at or before the start of the range, if there is one. False where no
 * sample is behind that start (promql/functions.go `pickFirstSampleIndices`).
 */
function moveToAnchor(floats: SampleWindow, window: HistogramWindow): boolean {
  const startMs = floats.endMs - floats.rangeMs;
  const firstFloat = indexBehind(floats.timestampsMs, floats.to, floats.from, startMs);
  const firstHistogram = indexBehind(window.timestampsMs, window.to, window.from, startMs);
  if (firstFloat === floats.to && firstHistogram === window.to) return false;
  const anchorMs = firstFloat > floats.from ? floats.timestampsMs[firstFloat - 1] : -Infinity;
  const histogramAnchorMs = firstHistogram > window.from ? window.timestampsMs[firstHistogram - 1] : -Infinity;
  const isFloat = anchorMs >= histogramAnchorMs;
  floats.from = isFloat && anchorMs > -Infinity ? firstFloat - 1 : firstFloat;
  window.from = isFloat ? firstHistogram : firstHistogram - 1;
  return true;
}
