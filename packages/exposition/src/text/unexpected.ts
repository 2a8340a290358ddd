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
import { quoteBytes } from "./quote-bytes.ts";

/** Where in a line a token is read: what it may be depends on it. */
export type LexerState = "start" | "meta" | "labels" | "labelValue" | "value" | "timestamp";

interface Token {
  readonly name: string;
  /** The first byte after the token; a token that is not valid ends where it stopped being one. */
  readonly stop: number;
}

/**
 * The error for a token that is not what the grammar wants at `at`, in upstream's words: what was wanted, the token with the byte
 * after it, its name, and the line as far as it was read. Only failed parses come here, so the token is read a second time.
 */
export function unexpected(
  wanted: string,
  bytes: Uint8Array,
  lineStart: number,
  at: number,
  end: number,
  state: LexerState,
): ExpositionError {
  const start = skipBlanks(bytes, at, end);
  const { name, stop } = lex(bytes, start, end, state);
  // The text is taken to end in one more newline, at `end`.
  const shown = Math.min(stop + 1, end + 1);
  const got = quoteBytes(bytes, start, shown, end);
  return new ExpositionError(0, `${wanted}, got ${got} ("${name}") while parsing: ${quoteBytes(bytes, lineStart, shown, end)}`);
}

/** `end + 1` bytes are read: the one at `end` is the newline that the text is taken to end in. */
function lex(bytes: Uint8Array, p: number, end: number, state: LexerState): Token {
  const c = byteAt(bytes, p, end);
  switch (state) {
    case "start":
      if (c === 0) return { name: "EOF", stop: p };
      return lexName(bytes, p, end, IS_METRIC_START, IS_METRIC, "MNAME");
    case "meta":
      if (c === QUOTE) return lexQuoted(bytes, p, end, "MNAME");
      return lexName(bytes, p, end, IS_METRIC_START, IS_METRIC, "MNAME");
    case "labels":
      if (c === QUOTE) return lexQuoted(bytes, p, end, "QSTRING");
      if (c === BRACE_CLOSE) return { name: "BCLOSE", stop: p + 1 };
      if (c === EQUAL) return { name: "EQUAL", stop: p + 1 };
      if (c === COMMA) return { name: "COMMA", stop: p + 1 };
      return lexName(bytes, p, end, IS_LABEL_START, IS_LABEL, "LNAME");
    case "labelValue":
      return c === QUOTE ? lexQuoted(bytes, p, end, "LVALUE") : { name: "INVALID", stop: p };
    case "value":
      return lexValue(bytes, p, end);
    case "timestamp":
      return lexTimestamp(bytes, p, end);
  }
}

function lexName(bytes: Uint8Array, p: number, end: number, first: number, rest: number, name: string): Token {
  if ((characterClass[byteAt(bytes, p, end)] & first) === 0) return { name: "INVALID", stop: p };
  while ((characterClass[byteAt(bytes, p, end)] & rest) !== 0) p++;
  return { name, stop: p };
}

function lexQuoted(bytes: Uint8Array, p: number, end: number, name: string): Token {
  for (p++; p <= end; p++) {
    const c = byteAt(bytes, p, end);
    if (c === QUOTE) return { name, stop: p + 1 };
    if (c === BACKSLASH) p++;
    const refused = name === "LVALUE" ? -1 : 0;
    if (byteAt(bytes, p, end) === refused || (c === BACKSLASH && byteAt(bytes, p, end) === NEWLINE)) return { name: "INVALID", stop: p };
  }
  return { name: "INVALID", stop: p };
}

function lexValue(bytes: Uint8Array, p: number, end: number): Token {
  const start = p;
  if (byteAt(bytes, p, end) === BRACE_OPEN) return { name: "BOPEN", stop: p + 1 };
  if (byteAt(bytes, p, end) === 0) return { name: "INVALID", stop: p };
  for (; p <= end; p++) {
    const c = byteAt(bytes, p, end);
    if (c === BRACE_OPEN || c === SPACE || c === TAB || c === NEWLINE) break;
  }
  return { name: p === start ? "INVALID" : "VALUE", stop: p };
}

function lexTimestamp(bytes: Uint8Array, p: number, end: number): Token {
  const start = p;
  if (byteAt(bytes, p, end) === NEWLINE) return { name: "LINEBREAK", stop: p + 1 };
  while (byteAt(bytes, p, end) >= 48 && byteAt(bytes, p, end) <= 57) p++;
  return { name: p === start ? "INVALID" : "TIMESTAMP", stop: p };
}

function byteAt(bytes: Uint8Array, p: number, end: number): number {
  return p < end ? bytes[p] : NEWLINE;
}
