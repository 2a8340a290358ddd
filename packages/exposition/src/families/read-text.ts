import { goQuote } from "@ferula/durations";
import { isLegacyLabelName, isValidMetricName, METRIC_NAME, type Labels, type NameValidation } from "@ferula/model";
import { parseValueText } from "../text/parse-value.ts";
import { FamilyBuilder, SampleRefused, type OpenFamily } from "./family-builder.ts";
import { LabelCollector } from "./label-collector.ts";
import type { FamilyType, MetricFamily } from "./metric-family.ts";
import { quoteRaw, TextCursor } from "./text-cursor.ts";

const TYPES: ReadonlyMap<string, FamilyType> = new Map([
  ["COUNTER", "counter"],
  ["GAUGE", "gauge"],
  ["SUMMARY", "summary"],
  ["UNTYPED", "untyped"],
  ["HISTOGRAM", "histogram"],
  ["GAUGE_HISTOGRAM", "gaugehistogram"],
  ["GAUGEHISTOGRAM", "gaugehistogram"],
]);

/** 2^63: timestamps are 64-bit integers. */
const TIMESTAMP_LIMIT = 9223372036854775808n;

/** Reads text 0.0.4 or 1.0.0 as expfmt's TextParser does, reasons of errors included. */
export function readText(bytes: Uint8Array, nameValidation: NameValidation): MetricFamily[] {
  const cursor = new TextCursor(bytes);
  const builder = new FamilyBuilder();
  for (;;) {
    cursor.line++;
    cursor.skipBlanks();
    if (cursor.isAtEnd) return builder.finished();
    const first = cursor.current();
    if (first === "\n") cursor.position++;
    else if (first === "#") readComment(cursor, builder, nameValidation);
    else readSample(cursor, builder, nameValidation);
  }
}

function readComment(cursor: TextCursor, builder: FamilyBuilder, nameValidation: NameValidation): void {
  cursor.position++;
  cursor.skipBlanks();
  const keyword = cursor.untilBlank();
  if ((keyword !== "HELP" && keyword !== "TYPE") || cursor.current() === "\n") {
    cursor.restOfLine();
    return;
  }
  cursor.skipBlanks();
  if (cursor.current() === "\n") {
    cursor.position++;
    return;
  }
  const name = cursor.name("metric");
  const after = cursor.current();
  if (after !== "\n" && after !== " " && after !== "\t") throw cursor.error("invalid metric name in comment");
  if (after !== "\n") {
    const family = familyOf(cursor, builder, name, nameValidation);
    cursor.skipBlanks();
    if (cursor.current() !== "\n") {
      if (keyword === "HELP") readHelp(cursor, family);
      else readType(cursor, family);
      return;
    }
  }
  cursor.position++;
}

function readHelp(cursor: TextCursor, family: OpenFamily): void {
  if (family.help !== undefined) throw cursor.error(`second HELP line for metric name ${goQuote(family.name)}`);
  family.help = cursor.help();
}

function readType(cursor: TextCursor, family: OpenFamily): void {
  if (family.type !== undefined) {
    throw cursor.error(`second TYPE line for metric name ${goQuote(family.name)}, or TYPE reported after samples`);
  }
  const text = cursor.restOfLine();
  const type = TYPES.get(text.toUpperCase());
  if (type === undefined) throw cursor.error(`unknown metric type ${goQuote(text)}`);
  family.type = type;
}

function familyOf(cursor: TextCursor, builder: FamilyBuilder, name: string, nameValidation: NameValidation): OpenFamily {
  if (!isValidMetricName(name, nameValidation)) throw cursor.error(`invalid metric name ${goQuote(name)}`);
  return builder.family(name);
}

