import { growSampleColumns, type HistogramColumns, type SampleColumns } from "@ferula/model";
import { executionError } from "../control.ts";
import { extendedBounds, valueAtEnd, valueAtStart } from "../functions/extended-rate.ts";
import type { Extension } from "../plan/extension.ts";

/**
 * Writes the samples of the extended range that ends at `endMs` to `out`, with one at its start and one at its end in place of those
 * beyond (promql/engine.go `extendFloats`). There must be no histograms.
 */
export function extendRange(
  samples: SampleColumns,
  histograms: HistogramColumns,
  endMs: number,
  rangeMs: number,
  { kind, beforeMs, behindMs }: Extension,
  out: SampleColumns,
): void {
  const { timestampsMs, values, length } = samples;
  const isSmoothed = kind === "smoothed";
  const startMs = endMs - rangeMs;
  let from = 0;
  while (from < length && timestampsMs[from] <= startMs - beforeMs) from++;
  let to = from;
  while (to < length && timestampsMs[to] <= endMs + behindMs) to++;
  for (let i = 0; i < histograms.length; i++) {
    const timeMs = histograms.timestampsMs[i];
    if (timeMs > startMs - beforeMs && timeMs <= endMs + behindMs)
      throw executionError(`${kind} modifier is not supported with histograms`);
  }
  out.length = 0;
  const bounds = extendedBounds(timestampsMs, from, to, startMs, endMs, isSmoothed);
  if (bounds === undefined) return;
  growSampleColumns(out, to - from + 2);
  const window = { timestampsMs, values, from };
  push(out, startMs, valueAtStart(window, bounds, startMs, isSmoothed, false));
  for (let i = bounds.first; i <= bounds.last; i++) {
    if (timestampsMs[i] > startMs && timestampsMs[i] < endMs) push(out, timestampsMs[i], values[i]);
  }
  push(out, endMs, valueAtEnd(window, bounds, endMs, isSmoothed, false));
}

function push(out: SampleColumns, timeMs: number, value: number): void {
  out.timestampsMs[out.length] = timeMs;
  out.values[out.length++] = value;
}
