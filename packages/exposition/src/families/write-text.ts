import { Buffer } from "node:buffer";
import { formatFloat, type EscapingScheme } from "@ferula/model";
import { withEscapedNames } from "./escape-names.ts";
import type { FamilyType, HistogramMetric, MetricFamily, SummaryMetric } from "./metric-family.ts";
import { escapeHelp, joined, labelsText, sampleHeads, shownName } from "./sample-text.ts";
import { sortFamilies } from "./sort-families.ts";

/** How families are written. */
export interface WriteTextOptions {
  /** How names outside the old alphabet are written. Default: "allow-utf-8", quoted inside the braces. */
  readonly escaping?: EscapingScheme;
}

/** The types that the text format has no word for. */
const SHOWN_TYPES: Readonly<Partial<Record<FamilyType, string>>> = { gaugehistogram: "histogram", info: "gauge", stateset: "gauge" };

/**
 * Writes families in text format 0.0.4, or 1.0.0 where names need quotes. The same families yield the same bytes whatever their order:
 * families are sorted by name, samples by their label values, and numbers are in Go's shortest form. Buckets and quantiles stay as they
 * are given. Reading the text back with `readFamilies` and writing that yields the same text. Units, exemplars, times of creation and
 * native buckets have no place in it.
 */
export function writeText(families: readonly MetricFamily[], options: WriteTextOptions = {}): Uint8Array {
  let text = "";
  for (const family of sortFamilies(withEscapedNames(families, options.escaping ?? "allow-utf-8"))) text += familyText(family);
  return Buffer.from(text);
}

function familyText(family: MetricFamily): string {
  const { name, help, type } = family;
  const shown = shownName(name);
  let text = help === undefined ? "" : `# HELP ${shown} ${escapeHelp(help)}\n`;
  text += typeLine(name, type);
  switch (family.type) {
    case "summary":
      return text + summaryLines(name, family.metrics);
    case "histogram":
    case "gaugehistogram":
      return text + histogramLines(name, family.metrics);
    default: {
      const head = sampleHeads(name);
      for (const metric of family.metrics) text += head(labelsText(metric.labels)) + valueText(metric.value) + timestampText(metric);
      return text;
    }
  }
}

/** The line that says the type of a family. */
export function typeLine(name: string, type: FamilyType): string {
  return `# TYPE ${shownName(name)} ${SHOWN_TYPES[type] ?? type}\n`;
}

function summaryLines(name: string, metrics: readonly SummaryMetric[]): string {
  const quantileHead = sampleHeads(name);
  const sumHead = sampleHeads(`${name}_sum`);
  const countHead = sampleHeads(`${name}_count`);
  let text = "";
  for (const metric of metrics) {
    const labels = labelsText(metric.labels);
    const timestamp = timestampText(metric);
    for (const { quantile, value } of metric.quantiles) {
      text += quantileHead(joined(labels, `quantile="${valueText(quantile)}"`)) + valueText(value) + timestamp;
    }
    text += sumHead(labels) + valueText(metric.sum) + timestamp + countHead(labels) + valueText(metric.count) + timestamp;
  }
  return text;
}

/** The lines of a family's histograms. */
export function histogramLines(name: string, metrics: readonly HistogramMetric[]): string {
  const bucketHead = sampleHeads(`${name}_bucket`);
  const sumHead = sampleHeads(`${name}_sum`);
  const countHead = sampleHeads(`${name}_count`);
  let text = "";
  for (const metric of metrics) {
    const labels = labelsText(metric.labels);
    const timestamp = timestampText(metric);
    let hasInfinite = false;
    for (const { upperBound, cumulativeCount } of metric.buckets) {
      text += bucketHead(joined(labels, `le="${valueText(upperBound)}"`)) + valueText(cumulativeCount) + timestamp;
      if (upperBound === Infinity) hasInfinite = true;
    }
    if (!hasInfinite) text += bucketHead(joined(labels, 'le="+Inf"')) + valueText(metric.count) + timestamp;
    text += sumHead(labels) + valueText(metric.sum) + timestamp + countHead(labels) + valueText(metric.count) + timestamp;
  }
  return text;
}

/** A number; zero has no sign, as upstream writes it. */
export function valueText(value: number): string {
  return value === 0 ? "0" : formatFloat(value);
}

/** What ends a line. */
function timestampText({ timestampMs }: { readonly timestampMs?: number }): string {
  return timestampMs === undefined ? "\n" : ` ${timestampMs}\n`;
}
