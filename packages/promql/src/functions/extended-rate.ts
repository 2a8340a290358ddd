import { interpolateFloats } from "./interpolate.ts";
import type { SampleWindow } from "./range-functions.ts";

/** The samples of an extended window that count: the first of them stands for its start, and the last for its end. */
export interface ExtendedBounds {
  readonly first: number;
  readonly last: number;
}

/**
 * Finds them among [from, to) of `timestampsMs`: the first is the newest at or before the start, if there is one; the last is the newest
 * of all, or when smoothed the oldest at or behind the end. Undefined where nothing lies behind the start.
 */
export function extendedBounds(
  timestampsMs: Float64Array,
  from: number,
  to: number,
  startMs: number,
  endMs: number,
  isSmoothed: boolean,
): ExtendedBounds | undefined {
  if (to === from) return undefined;
  const newest = to - 1;
  let first = from;
  while (first < newest && timestampsMs[first] <= startMs) first++;
  first = Math.max(from, first - 1);
  let last = newest;
  if (isSmoothed) {
    last = from;
    while (last < newest && timestampsMs[last] < endMs) last++;
  }
  return timestampsMs[last] <= startMs ? undefined : { first, last };
}

/** The value at the start of the window: that of the first sample, or when smoothed between the two around the start. */
export function valueAtStart(
  window: ExtendedFloats,
  { first }: ExtendedBounds,
  startMs: number,
  isSmoothed: boolean,
  isCounter: boolean,
): number {
  const { timestampsMs, values } = window;
  const isBetween = isSmoothed && timestampsMs[first] < startMs;
  return isBetween ? interpolateFloats(timestampsMs, values, first, startMs, isCounter) : values[first];
}

/** The value at the end of the window, likewise. */
export function valueAtEnd(
  window: ExtendedFloats,
  { last }: ExtendedBounds,
  endMs: number,
  isSmoothed: boolean,
  isCounter: boolean,
): number {
  const { timestampsMs, values, from } = window;
  const isBetween = isSmoothed && last > from && timestampsMs[last] > endMs;
  return isBetween ? interpolateFloats(timestampsMs, values, last - 1, endMs, isCounter) : values[last];
}

/** Floats, of which those from index `from` on belong to the window. */
type ExtendedFloats = Pick<SampleWindow, "timestampsMs" | "values" | "from">;

/**
 * The increase from the start of the window to its end, per second when `isRate`, with nothing extrapolated; `window` reaches beyond both
 * (promql/functions.go `extendedRate`).
 */
export function extendedRate(window: SampleWindow, isSmoothed: boolean, isCounter: boolean, isRate: boolean): number | undefined {
  const { timestampsMs, values, from, to, endMs, rangeMs } = window;
  const startMs = endMs - rangeMs;
  const bounds = extendedBounds(timestampsMs, from, to, startMs, endMs, isSmoothed);
  if (bounds === undefined || timestampsMs[bounds.first] > endMs) return undefined;
  const left = valueAtStart(window, bounds, startMs, isSmoothed, isCounter);
  const right = valueAtEnd(window, bounds, endMs, isSmoothed, isCounter);
  let increase = right - left;
  if (isCounter) {
    const first = timestampsMs[bounds.first] <= startMs ? bounds.first + 1 : bounds.first;
    const last = timestampsMs[bounds.last] >= endMs ? bounds.last - 1 : bounds.last;
    increase += lostInResets(values, first, last, left, right);
  }
  return isRate ? increase / (rangeMs / 1000) : increase;
}

/** What had been counted before each reset, from `left` over the samples to `right`. */
function lostInResets(values: Float64Array, first: number, last: number, left: number, right: number): number {
  let lost = 0;
  let previous = left;
  for (let i = first; i <= last; i++) {
    if (values[i] < previous) lost += previous;
    previous = values[i];
  }
  return right < previous ? lost + previous : lost;
}
