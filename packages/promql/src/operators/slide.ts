import type { SampleColumns } from "@ferula/model";
import { ABSENT, FLOAT, putHistogram, type StepColumn } from "../columns.ts";
import type { HistogramWindow } from "../functions/histogram-window.ts";
import type { MixedRangeFunction, RangeFunction, SampleWindow } from "../functions/range-functions.ts";
import { isStartReset } from "../functions/start-reset.ts";
import { indexBehind } from "../functions/window-edges.ts";
import type { SeriesNotes } from "../histogram-annotations.ts";
import type { Extension } from "../plan/extension.ts";
import type { CallNode, RangeNode } from "../plan/nodes.ts";

/** Slides the windows of `call`'s range over the floats of a series with two indices and evaluates `row` on each. */
export function slide(
  samples: SampleColumns,
  call: CallNode,
  range: RangeNode,
  row: RangeFunction,
  scalar: StepColumn | undefined,
  window: SampleWindow,
  out: StepColumn,
): void {
  const { timestampsMs, length } = samples;
  const { startMs, stepMs, stepCount } = call.grid;
  const { rangeMs, offsetMs, atMs } = range;
  // Not a choice at each step: one of two numbers, the second of which may be undefined, is boxed each time.
  const firstEndMs = (atMs ?? startMs) - offsetMs;
  const endStepMs = atMs === undefined ? stepMs : 0;
  if (row.slide !== undefined) {
    row.slide(samples, { firstEndMs, stepMs: endStepMs, stepCount, rangeMs }, out);
    return;
  }
  const { evaluate, minSamples } = row;
  const values = out.values;
  const present = out.present;
  window.timestampsMs = timestampsMs;
  window.values = samples.values;
  if (row.isCounter === true) countResets(samples, window);
  let from = 0;
  let to = 0;
  for (let k = 0; k < stepCount; k++) {
    const evalTimeMs = startMs + k * stepMs;
    const endMs = firstEndMs + k * endStepMs;
    while (to < length && timestampsMs[to] <= endMs) to++;
    while (from < to && timestampsMs[from] <= endMs - rangeMs) from++;
    if (to - from < minSamples) {
      present[k] = 0;
      continue;
    }
    window.from = from;
    window.to = to;
    window.endMs = endMs;
    window.evalTimeMs = evalTimeMs;
    if (scalar !== undefined) window.param = scalar.values[k];
    values[k] = evaluate(window);
    present[k] = 1;
  }
}

/** What a series with histograms is evaluated with. */
export interface MixedEvaluation {
  readonly row: RangeFunction;
  readonly mixed: MixedRangeFunction;
  /** `mixed` evaluates windows without a histogram, too. */
  readonly takesAll: boolean;
  readonly extension: Extension | undefined;
  readonly scalar: StepColumn | undefined;
  readonly window: SampleWindow;
  readonly histogramWindow: HistogramWindow;
  readonly notes: SeriesNotes;
}

/** As `slide`, for windows that may hold histograms. */
export function slideOverBoth(
  samples: SampleColumns,
  histogramCount: number,
  call: CallNode,
  { rangeMs, offsetMs, atMs }: RangeNode,
  { row, mixed, takesAll, extension, scalar, window, histogramWindow, notes }: MixedEvaluation,
  out: StepColumn,
): void {
  const { timestampsMs, length } = samples;
  const { startMs, stepMs, stepCount } = call.grid;
  window.timestampsMs = timestampsMs;
  window.values = samples.values;
  window.from = window.to = 0;
  histogramWindow.from = histogramWindow.to = 0;
  if (row.isCounter === true) countResets(samples, window);
  for (let k = 0; k < stepCount; k++) {
    const evalTimeMs = startMs + k * stepMs;
    const endMs = (atMs === undefined ? evalTimeMs : atMs) - offsetMs;
    const afterMs = endMs - rangeMs - (extension?.beforeMs ?? 0);
    const untilMs = endMs + (extension?.behindMs ?? 0);
    window.to = indexBehind(timestampsMs, length, window.to, untilMs);
    window.from = indexBehind(timestampsMs, window.to, window.from, afterMs);
    histogramWindow.to = indexBehind(histogramWindow.timestampsMs, histogramCount, histogramWindow.to, untilMs);
    histogramWindow.from = indexBehind(histogramWindow.timestampsMs, histogramWindow.to, histogramWindow.from, afterMs);
    window.endMs = endMs;
    window.evalTimeMs = evalTimeMs;
    if (scalar !== undefined) window.param = scalar.values[k];
    putResult(out, k, takesAll ? mixed(window, histogramWindow, notes) : resultOf(row, mixed, window, histogramWindow, notes));
  }
}

function resultOf(
  row: RangeFunction,
  mixed: MixedRangeFunction,
  window: SampleWindow,
  histogramWindow: HistogramWindow,
  notes: SeriesNotes,
): ReturnType<MixedRangeFunction> {
  if (histogramWindow.to > histogramWindow.from) return mixed(window, histogramWindow, notes);
  return window.to - window.from < row.minSamples ? undefined : row.evaluate(window);
}

function putResult(out: StepColumn, k: number, result: ReturnType<MixedRangeFunction>): void {
  if (result === undefined) {
    out.present[k] = ABSENT;
  } else if (typeof result === "number") {
    out.present[k] = FLOAT;
    out.values[k] = result;
  } else {
    putHistogram(out, k, result);
  }
}

/** What functions do that know floats only. */
export function ignoringHistograms({ minSamples, evaluate }: RangeFunction): MixedRangeFunction {
  return (floats, _window, notes) => {
    if (floats.to > floats.from) notes.add("ignoredInRange");
    return floats.to - floats.from < minSamples ? undefined : evaluate(floats);
  };
}

function countResets({ timestampsMs, values, length }: SampleColumns, window: SampleWindow): void {
  if (window.resetsBefore.length < length) window.resetsBefore = new Uint32Array(Math.max(length, 1024));
  const { resetsBefore, startsMs } = window;
  const hasStarts = startsMs.length > 0;
  let resets = 0;
  if (length > 0) resetsBefore[0] = 0;
  for (let i = 1; i < length; i++) {
    if (values[i] < values[i - 1] || (hasStarts && isStartReset(startsMs, timestampsMs, i))) resets++;
    resetsBefore[i] = resets;
  }
}
