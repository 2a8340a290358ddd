import { ExpositionError } from "../exposition-error.ts";
import {
  BACKSLASH,
  BRACE_CLOSE,
  BRACE_OPEN,
  characterClass,
  COMMA,
  EQUAL,
  IS_LABEL,
  IS_LABEL_START,
  IS_METRIC,
  IS_METRIC_START,
  NEWLINE,
  QUOTE,
  skipBlanks,
  SPACE,
  TAB,
} from "./characters.ts";
import { isUtf8Text, LONG_BYTES, plainEnd } from "./long-text.ts";
import { noNumber, parseValue } from "./parse-value.ts";
import { quoteBytes } from "./quote-bytes.ts";
import { unexpected } from "./unexpected.ts";

/**
 * One parsed sample line as byte ranges, each from its first byte to the one after its last. Made once and overwritten by every line.
 * Ranges of names and label values are without their quotation marks, and still escaped.
 */
export interface SampleLine {
  /** Where the line starts, leading blanks included, and the first byte after its newline. */
  start: number;
  end: number;
  nameStart: number;
  nameEnd: number;
  /** The first byte after the metric's name and labels. The bytes from `start` to `valueStart` tell which series this is. */
  seriesEnd: number;
  valueStart: number;
  valueEnd: number;
  /** How many labels there are, the metric's name not counted. */
  labelCount: number;
  /** Four offsets a label: the start and end of its name, the start and end of its value. */
  labelRanges: Uint32Array;
  value: number;
  hasTimestamp: boolean;
  /** Milliseconds since the epoch; only when `hasTimestamp`. */
  timestampMs: number;
  /** Only lines of OpenMetrics have exemplars; the fields below count only where this is so. */
  hasExemplar: boolean;
  exemplarLabelCount: number;
  /** As `labelRanges`. Upstream takes what stands there as it is, escapes and all. */
  exemplarLabelRanges: Uint32Array;
  exemplarValue: number;
  hasExemplarTimestamp: boolean;
  /** Milliseconds since the epoch; only when `hasExemplarTimestamp`. */
  exemplarTimestampMs: number;
}

/** An empty line to parse into. */
export function createSampleLine(): SampleLine {
  return {
    start: 0,
    end: 0,
    nameStart: 0,
    nameEnd: 0,
    seriesEnd: 0,
    valueStart: 0,
    valueEnd: 0,
    labelCount: 0,
    labelRanges: new Uint32Array(4 * 16),
    value: 0,
    hasTimestamp: false,
    timestampMs: 0,
    hasExemplar: false,
    exemplarLabelCount: 0,
    exemplarLabelRanges: new Uint32Array(4 * 4),
    exemplarValue: 0,
    hasExemplarTimestamp: false,
    exemplarTimestampMs: 0,
  };
}

/**
 * Parses the sample line that starts at `start` and returns where the next line starts. A text that ends without a newline is taken to
 * end in one. A label value may hold newlines as they are, as upstream's parser takes them, so that a line is where its grammar ends
 * and not where the next newline is. Throws an ExpositionError without a line number.
 */
export function parseSampleLine(bytes: Uint8Array, start: number, end: number, out: SampleLine): number {
  out.start = start;
  out.labelCount = 0;
  out.nameStart = out.nameEnd = -1;
  let p = skipBlanks(bytes, start, end);
  if (p < end && (characterClass[bytes[p]] & IS_METRIC_START) !== 0) {
    out.nameStart = p;
    do p++;
    while (p < end && (characterClass[bytes[p]] & IS_METRIC) !== 0);
    out.nameEnd = out.seriesEnd = p;
    p = skipBlanks(bytes, p, end);
  } else if (p >= end || bytes[p] !== BRACE_OPEN) {
    throw unexpected("expected a valid start token", bytes, start, p, end, "start");
  }
  if (p < end && bytes[p] === BRACE_OPEN) {
    p = out.seriesEnd = parseLabels(bytes, p + 1, end, out);
    p = skipBlanks(bytes, p, end);
  }
  return parseNumbers(bytes, p, end, out);
}

/** Parses what follows a `{` and returns the position after the `}`. */
function parseLabels(bytes: Uint8Array, p: number, end: number, out: SampleLine): number {
  for (;;) {
    p = skipBlanks(bytes, p, end);
    const c = p < end ? bytes[p] : NEWLINE;
    if (c === BRACE_CLOSE) return p + 1;
    const tokenStart = p;
    let nameStart = p;
    let nameEnd: number;
    if ((characterClass[c] & IS_LABEL_START) !== 0) {
      do p++;
      while (p < end && (characterClass[bytes[p]] & IS_LABEL) !== 0);
      nameEnd = p;
    } else if (c === QUOTE && (p = quotedEnd(bytes, p, end, false)) > 0) {
      nameStart++;
      nameEnd = p - 1;
    } else {
      throw unexpected("expected label name", bytes, out.start, tokenStart, end, "labels");
    }
    p = skipBlanks(bytes, p, end);
    const after = p < end ? bytes[p] : NEWLINE;
    // A quoted string that no `=` follows is the metric's name.
    if (c === QUOTE && (after === COMMA || after === BRACE_CLOSE)) {
      if (out.nameStart !== -1) {
        throw new ExpositionError(0, `metric name already set while parsing: ${quoteBytes(bytes, out.start, p + 1, end)}`);
      }
      checkUtf8(bytes, nameStart, nameEnd, "metric name");
      out.nameStart = nameStart;
      out.nameEnd = nameEnd;
      if (after === BRACE_CLOSE) return p + 1;
      p++;
      continue;
    }
    if (after !== EQUAL) throw unexpected("expected equal", bytes, out.start, p, end, "labels");
    p = skipBlanks(bytes, p + 1, end);
    const valueEnd = p < end && bytes[p] === QUOTE ? quotedEnd(bytes, p, end, true) : -1;
    if (valueEnd < 0) throw unexpected("expected label value", bytes, out.start, p, end, "labelValue");
    if (c === QUOTE) checkUtf8(bytes, nameStart, nameEnd, "label name");
    checkUtf8(bytes, p + 1, valueEnd - 1, "label value");
    out.labelRanges = addLabelRange(out.labelRanges, out.labelCount++, nameStart, nameEnd, p + 1, valueEnd - 1);
    // Both a missing comma between labels and one after the last are accepted.
    p = skipBlanks(bytes, valueEnd, end);
    if (p < end && bytes[p] === COMMA) p++;
  }
}

