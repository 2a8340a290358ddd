import type { MetricType } from "@ferula/model";
import { Buffer } from "node:buffer";
import { ExpositionError } from "../exposition-error.ts";
import { characterClass, HASH, IS_METRIC, IS_METRIC_START, NEWLINE, QUOTE, skipBlanks, SPACE, TAB } from "./characters.ts";
import type { LineSink } from "../line-sink.ts";
import { isUtf8Text } from "./long-text.ts";
import { quoteBytes } from "./quote-bytes.ts";
import { createSampleLine, parseSampleLine, quotedEnd, type SampleLine } from "./sample-line.ts";
import { unexpected } from "./unexpected.ts";

/** The types that a TYPE line of the text format may name. */
const TEXT_TYPES: ReadonlyMap<string, MetricType> = new Map([
  ["counter", "counter"],
  ["gauge", "gauge"],
  ["histogram", "histogram"],
  ["summary", "summary"],
  ["untyped", "unknown"],
]);

/**
 * Walks a body in text format 0.0.4 or 1.0.0, which the media type tells apart but no parser needs to. A missing newline at the end
 * is made up. Throws an ExpositionError with the line's number at the first line that can't be parsed; the sink has then seen those
 * before it. What the sink throws as an ExpositionError without a line gets its line too.
 */
export function scanText(bytes: Uint8Array, start: number, end: number, sink: LineSink): void {
  const line = createSampleLine();
  let at = start;
  try {
    while (at < end) at = scanLine(bytes, at, end, sink, line);
  } catch (error) {
    if (error instanceof ExpositionError && error.line === 0) throw error.atLine(lineNumber(bytes, start, at));
    throw error;
  }
}

/** Scans the one line that starts at `start`, of a text that ends at `end`; returns where the next one starts. `line` is scratch space. */
export function scanLine(bytes: Uint8Array, start: number, end: number, sink: LineSink, line: SampleLine): number {
  const first = skipBlanks(bytes, start, end);
  if (first < end && bytes[first] !== HASH && bytes[first] !== NEWLINE) {
    const next = parseSampleLine(bytes, start, end, line);
    sink.sample(line);
    return next;
  }
  const next = lineEnd(bytes, first, end);
  if (!(first < end && bytes[first] === HASH && scanMetadata(bytes, start, first, next, sink))) sink.comment(start, next);
  return next;
}

/** The number, from 1, of the line that starts at `at` in a text that starts at `start`. */
export function lineNumber(bytes: Uint8Array, start: number, at: number): number {
  let number = 1;
  for (let p = start; p < at; p++) if (bytes[p] === NEWLINE) number++;
  return number;
}

/** The first byte after the newline at or after `p`. */
function lineEnd(bytes: Uint8Array, p: number, end: number): number {
  const newline = bytes.indexOf(NEWLINE, p);
  return newline < 0 || newline >= end ? end : newline + 1;
}

/** Whether the comment from `hash` to `next` is a TYPE or HELP line; then the sink is told. */
function scanMetadata(bytes: Uint8Array, start: number, hash: number, next: number, sink: LineSink): boolean {
  const keyword = skipBlanks(bytes, hash + 1, next);
  const isType = isKeyword(bytes, keyword, next, "TYPE");
  if (keyword === hash + 1 || !(isType || isKeyword(bytes, keyword, next, "HELP"))) return false;
  const stop = next > start && bytes[next - 1] === NEWLINE ? next - 1 : next;
  const nameToken = skipBlanks(bytes, keyword + 4, stop);
  const afterName = nameEnd(bytes, nameToken, stop);
  if (afterName < 0) {
    throw unexpected(`expected metric name after ${isType ? "TYPE" : "HELP"}`, bytes, start, nameToken, stop, "meta");
  }
  const quotes = bytes[nameToken] === QUOTE ? 1 : 0;
  // One byte, whatever it is, parts the name and the text.
  const rest = skipBlanks(bytes, afterName, stop) === stop ? stop : afterName + 1;
  if (isType) {
    sink.type(start, next, nameToken + quotes, afterName - quotes, readType(bytes, rest, stop));
  } else {
    if (!isUtf8Text(bytes, rest, stop)) {
      throw new ExpositionError(0, `help text ${quoteBytes(bytes, rest, stop, stop)} is not a valid utf8 string`);
    }
    sink.help(start, next, nameToken + quotes, afterName - quotes, rest, stop);
  }
  return true;
}

function isKeyword(bytes: Uint8Array, p: number, end: number, keyword: "TYPE" | "HELP"): boolean {
  for (let i = 0; i < 4; i++) if (p + i >= end || bytes[p + i] !== keyword.charCodeAt(i)) return false;
  return p + 4 < end && (bytes[p + 4] === SPACE || bytes[p + 4] === TAB);
}

/** Where the name at `p` ends, -1 when there is none. */
function nameEnd(bytes: Uint8Array, p: number, stop: number): number {
  if (p >= stop) return -1;
  if (bytes[p] === QUOTE) return quotedEnd(bytes, p, stop, false);
  if ((characterClass[bytes[p]] & IS_METRIC_START) === 0) return -1;
  while (p < stop && (characterClass[bytes[p]] & IS_METRIC) !== 0) p++;
  return p;
}

function readType(bytes: Uint8Array, start: number, stop: number): MetricType {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString("latin1");
  const type = TEXT_TYPES.get(text);
  if (type === undefined) throw new ExpositionError(0, `invalid metric type ${quoteBytes(bytes, start, stop, stop)}`);
  return type;
}
