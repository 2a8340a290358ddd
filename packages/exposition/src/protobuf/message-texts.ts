import { goQuote } from "@ferula/durations";
import { compareUtf8, formatOpenMetricsFloat, METRIC_NAME, type ExemplarRow, type Labels } from "@ferula/model";
import { Buffer, isUtf8 } from "node:buffer";
import { ExpositionError } from "../exposition-error.ts";
import { quoteBytes } from "../text/quote-bytes.ts";
import { type MetadataLabels, metadataPairs } from "../text/sample-labels.ts";
import { createMetricMessage, type MetricMessage } from "./metric-message.ts";
import { createProtoCursor, expectWireType, FIXED_64, type ProtoCursor, readDouble, readTag, skipField } from "./proto-cursor.ts";
import { nested, readLabel, readTimestamp } from "./read-metric.ts";
import type { FamilyMessage } from "./scan-messages.ts";

/** A name and a value, in a body's order. */
export type LabelPair = readonly [name: string, value: string];

/** The family's name. Throws an ExpositionError when it is empty or no UTF-8. */
export function familyName(bytes: Uint8Array, { nameStart, nameEnd }: Pick<FamilyMessage, "nameStart" | "nameEnd">): string {
  if (nameStart === nameEnd || !isUtf8(bytes.slice(nameStart, nameEnd))) {
    throw new ExpositionError(0, `invalid metric name: ${shownText(bytes, nameStart, nameEnd)}`);
  }
  return textOf(bytes, nameStart, nameEnd);
}

/** Throws an ExpositionError unless `familyName` and `familyHelp` can be read. */
export function checkFamily(bytes: Uint8Array, family: FamilyMessage): void {
  const { nameStart, nameEnd, helpStart, helpEnd } = family;
  if (nameStart === nameEnd || !isUtf8(bytes.slice(nameStart, nameEnd))) familyName(bytes, family);
  if (!isUtf8(bytes.slice(helpStart, helpEnd))) familyHelp(bytes, family);
}

/** The family's help. Throws an ExpositionError when it is no UTF-8. */
export function familyHelp(
  bytes: Uint8Array,
  { nameStart, nameEnd, helpStart, helpEnd }: Pick<FamilyMessage, "nameStart" | "nameEnd" | "helpStart" | "helpEnd">,
): string {
  if (isUtf8(bytes.slice(helpStart, helpEnd))) return textOf(bytes, helpStart, helpEnd);
  const name = quoteBytes(bytes, nameStart, nameEnd, nameEnd);
  throw new ExpositionError(0, `invalid help for metric ${name}: ${shownText(bytes, helpStart, helpEnd)}`);
}

/** The family's unit, "" where it has none. */
export function familyUnit(bytes: Uint8Array, { unitStart, unitEnd }: Pick<FamilyMessage, "unitStart" | "unitEnd">): string {
  return textOf(bytes, unitStart, unitEnd);
}

/** The metric's labels as they are written, those without a value too. Throws an ExpositionError at names and values that can't be. */
export function metricLabels(bytes: Uint8Array, { labelRanges, labelCount }: MetricMessage): LabelPair[] {
  const pairs: LabelPair[] = [];
  for (let i = 0; i < 4 * labelCount; i += 4) {
    const name = validLabelName(bytes, labelRanges[i], labelRanges[i + 1], labelRanges[i + 3] > labelRanges[i + 2]);
    pairs.push([name, validLabelValue(bytes, labelRanges[i + 2], labelRanges[i + 3])]);
  }
  return pairs;
}

/** As `metricLabels`, of the piece of a metric that `MetricMessage.labelsStart` and `labelsEnd` named. */
export function labelsBetween(bytes: Uint8Array, start: number, end: number): LabelPair[] {
  const metric = createMetricMessage();
  const cursor = createProtoCursor(bytes, start);
  while (cursor.at < end) {
    readTag(cursor, end, "Metric");
    if (cursor.field === 1) readLabel(cursor, end, metric);
    else skipField(cursor, end);
  }
  return metricLabels(bytes, metric);
}

