import { compareLabels, type FloatHistogram, formatFloat, formatSeries, labelsKey } from "@ferula/model";
import type { SeriesValue } from "@ferula/promql-syntax";
import type { EvalCommand, ExpectedSeries } from "../script/commands.ts";
import { almostEqual, isStaleMarker } from "./almost-equal.ts";
import { histogramMatches } from "./compare-histograms.ts";
import type { ResultPoint, ResultSeries, ScriptResult } from "./result.ts";
import { expectedText, pointsText, valueText } from "./value-text.ts";

/**
 * What of a result is not as the command expects it; undefined when all is (promql/promqltest/test.go `compareResult`). Values may differ by
 * rounding.
 */
export function compareResult(command: EvalCommand, result: ScriptResult): string | undefined {
  switch (result.type) {
    case "matrix":
      return compareMatrix(command, result.series);
    case "vector":
      return compareVector(command, result.series);
    case "scalar":
      return compareScalar(command, result.series);
    case "string":
      return command.expected.text === result.text
        ? undefined
        : `expected ${JSON.stringify(command.expected.text)}, got ${JSON.stringify(result.text)}`;
  }
}

function compareScalar({ expected }: EvalCommand, series: readonly ResultSeries[]): string | undefined {
  const value = series[0].points[0].value as number;
  if (expected.scalar === undefined) return `expected a vector or a matrix, got the scalar ${formatFloat(value)}`;
  return floatMatches(expected.scalar, value)
    ? undefined
    : `expected the scalar ${formatFloat(expected.scalar)}, got ${formatFloat(value)}`;
}

function compareVector({ expected }: EvalCommand, series: readonly ResultSeries[]): string | undefined {
  if (expected.scalar !== undefined) return `expected the scalar ${formatFloat(expected.scalar)}, got a vector of ${series.length} series`;
  const seen = new Set<string>();
  for (const [index, { labels, points }] of series.entries()) {
    const key = labelsKey(labels);
    const wanted = expected.series.get(key);
    if (wanted === undefined) return `unexpected ${formatSeries(labels)} ${valueText(points[0].value)}`;
    if (expected.isOrdered && wanted.position !== index + 1)
      return `expected ${formatSeries(labels)} at position ${wanted.position}, was at ${index + 1}`;
    if (!valueMatches(wanted.values[0], points[0].value)) {
      return `expected ${formatSeries(labels)} ${expectedText(wanted.values[0])}, got ${valueText(points[0].value)}`;
    }
    seen.add(key);
  }
  return missing(expected.series, seen);
}

function compareMatrix(command: EvalCommand, series: readonly ResultSeries[]): string | undefined {
  const { expected } = command;
  if (expected.isOrdered) return "expected an ordered result, got a matrix";
  if (expected.scalar !== undefined) return `expected the scalar ${formatFloat(expected.scalar)}, got a matrix of ${series.length} series`;
  const disorder = findDisorder(series);
  if (disorder !== undefined) return disorder;
  const seen = new Set<string>();
  for (const { labels, points } of series) {
    const key = labelsKey(labels);
    const wanted = expected.series.get(key);
    if (wanted === undefined) return `unexpected ${formatSeries(labels)} ${pointsText(points)}`;
    const problem = comparePoints(command, wanted, points);
    if (problem !== undefined) return `${formatSeries(labels)}: ${problem}`;
    seen.add(key);
  }
  return missing(expected.series, seen);
}

/** What keeps a matrix from being sorted by labels. */
export function findDisorder(series: readonly ResultSeries[]): string | undefined {
  for (let i = 1; i < series.length; i++) {
    const [a, b] = [series[i - 1].labels, series[i].labels];
    if (compareLabels(a, b) > 0) return `a matrix is sorted by labels, but ${formatSeries(a)} stands before ${formatSeries(b)}`;
  }
  return undefined;
}

function comparePoints(
  { startMs, endMs, stepMs }: EvalCommand,
  { values }: ExpectedSeries,
  points: readonly ResultPoint[],
): string | undefined {
  if (values.length > 0 && startMs + (values.length - 1) * stepMs > endMs)
    return `expected ${values.length} points, more than the time range has`;
  let next = 0;
  for (const [i, wanted] of values.entries()) {
    if (wanted === "_") continue;
    const timestampMs = startMs + i * stepMs;
    const point = points.at(next++);
    if (point === undefined || point.timestampMs !== timestampMs || !valueMatches(wanted, point.value)) {
      const got = point === undefined ? "nothing" : `${valueText(point.value)}@${point.timestampMs}`;
      return `expected ${expectedText(wanted)}@${timestampMs}, got ${got} (all: ${pointsText(points)})`;
    }
  }
  return next === points.length ? undefined : `expected ${next} points, got ${points.length}: ${pointsText(points)}`;
}

function valueMatches(expected: SeriesValue, actual: number | FloatHistogram): boolean {
  if (typeof actual !== "number") return typeof expected === "object" && histogramMatches(expected, actual);
  if (expected === "stale") return isStaleMarker(actual);
  // Upstream's vectors hold a 0 where the script has a gap.
  if (expected === "_") return floatMatches(0, actual);
  return typeof expected === "number" && floatMatches(expected, actual);
}

function floatMatches(expected: number, actual: number): boolean {
  return !isStaleMarker(actual) && almostEqual(expected, actual);
}

function missing(expected: ReadonlyMap<string, ExpectedSeries>, seen: ReadonlySet<string>): string | undefined {
  for (const [key, { labels, values }] of expected) {
    if (!seen.has(key)) return `missing ${formatSeries(labels)} ${values.map(expectedText).join(" ")}`;
  }
  return undefined;
}
