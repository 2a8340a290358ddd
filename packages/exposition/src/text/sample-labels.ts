import { goQuote } from "@ferula/durations";
import { Buffer } from "node:buffer";
import { compareUtf8, formatOpenMetricsFloat, METRIC_NAME, parseFloatText, type Labels, type MetricType } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import { BACKSLASH, NEWLINE, QUOTE } from "./characters.ts";
import { LONG_BYTES } from "./long-text.ts";
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
  const labels: string[] = [];
  insertLabel(labels, METRIC_NAME, unescaped(bytes, line.nameStart, line.nameEnd));
  const fromMetadata = metadata === undefined ? NO_PAIRS : metadataPairs(metadata);
  for (let i = 0; i < fromMetadata.length; i++) insertLabel(labels, fromMetadata[i][0], fromMetadata[i][1]);
  const given = metadata === undefined ? undefined : labels.filter((_, i) => i % 2 === 0 && labels[i + 1] !== "");
  for (let i = 0; i < 4 * labelCount; i += 4) {
    const name = unescaped(bytes, labelRanges[i], labelRanges[i + 1]);
    if (given?.includes(name) === true) continue;
    const value = unescaped(bytes, labelRanges[i + 2], labelRanges[i + 3]);
    const normalized = normalizedFloatLabel(lastType, name, value);
    if (labelCount > MOST_INSERTED) labels.push(name, normalized);
    else insertLabel(labels, name, normalized);
  }
  const sorted = labelCount > MOST_INSERTED ? sortedLabels(labels) : labels;
  return sorted.includes("") ? withoutEmpty(sorted) : sorted;
}

const NO_PAIRS: [name: string, value: string][] = [];

/** More labels than these are sorted: to insert each where it belongs takes time that grows with the square of their number. */
const MOST_INSERTED = 64;

/** Labels in the order of their names, what `insertLabel` would have made of them. */
function sortedLabels(labels: readonly string[]): string[] {
  const order = new Uint32Array(labels.length / 2);
  for (let i = 0; i < order.length; i++) order[i] = 2 * i;
  order.sort((a, b) => compareUtf8(labels[a], labels[b]) || a - b);
  const sorted: string[] = [];
  let firstRepeated = Infinity;
  for (let i = 0; i < order.length; i++) {
    const at = order[i];
    if (i > 0 && labels[at] === labels[order[i - 1]]) firstRepeated = Math.min(firstRepeated, at);
    sorted.push(labels[at], labels[at + 1]);
  }
  if (firstRepeated !== Infinity) throw new ExpositionError(0, `label name ${goQuote(labels[firstRepeated])} is not unique`);
  return sorted;
}

/** Puts a label where it belongs by its name. Most labels come in order, or nearly so. */
function insertLabel(labels: string[], name: string, value: string): void {
  let at = labels.length;
  let order = -1;
  while (at > 0 && (order = compareUtf8(labels[at - 2], name)) > 0) at -= 2;
  if (at > 0 && order === 0) throw new ExpositionError(0, `label name ${goQuote(name)} is not unique`);
  labels.push(name, value);
  if (at === labels.length - 2) return;
  labels.copyWithin(at + 2, at, labels.length - 2);
  labels[at] = name;
  labels[at + 1] = value;
}

/** A value may be empty, and a name of another alphabet, too. */
function withoutEmpty(labels: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < labels.length; i += 2) if (labels[i + 1] !== "") kept.push(labels[i], labels[i + 1]);
  return kept;
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
  const text = textOf(bytes, start, stop);
  if (!text.includes("\\")) return text;
  if (stop - start > LONG_BYTES) return longUnescaped(bytes, start, stop, true);
  return text.replaceAll(/\\([\\"n])/g, (_, escape: string) => (escape === "n" ? "\n" : escape));
}

/** The text of a HELP line, in which only `\\` and `\n` are escapes. */
export function unescapedHelp(bytes: Uint8Array, start: number, stop: number): string {
  const text = textOf(bytes, start, stop);
  if (!text.includes("\\")) return text;
  if (stop - start > LONG_BYTES) return longUnescaped(bytes, start, stop, false);
  return text.replaceAll(/\\([\\n])/g, (_, escape: string) => (escape === "n" ? "\n" : escape));
}

/** The same by bytes: a regular expression makes some objects of each escape, of which a text may have millions. */
function longUnescaped(bytes: Uint8Array, start: number, stop: number, undoesQuotes: boolean): string {
  const out = Buffer.allocUnsafe(stop - start);
  let to = 0;
  for (let p = start; p < stop; p++) {
    let c = bytes[p];
    if (c === BACKSLASH && p + 1 < stop) {
      const escape = bytes[p + 1];
      if (escape === BACKSLASH || escape === LETTER_N || (undoesQuotes && escape === QUOTE)) {
        c = escape === LETTER_N ? NEWLINE : escape;
        p++;
      }
    }
    out[to++] = c;
  }
  return out.toString("utf8", 0, to);
}

const LETTER_N = 110;

function textOf(bytes: Uint8Array, start: number, stop: number): string {
  if (bytes !== viewed) {
    viewed = bytes;
    // A view for each text costs more than the text.
    buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return buffer.toString("utf8", start, stop);
}

let viewed: Uint8Array | undefined;
let buffer: Buffer = Buffer.alloc(0);
