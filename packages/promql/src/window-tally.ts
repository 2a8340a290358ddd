import type { HistogramColumns, SampleColumns } from "@ferula/model";
import { histogramCost } from "./columns.ts";
import type { RangeNode } from "./plan/nodes.ts";
import type { SampleTally } from "./sample-tally.ts";

/** Windows of one width; that of step k ends, inclusively, at `firstEndMs + k * stepMs`. */
interface Windows {
  readonly firstEndMs: number;
  readonly widthMs: number;
  /** 0 where all windows are the same. */
  readonly stepMs: number;
  readonly stepCount: number;
}

/** Counts the samples of one series, by ascending time, that lie in the windows of `node`, as read too if they are those of a selector. */
export function tallyWindows(tally: SampleTally, node: RangeNode, samples: SampleColumns, histograms: HistogramColumns): void {
  const windows = windowsOf(node);
  const isRead = node.kind === "matrix-selector";
  if (samples.length > 0) tallyFloats(tally, windows, samples, isRead);
  if (histograms.length > 0) tallyOneByOne(tally, windows, histograms.timestampsMs, histograms.length, costsOf(histograms), isRead);
}

function windowsOf(node: RangeNode): Windows {
  const { grid, rangeMs, offsetMs, atMs } = node;
  const { beforeMs, behindMs } = (node.kind === "matrix-selector" ? node.extension : undefined) ?? { beforeMs: 0, behindMs: 0 };
  return {
    firstEndMs: (atMs ?? grid.startMs) - offsetMs + behindMs,
    widthMs: beforeMs + rangeMs + behindMs,
    stepMs: atMs === undefined ? grid.stepMs : 0,
    stepCount: grid.stepCount,
  };
}

function tallyFloats(tally: SampleTally, windows: Windows, { timestampsMs, length }: SampleColumns, isRead: boolean): void {
  const { stepMs, widthMs, stepCount } = windows;
  if (tally.steps !== undefined || stepMs === 0 || stepCount === 0) {
    tallyOneByOne(tally, windows, timestampsMs, length, undefined, isRead);
    return;
  }
  // Without a look at every sample: this is done for every series of every query.
  const sum = widthMs % stepMs === 0 ? sumOfEnds(windows, timestampsMs, length) : sumOfWindows(windows, timestampsMs, length);
  tally.total += sum;
  if (isRead) tally.read += widthMs < stepMs ? sum : unionOfWindows(windows, timestampsMs, length);
}

/**
 * With n(t) samples up to the time t, a window holds n(its end) - n(its beginning), and in the sum over all windows every n that is an
 * end of one and the beginning of another goes.
 */
function sumOfEnds({ firstEndMs, stepMs, widthMs, stepCount }: Windows, timestampsMs: Float64Array, length: number): number {
  const kept = Math.min(widthMs / stepMs, stepCount);
  let sum = 0;
  let i = length;
  for (let k = stepCount - 1; k >= stepCount - kept; k--) {
    const endMs = firstEndMs + k * stepMs;
    while (i > 0 && timestampsMs[i - 1] > endMs) i--;
    sum += i;
  }
  i = 0;
  for (let k = 0; k < kept; k++) {
    const beginMs = firstEndMs - widthMs + k * stepMs;
    while (i < length && timestampsMs[i] <= beginMs) i++;
    sum -= i;
  }
  return sum;
}

/** Each window by itself: both its ends are looked for where they are in a series without gaps. */
function sumOfWindows({ firstEndMs, stepMs, widthMs, stepCount }: Windows, timestampsMs: Float64Array, length: number): number {
  const perMs = length === 1 ? 0 : (length - 1) / (timestampsMs[length - 1] - timestampsMs[0]);
  let from = 0;
  let to = 0;
  let sum = 0;
  for (let k = 0; k < stepCount; k++) {
    const endMs = firstEndMs + k * stepMs;
    from = firstBehind(timestampsMs, length, from, endMs - widthMs, perMs);
    to = firstBehind(timestampsMs, length, to, endMs, perMs);
    sum += to - from;
  }
  return sum;
}

/** The first index from `start` on whose time is behind `timeMs`; there are about `perMs` samples in a millisecond. */
function firstBehind(timestampsMs: Float64Array, length: number, start: number, timeMs: number, perMs: number): number {
  if (start === length || timestampsMs[start] > timeMs) return start;
  let i = start + 1 + Math.trunc((timeMs - timestampsMs[start]) * perMs);
  if (i > length) i = length;
  // The guess, or one beside it.
  if (timestampsMs[i - 1] <= timeMs) {
    if (i === length || timestampsMs[i] > timeMs) return i;
    if (++i === length || timestampsMs[i] > timeMs) return i;
  } else if (timestampsMs[i - 2] <= timeMs) {
    return i - 1;
  }
  let low = start;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timestampsMs[middle] <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many samples lie in windows that leave no gap. */
function unionOfWindows({ firstEndMs, stepMs, widthMs, stepCount }: Windows, timestampsMs: Float64Array, length: number): number {
  const endMs = firstEndMs + (stepCount - 1) * stepMs;
  let from = 0;
  let to = length;
  while (from < to && timestampsMs[from] <= firstEndMs - widthMs) from++;
  while (to > from && timestampsMs[to - 1] > endMs) to--;
  return to - from;
}

/** `costs` says what each sample counts as; undefined is 1. Of a window, what lay in the one before has been read. */
function tallyOneByOne(
  tally: SampleTally,
  { firstEndMs, widthMs, stepMs, stepCount }: Windows,
  timestampsMs: Float64Array,
  length: number,
  costs: Float64Array | undefined,
  isRead: boolean,
): void {
  let from = 0;
  let to = 0;
  let inside = 0;
  for (let k = 0; k < stepCount; k++) {
    const endMs = firstEndMs + k * stepMs;
    let entered = 0;
    while (to < length && timestampsMs[to] <= endMs) {
      const cost = costs === undefined ? 1 : costs[to];
      if (timestampsMs[to] > endMs - widthMs) entered += cost;
      inside += cost;
      to++;
    }
    while (from < to && timestampsMs[from] <= endMs - widthMs) {
      inside -= costs === undefined ? 1 : costs[from];
      from++;
    }
    tally.total += inside;
    if (tally.steps !== undefined) tally.steps.total[k] += inside;
    if (!isRead) continue;
    tally.read += entered;
    if (tally.steps !== undefined) tally.steps.read[k] += entered;
  }
}

function costsOf({ histograms, length }: HistogramColumns): Float64Array {
  const costs = new Float64Array(length);
  for (let i = 0; i < length; i++) costs[i] = histogramCost(histograms[i]);
  return costs;
}
