import { goQuote } from "@ferula/durations";
import { Buffer } from "node:buffer";
import { compareUtf8, formatOpenMetricsFloat, METRIC_NAME, parseFloatText, type Labels, type MetricType } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import type { SampleLine } from "./sample-line.ts";

/** The labels of a series that tell its type and its unit (schema/labels.go). */
const METRIC_TYPE = "__type__";
const METRIC_UNIT = "__unit__";

/** What of its family's metadata becomes labels of a series. */
export interface MetadataLabels {
  /** The label is left to the body where the type is not known. */
  readonly type: MetricType | undefined;
  /** "" where there is none. */
  readonly unit: string;
}

/**
 * The label set of a parsed line, the metric's name in `__name__`: escapes undone, labels without a value left out, `le` and `quantile`
 * in their one spelling. `lastType` is the type of the nearest TYPE line before, whatever family it named: that is how upstream's
 * parser knows a histogram, and its series must keep their identity here. With `metadata` its parts stand in `__type__` and `__unit__`,
 * and what the line says in their place, or in that of the name, is passed over. Throws an ExpositionError when a label stands twice.
 */
export function sampleLabels(bytes: Uint8Array, line: SampleLine, lastType: MetricType | undefined, metadata?: MetadataLabels): Labels {
  const { labelRanges, labelCount } = line;
  const pairs: [name: string, value: string][] = [[METRIC_NAME, unescaped(bytes, line.nameStart, line.nameEnd)]];
  if (metadata !== undefined) pairs.push(...metadataPairs(metadata));
  const given = metadata === undefined ? [] : pairs.filter(([, value]) => value !== "").map(([name]) => name);
  for (let i = 0; i < labelCount; i++) {
    const name = unescaped(bytes, labelRanges[4 * i], labelRanges[4 * i + 1]);
    if (given.includes(name)) continue;
    const value = unescaped(bytes, labelRanges[4 * i + 2], labelRanges[4 * i + 3]);
    pairs.push([name, normalizedFloatLabel(lastType, name, value)]);
  }
  pairs.sort((a, b) => compareUtf8(a[0], b[0]));
  const labels: string[] = [];
  for (let i = 0; i < pairs.length; i++) {
    const [name, value] = pairs[i];
    if (i > 0 && pairs[i - 1][0] === name) throw new ExpositionError(0, `label name ${goQuote(name)} is not unique`);
    if (value !== "") labels.push(name, value);
  }
  return labels;
}

/** The labels that metadata makes; a type that is not known makes none. */
export function metadataPairs({ type, unit }: MetadataLabels): [name: string, value: string][] {
  const pairs: [name: string, value: string][] = [];
  if (type !== undefined && type !== "unknown") pairs.push([METRIC_TYPE, type]);
  if (unit !== "") pairs.push([METRIC_UNIT, unit]);
  return pairs;
}

/**
 * The one spelling of a bucket's bound (`le` of a histogram) or of a summary's `quantile`: that of OpenMetrics, in which 1, 1.0 and 1e0
 * are all `1.0`. Other labels, and values that are no numbers, stay as they are.
 */
export function normalizedFloatLabel(type: MetricType | undefined, name: string, value: string): string {
  if (!((type === "histogram" && name === "le") || (type === "summary" && name === "quantile"))) return value;
  const number = parseFloatText(value);
  if (number === undefined) return value;
  return formatOpenMetricsFloat(number);
}

/** The text of a range in which `\\`, `\"` and `\n` are escapes; other backslashes stand for themselves. */
export function unescaped(bytes: Uint8Array, start: number, stop: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString("utf8");
  return text.includes("\\") ? text.replaceAll(/\\([\\"n])/g, (_, escape: string) => (escape === "n" ? "\n" : escape)) : text;
}

/** The text of a HELP line, in which only `\\` and `\n` are escapes. */
export function unescapedHelp(bytes: Uint8Array, start: number, stop: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString("utf8");
  return text.includes("\\") ? text.replaceAll(/\\([\\n])/g, (_, escape: string) => (escape === "n" ? "\n" : escape)) : text;
}
