import type { FloatHistogram, Labels } from "@ferula/model";
import type { CollectedResult } from "@ferula/promql";

/** A point of a result. */
export interface ResultPoint {
  readonly timestampMs: number;
  readonly value: number | FloatHistogram;
}

/** A series of a result, its points by time. */
export interface ResultSeries {
  readonly labels: Labels;
  readonly points: readonly ResultPoint[];
}

/** A result as it is compared. A scalar is one series without labels. */
export interface ScriptResult {
  readonly type: CollectedResult["type"];
  readonly text: string;
  readonly series: readonly ResultSeries[];
}

/** What the engine collected, with floats and histograms of a series in one list. */
export function scriptResult({ type, text, series }: CollectedResult): ScriptResult {
  return { type, text, series: series.map((collected) => ({ labels: collected.labels, points: pointsOf(collected) })) };
}

function pointsOf({ timestampsMs, values, histogramTimestampsMs, histograms }: CollectedResult["series"][number]): readonly ResultPoint[] {
  const points: ResultPoint[] = Array.from(timestampsMs, (timestampMs, i) => ({ timestampMs, value: values[i] }));
  if (histograms.length === 0) return points;
  histograms.forEach((value, i) => points.push({ timestampMs: histogramTimestampsMs[i], value }));
  return points.sort((a, b) => a.timestampMs - b.timestampMs);
}