/**
 * The labels of a metric's sample as a label set: `name` with its suffix, the metric's own and, where it is not undefined, `le` or `quantile`
 * in the spelling of OpenMetrics. With `metadata` its parts are labels too (see `sampleLabels`). Throws an ExpositionError when a label
 * stands twice.
 */
export function sampleLabelSet(
  name: string,
  own: readonly LabelPair[],
  boundLabel: "le" | "quantile" | undefined,
  bound: number,
  metadata?: MetadataLabels,
): Labels {
  const given: LabelPair[] = [[METRIC_NAME, name], ...(metadata === undefined ? [] : metadataPairs(metadata))];
  const pairs = metadata === undefined ? [...given, ...own] : [...given, ...own.filter(([label]) => !given.some(([one]) => one === label))];
  if (boundLabel !== undefined) pairs.push([boundLabel, formatOpenMetricsFloat(bound)]);
  pairs.sort((a, b) => compareUtf8(a[0], b[0]));
  return uniqueLabels(pairs);
}

function uniqueLabels(sorted: readonly LabelPair[]): Labels {
  const labels: string[] = [];
  for (let i = 0; i < sorted.length; i++) {
    const [name, value] = sorted[i];
    if (i > 0 && sorted[i - 1][0] === name) throw new ExpositionError(0, `label name ${goQuote(name)} is not unique`);
    if (value !== "") labels.push(name, value);
  }
  return labels;
}

/** An exemplar; without a timestamp of its own it is of the time of its sample. */
export type MessageExemplar = Omit<ExemplarRow, "ref" | "timestampMs"> & { readonly timestampMs: number | undefined };

/** Reads the `Exemplar` that stands from `start` to `end`. Upstream checks nothing of its labels. */
export function readExemplar(bytes: Uint8Array, start: number, end: number): MessageExemplar {
  const cursor = createProtoCursor(bytes, start);
  const pairs: LabelPair[] = [];
  let value = 0;
  let timestampMs: number | undefined;
  while (cursor.at < end) {
    readTag(cursor, end, "Exemplar");
    if (cursor.field === 1) {
      pairs.push(readPair(cursor, end));
    } else if (cursor.field === 2) {
      expectWireType(cursor, FIXED_64, "Value");
      value = readDouble(cursor, end);
    } else if (cursor.field === 3) {
      timestampMs = readTimestamp(cursor, nested(cursor, end, "Timestamp"));
    } else {
      skipField(cursor, end);
    }
  }
  pairs.sort((a, b) => compareUtf8(a[0], b[0]));
  return { labels: pairs.flat(), value, timestampMs };
}

function readPair(cursor: ProtoCursor, exemplarEnd: number): LabelPair {
  const end = nested(cursor, exemplarEnd, "Label");
  let name = "";
  let value = "";
  while (cursor.at < end) {
    readTag(cursor, end, "LabelPair");
    if (cursor.field === 1 || cursor.field === 2) {
      const stop = nested(cursor, end, cursor.field === 1 ? "Name" : "Value");
      const text = textOf(cursor.bytes, cursor.at, stop);
      if (cursor.field === 1) name = text;
      else value = text;
      cursor.at = stop;
    } else {
      skipField(cursor, end);
    }
  }
  return [name, value];
}

/** A label without a name is let through where it has no value either: it is no label then. */
function validLabelName(bytes: Uint8Array, start: number, end: number, hasValue: boolean): string {
  const isMissing = start === 0 && end === 0 && !hasValue;
  if (!isMissing && (start === end || !isUtf8(bytes.slice(start, end)))) {
    throw new ExpositionError(0, `invalid label name: ${shownText(bytes, start, end)}`);
  }
  return textOf(bytes, start, end);
}

function validLabelValue(bytes: Uint8Array, start: number, end: number): string {
  if (isUtf8(bytes.slice(start, end))) return textOf(bytes, start, end);
  throw new ExpositionError(0, `invalid label value: ${shownText(bytes, start, end)}`);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}

/** What an error shows: not a whole body. */
function shownText(bytes: Uint8Array, start: number, end: number): string {
  return textOf(bytes, start, Math.min(end, start + 200));
}
