import type { MetricType } from "@ferula/model";
import { Buffer } from "node:buffer";
import { ExpositionError } from "../exposition-error.ts";
import type { LineSink } from "../line-sink.ts";
import { HASH, QUOTE } from "../text/characters.ts";
import { isUtf8Text } from "../text/long-text.ts";
import { quoteBytes } from "../text/quote-bytes.ts";
import { createSampleLine, type SampleLine } from "../text/sample-line.ts";
import { lineNumber } from "../text/scan-text.ts";
import { createLexer, nextToken, type Lexer } from "./lexer.ts";
import { missingEnd, unexpected } from "./open-metrics-error.ts";
import { parseSample } from "./parse-sample.ts";
import * as token from "./tokens.ts";

/** The types that a TYPE line of OpenMetrics may name. */
const TYPES: ReadonlyMap<string, MetricType> = new Map(
  (["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"] as const).map((type) => [type, type]),
);

const LETTER_E = 0x45;

/**
 * Walks a body in OpenMetrics 0.0.1 or 1.0.0, between which the grammar makes no difference, as upstream's server does: samples of a
 * family may come in any order and under any name. The sink's last call is `comment`, for `# EOF`. Throws an ExpositionError with the
 * line's number at the first line that can't be parsed, and at the end of a body without `# EOF`; the sink has then seen the lines
 * before it. What the sink throws as an ExpositionError without a line gets its line too.
 */
export function scanOpenMetrics(bytes: Uint8Array, start: number, end: number, sink: LineSink): void {
  const line = createSampleLine();
  let at = start;
  let last = start;
  try {
    while (at < end) at = scanOpenMetricsLine(bytes, (last = at), end, sink, line);
    if (!isEndLine(bytes, last, end)) throw missingEnd();
  } catch (error) {
    if (error instanceof ExpositionError && error.line === 0) throw error.atLine(lineNumber(bytes, start, at));
    throw error;
  }
}

/**
 * Scans the one line that starts at `start`, of a body that ends at `end`; returns where the next one starts. `line` is scratch space.
 * That a body ends with `# EOF` is for the caller to see (`isEndLine`); that nothing follows it is seen to here.
 */
export function scanOpenMetricsLine(bytes: Uint8Array, start: number, end: number, sink: LineSink, line: SampleLine): number {
  const lexer = createLexer(bytes, start, end);
  const first = nextToken(lexer);
  switch (first) {
    case token.METRIC_NAME:
    case token.BRACE_OPEN:
      parseSample(lexer, first, line);
      sink.sample(line);
      return lexer.position;
    case token.HELP:
    case token.TYPE:
    case token.UNIT:
      scanMetadata(lexer, first, sink);
      return lexer.position;
    case token.END_MARK:
      if (lexer.position < end) throw new ExpositionError(0, "unexpected data after # EOF");
      sink.comment(start, end);
      return end;
    case token.END:
      throw missingEnd();
    default:
      throw unexpected(lexer, start, "expected a valid start token", first);
  }
}

/** Whether the line at `start`, which has been scanned, is `# EOF`. */
export function isEndLine(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > 2 && bytes[start] === HASH && bytes[start + 2] === LETTER_E;
}

function scanMetadata(lexer: Lexer, keyword: number, sink: LineSink): void {
  const { bytes } = lexer;
  const lineStart = lexer.start;
  const keywordName = token.TOKEN_NAMES[keyword];
  const name = nextToken(lexer);
  if (name !== token.METRIC_NAME) throw unexpected(lexer, lineStart, `expected metric name after ${keywordName}`, name);
  const quotes = bytes[lexer.start] === QUOTE ? 1 : 0;
  const nameStart = lexer.start + quotes;
  const nameEnd = lexer.position - quotes;
  if (nextToken(lexer) !== token.TEXT) throw new ExpositionError(0, `expected text in ${keywordName}`);
  const textStart = lexer.start + 1;
  const textEnd = lexer.position - 1;
  const lineEnd = lexer.position;
  if (keyword === token.TYPE) return sink.type(lineStart, lineEnd, nameStart, nameEnd, readType(bytes, textStart, textEnd));
  if (keyword === token.HELP) {
    if (!isUtf8Text(bytes, textStart, textEnd)) {
      throw new ExpositionError(0, `help text ${quoteBytes(bytes, textStart, textEnd, textEnd)} is not a valid utf8 string`);
    }
    return sink.help(lineStart, lineEnd, nameStart, nameEnd, textStart, textEnd);
  }
  if (!isSuffix(bytes, nameStart, nameEnd, textStart, textEnd)) {
    const unit = quoteBytes(bytes, textStart, textEnd, textEnd);
    throw new ExpositionError(0, `unit ${unit} not a suffix of metric ${quoteBytes(bytes, nameStart, nameEnd, nameEnd)}`);
  }
  sink.unit(lineStart, lineEnd, nameStart, nameEnd, textStart, textEnd);
}

function readType(bytes: Uint8Array, start: number, end: number): MetricType {
  const type = TYPES.get(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1"));
  if (type === undefined) throw new ExpositionError(0, `invalid metric type ${quoteBytes(bytes, start, end, end)}`);
  return type;
}

/** Whether a name ends with an underscore and the unit; no unit is every name's. */
function isSuffix(bytes: Uint8Array, nameStart: number, nameEnd: number, unitStart: number, unitEnd: number): boolean {
  const length = unitEnd - unitStart;
  if (length === 0) return true;
  const suffix = nameEnd - length;
  if (suffix <= nameStart || bytes[suffix - 1] !== 0x5f) return false;
  for (let i = 0; i < length; i++) if (bytes[suffix + i] !== bytes[unitStart + i]) return false;
  return true;
}
