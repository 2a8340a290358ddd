import { ExpositionError } from "../exposition-error.ts";
import { isUtf8Text } from "../text/long-text.ts";
import { noNumber, parseValue } from "../text/parse-value.ts";
import { quoteBytes } from "../text/quote-bytes.ts";
import { addLabelRange, type SampleLine } from "../text/sample-line.ts";
import { createLexer, nextToken, type Lexer } from "./lexer.ts";
import { missingEnd, quoted, unexpected } from "./open-metrics-error.ts";
import * as token from "./tokens.ts";

/** Milliseconds that no signed integer of 64 bits holds become this, as they do in upstream's conversion. */
const OUT_OF_RANGE_MS = -(2 ** 63);

/**
 * Parses a sample line whose first token, `first`, the lexer has read, up to its newline. Throws an ExpositionError without a line
 * number.
 */
export function parseSample(lexer: Lexer, first: number, out: SampleLine): void {
  out.start = lexer.start;
  out.labelCount = 0;
  out.nameStart = out.nameEnd = -1;
  let current = first;
  if (first === token.METRIC_NAME) {
    out.nameStart = lexer.start;
    out.nameEnd = out.seriesEnd = lexer.position;
    current = nextToken(lexer);
  }
  if (current === token.BRACE_OPEN) {
    parseLabels(lexer, out);
    out.seriesEnd = lexer.position;
    current = nextToken(lexer);
  }
  if (out.nameStart === -1) throw new ExpositionError(0, `metric name not set while parsing: ${quoted(lexer, out.start)}`);
  parseNumbers(lexer, current, out);
}

/**
 * Parses of the line that starts at `start`, whose name and labels are known, only what is behind them: `value`, timestamp and exemplar
 * of `out`, and its place. Throws as `parseSample`.
 */
export function parseKnownSample(bytes: Uint8Array, start: number, valueStart: number, end: number, out: SampleLine): void {
  const lexer = createLexer(bytes, valueStart - 1, end, "value");
  out.start = start;
  parseNumbers(lexer, nextToken(lexer), out);
}

function parseNumbers(lexer: Lexer, current: number, out: SampleLine): void {
  out.value = parseNumber(lexer, current, "metric", out.start);
  out.valueStart = lexer.start + 1;
  out.valueEnd = lexer.position;
  parseRest(lexer, out);
  out.end = lexer.position;
}

function parseLabels(lexer: Lexer, out: SampleLine): void {
  let current = nextToken(lexer);
  while (current !== token.BRACE_CLOSE) {
    const isQuoted = current === token.QUOTED_NAME;
    if (!isQuoted && current !== token.LABEL_NAME) throw unexpected(lexer, out.start, "expected label name", current);
    const nameStart = isQuoted ? lexer.start + 1 : lexer.start;
    const nameEnd = isQuoted ? lexer.position - 1 : lexer.position;
    current = nextToken(lexer);
    // A quoted string that no `=` follows is the metric's name.
    if (isQuoted && (current === token.COMMA || current === token.BRACE_CLOSE)) {
      if (out.nameStart !== -1) {
        throw new ExpositionError(0, `metric name already set while parsing: ${quoted(lexer, out.start)}`);
      }
      out.nameStart = nameStart;
      out.nameEnd = nameEnd;
      if (current === token.COMMA) current = nextToken(lexer);
      continue;
    }
    parseLabelValue(lexer, current, out.start);
    out.labelRanges = addLabelRange(out.labelRanges, out.labelCount++, nameStart, nameEnd, lexer.start + 1, lexer.position - 1);
    current = parseSeparator(lexer, out.start);
  }
}

function parseExemplarLabels(lexer: Lexer, out: SampleLine): void {
  let current = nextToken(lexer);
  while (current !== token.BRACE_CLOSE) {
    const isQuoted = current === token.QUOTED_NAME;
    if (!isQuoted && current !== token.LABEL_NAME) throw unexpected(lexer, out.start, "expected label name", current);
    const nameStart = isQuoted ? lexer.start + 1 : lexer.start;
    const nameEnd = isQuoted ? lexer.position - 1 : lexer.position;
    current = nextToken(lexer);
    if (isQuoted && (current === token.COMMA || current === token.BRACE_CLOSE)) {
      throw unexpected(lexer, out.start, "expected label name", current);
    }
    parseLabelValue(lexer, current, out.start);
    const { start, position } = lexer;
    out.exemplarLabelRanges = addLabelRange(out.exemplarLabelRanges, out.exemplarLabelCount++, nameStart, nameEnd, start + 1, position - 1);
    current = parseSeparator(lexer, out.start);
  }
}