function readSample(cursor: TextCursor, builder: FamilyBuilder, nameValidation: NameValidation): void {
  let name = "";
  if (cursor.current() !== "{") {
    name = cursor.name("metric");
    if (name === "") throw cursor.error("invalid metric name");
    cursor.skipBlanks();
  }
  let family = name === "" ? undefined : familyOf(cursor, builder, name, nameValidation);
  let labels: Labels = [];
  if (cursor.current() === "{") {
    cursor.position++;
    const read = readLabels(cursor, name, nameValidation);
    ({ labels, name } = read);
    if (name === "") throw cursor.error("invalid metric name");
    family ??= familyOf(cursor, builder, name, nameValidation);
    cursor.skipBlanks();
  }
  if (family === undefined) throw new Error("BUG: a sample without a metric name");
  const valueText = cursor.untilBlank();
  const value = parseValueText(valueText);
  if (value === undefined) throw cursor.error(`expected float as value, got ${quoteRaw(valueText)}`);
  const timestampMs = cursor.current() === "\n" ? undefined : readTimestamp(cursor);
  if (timestampMs === undefined) cursor.position++;
  try {
    builder.add(family, { name, labels, value, timestampMs });
  } catch (error) {
    throw error instanceof SampleRefused ? cursor.error(error.message) : error;
  }
}

/** Reads what follows a `{`, the `}` included. `name` is "" when the metric's name is to come inside. */
function readLabels(cursor: TextCursor, name: string, nameValidation: NameValidation): { labels: Labels; name: string } {
  const isNameInside = name === "";
  const labels = new LabelCollector();
  for (;;) {
    cursor.skipBlanks();
    if (cursor.current() === "}") break;
    const label = cursor.name("label");
    if (label === "") throw cursor.error(`invalid label name for metric ${goQuote(name)}`);
    cursor.skipBlanks();
    if (cursor.current() === "=") {
      readLabelValue(cursor, name, label, labels, nameValidation);
    } else {
      if (!isNameInside) throw cursor.error(`expected '=' after label name, found ${quoteCharacter(cursor.current())}`);
      if (name !== "") throw cursor.error(`multiple metric names for metric ${goQuote(name)}`);
      if (cursor.current() !== "," && cursor.current() !== "}") {
        throw cursor.error(`unexpected end of metric name ${quoteCharacter(cursor.current())}`);
      }
      name = label;
    }
    if (cursor.current() === "}") break;
    cursor.position++;
  }
  cursor.position++;
  return { labels: labels.sorted(), name };
}

/** Reads from the `=` to the `,` or `}` that must follow the value. */
function readLabelValue(cursor: TextCursor, name: string, label: string, labels: LabelCollector, nameValidation: NameValidation): void {
  if (label === METRIC_NAME) throw cursor.error(`label name ${goQuote(METRIC_NAME)} is reserved`);
  if (nameValidation === "legacy" && !isLegacyLabelName(label)) throw cursor.error(`invalid label name ${goQuote(label)}`);
  if (labels.has(label)) throw cursor.error(`duplicate label names for metric ${goQuote(name)}`);
  cursor.position++;
  cursor.skipBlanks();
  if (cursor.current() !== '"') throw cursor.error(`expected '"' at start of label value, found ${quoteCharacter(cursor.current())}`);
  const value = cursor.quoted("label value");
  labels.add(label, value);
  cursor.skipBlanks();
  if (cursor.current() !== "," && cursor.current() !== "}") throw cursor.error(`unexpected end of label value ${goQuote(value)}`);
}

/** Reads a timestamp and the newline, or only blanks and the newline. */
function readTimestamp(cursor: TextCursor): number {
  cursor.skipBlanks();
  const text = cursor.untilBlank();
  const isInteger = /^[+-]?[0-9]+$/.test(text);
  const timestamp = isInteger ? BigInt(text.replace(/^\+/, "")) : TIMESTAMP_LIMIT;
  if (timestamp >= TIMESTAMP_LIMIT || timestamp < -TIMESTAMP_LIMIT) {
    throw cursor.error(`expected integer as timestamp, got ${quoteRaw(text)}`);
  }
  const rest = cursor.restOfLine();
  if (rest !== "") throw cursor.error(`spurious string after timestamp: ${goQuote(rest)}`);
  return Number(timestamp);
}

/** A character as Go's %q prints a byte. */
function quoteCharacter(character: string): string {
  if (character === "'") return "'\\''";
  return character === '"' ? `'"'` : `'${goQuote(character).slice(1, -1)}'`;
}
