import { goQuote } from "@ferula/durations";
import { Buffer } from "node:buffer";
import { compareUtf8, formatOpenMetricsFloat, METRIC_NAME, type Labels } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import { parseValueText } from "./parse-value.ts";
import type { SampleLine } from "./sample-line.ts";
import type { TextType } from "./scan-text.ts";

/**
 * The label set of a parsed line, the metric's name in `__name__`: escapes undone, labels without a value left out, `le` and `quantile`
 * in their one spelling. `lastType` is the type of the nearest TYPE line before, whatever family it named: that is how upstream's
 * parser knows a histogram, and its series must keep their identity here. Throws an ExpositionError when a label stands twice.
 */
export function sampleLabels(bytes: Uint8Array, line: SampleLine, lastType: TextType | undefined): Labels {
  const { labelRanges, labelCount } = line;
  const pairs: [name: string, value: string][] = [[METRIC_NAME, unescaped(bytes, line.nameStart, line.nameEnd)]];
  for (let i = 0; i < labelCount; i++) {
    const name = unescaped(bytes, labelRanges[4 * i], labelRanges[4 * i + 1]);
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

/**
 * The one spelling of a bucket's bound (`le` of a histogram) or of a summary's `quantile`: that of OpenMetrics, in which 1, 1.0 and 1e0
 * are all `1.0`. Other labels, and values that are no numbers, stay as they are.
 */
export function normalizedFloatLabel(type: TextType | undefined, name: string, value: string): string {
  if (!((type === "histogram" && name === "le") || (type === "summary" && name === "quantile"))) return value;
  const number = parseValueText(value);
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