/** Afterwards the lexer's last token is the label's value, with its quotation marks. */
function parseLabelValue(lexer: Lexer, equal: number, lineStart: number): void {
  if (equal !== token.EQUAL) throw unexpected(lexer, lineStart, "expected equal", equal);
  const current = nextToken(lexer);
  if (current !== token.LABEL_VALUE) throw unexpected(lexer, lineStart, "expected label value", current);
  const { bytes, start, position } = lexer;
  if (isUtf8Text(bytes, start, position)) return;
  throw new ExpositionError(0, `invalid UTF-8 label value: ${quoteBytes(bytes, start, position, position)}`);
}

/** The token after the comma, which may be missing before the brace and may be there too. */
function parseSeparator(lexer: Lexer, lineStart: number): number {
  const current = nextToken(lexer);
  if (current === token.COMMA) return nextToken(lexer);
  if (current !== token.BRACE_CLOSE) throw unexpected(lexer, lineStart, "expected comma or brace close", current);
  return current;
}

function parseNumber(lexer: Lexer, current: number, after: string, lineStart: number): number {
  if (current !== token.VALUE) throw unexpected(lexer, lineStart, `expected value after ${after}`, current);
  return parseFloat(lexer, lineStart);
}

/** The number of a token that begins with a space. */
function parseFloat({ bytes, start, position }: Lexer, lineStart: number): number {
  const value = parseValue(bytes, start + 1, position);
  if (value === undefined) throw noNumber(bytes, lineStart, start + 1, position, position);
  return value;
}

/** What follows the value: a timestamp, an exemplar, both or neither, and the newline. */
function parseRest(lexer: Lexer, out: SampleLine): void {
  out.hasTimestamp = false;
  out.hasExemplar = false;
  let current = nextToken(lexer);
  if (current === token.TIMESTAMP) {
    out.timestampMs = parseTimestamp(lexer, "timestamp", out.start);
    out.hasTimestamp = true;
    current = nextToken(lexer);
    if (current !== token.LINEBREAK && current !== token.EXEMPLAR) {
      throw unexpected(lexer, out.start, "expected next entry after timestamp", current);
    }
  }
  if (current === token.LINEBREAK) return;
  if (current === token.EXEMPLAR) return parseExemplar(lexer, out);
  if (current === token.END) throw missingEnd();
  // Upstream takes the sample, and fails at what follows it as at a line of its own.
  const rest = lexer.position;
  const next = nextToken(lexer);
  throw next === token.END ? missingEnd() : unexpected(lexer, rest, "expected a valid start token", next);
}

function parseExemplar(lexer: Lexer, out: SampleLine): void {
  out.exemplarLabelCount = 0;
  parseExemplarLabels(lexer, out);
  out.exemplarValue = parseNumber(lexer, nextToken(lexer), "exemplar labels", out.start);
  out.hasExemplarTimestamp = false;
  out.hasExemplar = true;
  let current = nextToken(lexer);
  if (current === token.LINEBREAK) return;
  if (current === token.END) throw missingEnd();
  if (current !== token.TIMESTAMP) throw unexpected(lexer, out.start, "expected timestamp or comment", current);
  out.exemplarTimestampMs = parseTimestamp(lexer, "exemplar timestamp", out.start);
  out.hasExemplarTimestamp = true;
  current = nextToken(lexer);
  if (current !== token.LINEBREAK) throw unexpected(lexer, out.start, "expected next entry after exemplar timestamp", current);
}

/** Milliseconds of a token in seconds, cut off as upstream does. */
function parseTimestamp(lexer: Lexer, what: string, lineStart: number): number {
  const seconds = parseFloat(lexer, lineStart);
  if (!Number.isFinite(seconds)) {
    throw new ExpositionError(0, `invalid ${what} ${Number.isNaN(seconds) ? "NaN" : seconds > 0 ? "+Inf" : "-Inf"}`);
  }
  const milliseconds = Math.trunc(seconds * 1000);
  // Adding zero takes the sign from a zero.
  return Math.abs(milliseconds) < 2 ** 63 ? milliseconds + 0 : OUT_OF_RANGE_MS;
}
