import { Buffer } from "node:buffer";
import { escapeName, formatFloat, isLegacyLabelName, isLegacyMetricName, type EscapingScheme, type Labels } from "@ferula/model";
import type { HistogramMetric, MetricFamily, ScalarMetric, SummaryMetric } from "./metric-family.ts";
import { sortFamilies } from "./sort-families.ts";

/** How families are written. */
export interface WriteTextOptions {
  /** How names outside the old alphabet are written. Default: "allow-utf-8", quoted inside the braces. */
  readonly escaping?: EscapingScheme;
}

/**
 * Writes families in text format 0.0.4, or 1.0.0 where names need quotes. The same families yield the same bytes whatever their order:
 * families are sorted by name, samples by their label values, and numbers are in Go's shortest form. Buckets and quantiles stay as they
 * are given. Reading the text back with `readFamilies` and writing that yields the same text.
 */
export function writeText(families: readonly MetricFamily[], options: WriteTextOptions = {}): Uint8Array {
  const escaping = options.escaping ?? "allow-utf-8";
  const escaped = escaping === "allow-utf-8" ? families : families.map((family) => withEscapedNames(family, escaping));
  let text = "";
  for (const family of sortFamilies(escaped)) text += familyText(family);
  return Buffer.from(text);
}

function familyText(family: MetricFamily): string {
  const { name, help, type } = family;
  const shownName = isLegacyMetricName(name) ? name : quote(name);
  let text = help === undefined ? "" : `# HELP ${shownName} ${escapeHelp(help)}\n`;
  // The text format has no gauge histograms.
  text += `# TYPE ${shownName} ${type === "gaugehistogram" ? "histogram" : type}\n`;
  switch (family.type) {
    case "counter":
    case "gauge":
    case "untyped": {
      const write = sampleWriter(name);
      for (const metric of family.metrics) text += write(labelsText(metric.labels), metric.value, timestampText(metric));
      return text;
    }
    case "summary":
      return text + summaryLines(name, family.metrics);
    case "histogram":
    case "gaugehistogram":
      return text + histogramLines(name, family.metrics);
  }
}

function summaryLines(name: string, metrics: readonly SummaryMetric[]): string {
  const writeQuantile = sampleWriter(name);
  const writeSum = sampleWriter(`${name}_sum`);
  const writeCount = sampleWriter(`${name}_count`);
  let text = "";
  for (const metric of metrics) {
    const labels = labelsText(metric.labels);
    const timestamp = timestampText(metric);
    for (const { quantile, value } of metric.quantiles) {
      text += writeQuantile(joined(labels, `quantile="${formatFloat(quantile)}"`), value, timestamp);
    }
    text += writeSum(labels, metric.sum, timestamp) + writeCount(labels, metric.count, timestamp);
  }
  return text;
}

function histogramLines(name: string, metrics: readonly HistogramMetric[]): string {
  const writeBucket = sampleWriter(`${name}_bucket`);
  const writeSum = sampleWriter(`${name}_sum`);
  const writeCount = sampleWriter(`${name}_count`);
  let text = "";
  for (const metric of metrics) {
    const labels = labelsText(metric.labels);
    const timestamp = timestampText(metric);
    let hasInfinite = false;
    for (const { upperBound, cumulativeCount } of metric.buckets) {
      text += writeBucket(joined(labels, `le="${formatFloat(upperBound)}"`), cumulativeCount, timestamp);
      if (upperBound === Infinity) hasInfinite = true;
    }
    if (!hasInfinite) text += writeBucket(joined(labels, 'le="+Inf"'), metric.count, timestamp);
    text += writeSum(labels, metric.sum, timestamp) + writeCount(labels, metric.count, timestamp);
  }
  return text;
}

/** Writes the lines of one name; whether it goes inside the braces is decided once. */
function sampleWriter(name: string): (labels: string, value: number, timestamp: string) => string {
  if (isLegacyMetricName(name)) {
    return (labels, value, timestamp) => `${name}${labels === "" ? "" : `{${labels}}`} ${formatFloat(value)}${timestamp}\n`;
  }
  const quoted = quote(name);
  return (labels, value, timestamp) => `{${joined(quoted, labels)}} ${formatFloat(value)}${timestamp}\n`;
}

function labelsText(labels: Labels): string {
  let text = "";
  for (let i = 0; i < labels.length; i += 2) {
    const name = isLegacyLabelName(labels[i]) ? labels[i] : quote(labels[i]);
    text = joined(text, `${name}=${quote(labels[i + 1])}`);
  }
  return text;
}

function joined(first: string, second: string): string {
  return first === "" ? second : second === "" ? first : `${first},${second}`;
}

function timestampText(metric: ScalarMetric | SummaryMetric | HistogramMetric): string {
  return metric.timestampMs === undefined ? "" : ` ${metric.timestampMs}`;
}

function quote(value: string): string {
  return /["\\\n]/.test(value) ? `"${escapeHelp(value).replaceAll('"', '\\"')}"` : `"${value}"`;
}

function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function withEscapedNames(family: MetricFamily, escaping: EscapingScheme): MetricFamily {
  const name = escapeName(family.name, escaping);
  const renamed = <Metric extends { readonly labels: Labels }>(metric: Metric): Metric => ({
    ...metric,
    labels: metric.labels.map((text, i) => (i % 2 === 0 ? escapeName(text, escaping) : text)),
  });
  switch (family.type) {
    case "counter":
    case "gauge":
    case "untyped":
      return { ...family, name, metrics: family.metrics.map(renamed) };
    case "summary":
      return { ...family, name, metrics: family.metrics.map(renamed) };
    case "histogram":
    case "gaugehistogram":
      return { ...family, name, metrics: family.metrics.map(renamed) };
  }
}
