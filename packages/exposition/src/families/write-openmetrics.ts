import { Buffer } from "node:buffer";
import { formatOpenMetricsFloat, type EscapingScheme } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import { withEscapedNames } from "./escape-names.ts";
import type { Exemplar, FamilyType, HistogramMetric, MetricFamily, ScalarFamily, SummaryMetric } from "./metric-family.ts";
import { escapeString, joined, labelsText, sampleHeads, shownName } from "./sample-text.ts";
import { sortFamilies } from "./sort-families.ts";

/** How families are written. */
export interface WriteOpenMetricsOptions {
  /** How names outside the old alphabet are written. Default: "allow-utf-8", quoted inside the braces. */
  readonly escaping?: EscapingScheme;
  /** Whether times of creation are written, as `_created` lines. Default: false, as servers that don't know them take them for series. */
  readonly hasCreatedLines?: boolean;
}

/** The suffix that samples of a type must have and descriptions must not. */
const SAMPLE_SUFFIXES: Readonly<Partial<Record<FamilyType, string>>> = { counter: "_total", info: "_info" };

/**
 * Writes families as OpenMetrics 0.0.1 or 1.0.0, which are the same but for the content type; families and samples are in the order of
 * `writeText`. A counter or info whose name lacks its suffix is of unknown type, as no valid line could be written for it. The two
 * sums of a gauge histogram are `_sum` and `_count`, as upstream writes them, where the specification has `_gsum` and `_gcount`. Source:
 * common/expfmt/openmetrics_create.go, and the specification for info and stateset, which upstream can't write.
 *
 * Throws an ExpositionError for a classic histogram with counts that are not whole: the format has none.
 */
export function writeOpenMetrics(families: readonly MetricFamily[], options: WriteOpenMetricsOptions = {}): Uint8Array {
  const { escaping = "allow-utf-8", hasCreatedLines = false } = options;
  let text = "";
  for (const family of sortFamilies(withEscapedNames(families, escaping))) text += familyText(family, hasCreatedLines);
  return Buffer.from(`${text}# EOF\n`);
}

function familyText(family: MetricFamily, hasCreatedLines: boolean): string {
  const { name, help, unit } = family;
  const suffix = SAMPLE_SUFFIXES[family.type];
  const hasSuffix = suffix !== undefined && name.endsWith(suffix);
  const shown = shownName(hasSuffix ? name.slice(0, -suffix.length) : name);
  const type = family.type === "untyped" || (suffix !== undefined && !hasSuffix) ? "unknown" : family.type;
  let text = help === undefined ? "" : `# HELP ${shown} ${escapeString(help)}\n`;
  text += `# TYPE ${shown} ${type}\n`;
  if (unit !== undefined) text += `# UNIT ${shown} ${escapeString(unit)}\n`;
  switch (family.type) {
    case "summary":
      return text + summaryLines(name, family.metrics, hasCreatedLines);
    case "histogram":
    case "gaugehistogram":
      return text + histogramLines(name, family.metrics, hasCreatedLines);
    default:
      return text + scalarLines(family, hasCreatedLines);
  }
}

function scalarLines({ name, type, metrics }: ScalarFamily, hasCreatedLines: boolean): string {
  const head = sampleHeads(name);
  const createdLine = createdLines(name.endsWith("_total") ? name.slice(0, -"_total".length) : name, hasCreatedLines && type === "counter");
  let text = "";
  for (const metric of metrics) {
    const labels = labelsText(metric.labels);
    const exemplar = type === "counter" ? exemplarText(metric.exemplar) : "";
    text += `${head(labels)}${formatOpenMetricsFloat(metric.value)}${timestampText(metric)}${exemplar}\n`;
    text += createdLine(labels, metric.createdSeconds);
  }
  return text;
}

function summaryLines(name: string, metrics: readonly SummaryMetric[], hasCreatedLines: boolean): string {
  const quantileHead = sampleHeads(name);
  const totalLines = totals(name);
  const createdLine = createdLines(name, hasCreatedLines);
  let text = "";
  for (const metric of metrics) {
    const labels = labelsText(metric.labels);
    const timestamp = timestampText(metric);
    for (const { quantile, value } of metric.quantiles) {
      const head = quantileHead(joined(labels, `quantile="${formatOpenMetricsFloat(quantile)}"`));
      text += `${head}${formatOpenMetricsFloat(value)}${timestamp}\n`;
    }
    text += totalLines(labels, metric, timestamp) + createdLine(labels, metric.createdSeconds);
  }
  return text;
}

function histogramLines(name: string, metrics: readonly HistogramMetric[], hasCreatedLines: boolean): string {
  const bucketHead = sampleHeads(`${name}_bucket`);
  const totalLines = totals(name);
  const createdLine = createdLines(name, hasCreatedLines);
  let text = "";
  for (const metric of metrics) {
    const labels = labelsText(metric.labels);
    const timestamp = timestampText(metric);
    let hasInfinite = false;
    for (const { upperBound, cumulativeCount, exemplar } of metric.buckets) {
      const head = bucketHead(joined(labels, `le="${formatOpenMetricsFloat(upperBound)}"`));
      text += `${head}${countText(name, cumulativeCount)}${timestamp}${exemplarText(exemplar)}\n`;
      if (upperBound === Infinity) hasInfinite = true;
    }
    if (!hasInfinite) text += `${bucketHead(joined(labels, 'le="+Inf"'))}${countText(name, metric.count)}${timestamp}\n`;
    text += totalLines(labels, metric, timestamp) + createdLine(labels, metric.createdSeconds);
  }
  return text;
}

type Totals = (labels: string, metric: { readonly sum: number; readonly count: number }, timestamp: string) => string;

function totals(name: string): Totals {
  const sumHead = sampleHeads(`${name}_sum`);
  const countHead = sampleHeads(`${name}_count`);
  return (labels, { sum, count }, timestamp) =>
    `${sumHead(labels)}${formatOpenMetricsFloat(sum)}${timestamp}\n${countHead(labels)}${countText(name, count)}${timestamp}\n`;
}

function createdLines(name: string, isWritten: boolean): (labels: string, createdSeconds: number | undefined) => string {
  const head = sampleHeads(`${name}_created`);
  return (labels, createdSeconds) =>
    isWritten && createdSeconds !== undefined ? `${head(labels)}${formatOpenMetricsFloat(createdSeconds)}\n` : "";
}

/** An exemplar without labels says nothing and is not written, as upstream does it. */
function exemplarText(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined || exemplar.labels.length === 0) return "";
  const { labels, value, timestampSeconds } = exemplar;
  const timestamp = timestampSeconds === undefined ? "" : ` ${formatOpenMetricsFloat(timestampSeconds)}`;
  return ` # {${labelsText(labels)}} ${formatOpenMetricsFloat(value)}${timestamp}`;
}

/** A count has no fraction and no exponent. */
function countText(name: string, count: number): string {
  if (!Number.isInteger(count)) {
    throw new ExpositionError(0, `cannot write ${name} as OpenMetrics: it has a count of ${count}, and the format only whole ones`);
  }
  return Number.isSafeInteger(count) ? String(count) : String(BigInt(count));
}

function timestampText({ timestampMs }: { readonly timestampMs?: number }): string {
  return timestampMs === undefined ? "" : ` ${formatOpenMetricsFloat(timestampMs / 1000)}`;
}