/** What a quoted string can't be skipped over. */
const ENDS_OF_VALUE: readonly number[] = [QUOTE, BACKSLASH];
const ENDS_OF_NAME: readonly number[] = [QUOTE, BACKSLASH, 0];

/**
 * The position after the closing quotation mark of the string that opens at `p`, -1 when it is not closed. A NUL, which values may hold,
 * ends a name as the body's end does.
 */
export function quotedEnd(bytes: Uint8Array, p: number, end: number, allowsNul: boolean): number {
  const near = end - p > LONG_BYTES ? p + LONG_BYTES : end;
  for (p++; p < near; p++) {
    const c = bytes[p];
    if (c === QUOTE) return p + 1;
    if (c === BACKSLASH && (++p >= end || bytes[p] === NEWLINE)) return -1;
    if (bytes[p] === 0 && !allowsNul) return -1;
  }
  return p < end ? farQuotedEnd(bytes, p, end, allowsNul) : -1;
}

/** Goes on with a long string, from `p` on. Where escapes stand close, it goes byte by byte. */
function farQuotedEnd(bytes: Uint8Array, p: number, end: number, allowsNul: boolean): number {
  while (p < end) {
    p = plainEnd(bytes, p, end, allowsNul ? ENDS_OF_VALUE : ENDS_OF_NAME);
    for (const near = Math.min(end, p + LONG_BYTES); p < near; p++) {
      const c = bytes[p];
      if (c === QUOTE) return p + 1;
      if (c === BACKSLASH && (++p >= end || bytes[p] === NEWLINE)) return -1;
      if (bytes[p] === 0 && !allowsNul) return -1;
    }
  }
  return -1;
}

function checkUtf8(bytes: Uint8Array, start: number, stop: number, what: string): void {
  if (isUtf8Text(bytes, start, stop)) return;
  throw new ExpositionError(0, `invalid UTF-8 ${what}: ${quoteBytes(bytes, start - 1, stop + 1, stop + 1)}`);
}

/** Puts label number `count` behind those that are in `ranges`; returns the ranges, in a larger array where they need one. */
export function addLabelRange(
  ranges: Uint32Array,
  count: number,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): Uint32Array {
  const at = 4 * count;
  let grown = ranges;
  if (at === ranges.length) {
    grown = new Uint32Array(2 * at);
    grown.set(ranges);
  }
  grown[at] = nameStart;
  grown[at + 1] = nameEnd;
  grown[at + 2] = valueStart;
  grown[at + 3] = valueEnd;
  return grown;
}

/** Parses the value and the timestamp, up to the newline; returns the position after it. */
function parseNumbers(bytes: Uint8Array, p: number, end: number, out: SampleLine): number {
  const valueStart = p;
  while (p < end && bytes[p] !== SPACE && bytes[p] !== NEWLINE && bytes[p] !== TAB && bytes[p] !== BRACE_OPEN) p++;
  if (out.nameStart === -1) {
    throw new ExpositionError(0, `metric name not set while parsing: ${quoteBytes(bytes, out.start, p, end)}`);
  }
  if (p === valueStart || bytes[valueStart] === 0) {
    throw unexpected("expected value after metric", bytes, out.start, valueStart, end, "value");
  }
  const value = parseValue(bytes, valueStart, p);
  if (value === undefined) throw noNumber(bytes, out.start, valueStart, p, end);
  out.valueStart = valueStart;
  out.valueEnd = p;
  out.value = value;
  out.hasTimestamp = false;
  out.hasExemplar = false;
  p = skipBlanks(bytes, p, end);
  if (p >= end || bytes[p] === NEWLINE) return (out.end = Math.min(p + 1, end));
  const timestampStart = p;
  let timestampMs = 0;
  for (; p < end && bytes[p] >= 48 && bytes[p] <= 57; p++) timestampMs = timestampMs * 10 + (bytes[p] - 48);
  if (p === timestampStart) throw unexpected("expected timestamp or new record", bytes, out.start, p, end, "timestamp");
  if (timestampMs >= 2 ** 63) {
    const text = quoteBytes(bytes, timestampStart, p, end);
    const line = quoteBytes(bytes, out.start, p, end);
    throw new ExpositionError(0, `strconv.ParseInt: parsing ${text}: value out of range while parsing: ${line}`);
  }
  out.hasTimestamp = true;
  out.timestampMs = timestampMs;
  p = skipBlanks(bytes, p, end);
  if (p < end && bytes[p] !== NEWLINE) throw unexpected("expected next entry after timestamp", bytes, out.start, p, end, "timestamp");
  return (out.end = Math.min(p + 1, end));
}
