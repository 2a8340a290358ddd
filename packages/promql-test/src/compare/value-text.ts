import { type FloatHistogram, formatFloat, formatTestHistogram } from "@ferula/model";
import type { SeriesValue } from "@ferula/promql-syntax";
import type { ResultPoint } from "./result.ts";

/** An expected value as a script writes it. */
export function expectedText(value: SeriesValue): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? formatFloat(value) : formatTestHistogram(value.histogram);
}

/** A value of a result as a script would write it. */
export function valueText(value: number | FloatHistogram): string {
  return typeof value === "number" ? formatFloat(value) : formatTestHistogram(value);
}

/** The points of a series, each with its time: `1@0 2@60000`. */
export function pointsText(points: readonly ResultPoint[]): string {
  return points.length === 0 ? "nothing" : points.map(({ timestampMs, value }) => `${valueText(value)}@${timestampMs}`).join(" ");
}
