import {
  BACKSLASH,
  BRACE_CLOSE as CLOSE,
  BRACE_OPEN as OPEN,
  characterClass,
  COMMA as COMMA_BYTE,
  EQUAL as EQUAL_BYTE,
  HASH,
  IS_LABEL,
  IS_LABEL_START,
  IS_METRIC,
  IS_METRIC_START,
  NEWLINE,
  QUOTE,
  SPACE,
} from "../text/characters.ts";
import * as token from "./tokens.ts";

/** Where in a line the next token is read: what it may be depends on it. */
export type LexerState = "start" | "metaName" | "metaText" | "labels" | "labelValue" | "value" | "timestamp" | ExemplarState;

type ExemplarState = "exemplar" | "exemplarValue" | "exemplarTimestamp";

/**
 * Reads the tokens of OpenMetrics one after the other. A NUL is no part of any token, as if the body ended there, but inside label values
 * and the text of comments, which it does not end.
 */
export interface Lexer {
  readonly bytes: Uint8Array;
  /** The first byte after the body. */
  readonly end: number;
  /** The first byte of the last token, but of the body's end, which is no token of its own. */
  start: number;
  /** The first byte after the last token; where it is not valid, the byte that was too much. */
  position: number;
  state: LexerState;
}

/** A lexer for the line that starts at `start`, or, in another state, for what remains of one. */
export function createLexer(bytes: Uint8Array, start: number, end: number, state: LexerState = "start"): Lexer {
  return { bytes, end, start, position: start, state };
}

/** The next token, one of tokens.ts; its bytes are those from `lexer.start` to `lexer.position`. */
export function nextToken(lexer: Lexer): number {
  if (lexer.position >= lexer.end) return token.END;
  lexer.start = lexer.position;
  switch (lexer.state) {
    case "start":
      return lexStart(lexer);
    case "metaName":
      if (byteAt(lexer, lexer.start) === QUOTE) return lexQuoted(lexer, token.METRIC_NAME, "metaText", true, false);
      return lexName(lexer, token.METRIC_NAME, "metaText", IS_METRIC_START, IS_METRIC);
    case "metaText":
      return lexText(lexer);
    case "labels":
      return lexLabels(lexer, "value", "labelValue");
    case "labelValue":
      if (byteAt(lexer, lexer.start) !== QUOTE) return token.INVALID;
      return lexQuoted(lexer, token.LABEL_VALUE, "labels", false, true);
    case "value":
      if (byteAt(lexer, lexer.start) === OPEN) return took(lexer, token.BRACE_OPEN, lexer.start + 1, "labels");
      return lexNumber(lexer, token.VALUE, "timestamp");
    case "timestamp":
      return lexTimestamp(lexer);
    case "exemplar":
      return lexLabels(lexer, "exemplarValue", "exemplarValue");
    case "exemplarValue":
      if (byteAt(lexer, lexer.start) === QUOTE) return lexQuoted(lexer, token.LABEL_VALUE, "exemplar", false, false);
      return lexNumber(lexer, token.VALUE, "exemplarTimestamp");
    case "exemplarTimestamp":
      if (byteAt(lexer, lexer.start) === NEWLINE) return took(lexer, token.LINEBREAK, lexer.start + 1, "start");
      return lexNumber(lexer, token.TIMESTAMP, "exemplarTimestamp");
  }
}

function byteAt({ bytes, end }: Lexer, p: number): number {
  return p < end ? bytes[p] : 0;
}

function afterNuls({ bytes, end }: Lexer, p: number): number {
  while (p < end && bytes[p] === 0) p++;
  return p;
}

function took(lexer: Lexer, kind: number, position: number, state: LexerState): number {
  lexer.position = position;
  lexer.state = state;
  return kind;
}

function refused(lexer: Lexer, position: number): number {
  lexer.position = position;
  return token.INVALID;
}

function lexStart(lexer: Lexer): number {
  const { start } = lexer;
  const c = byteAt(lexer, start);
  if (c === OPEN) return took(lexer, token.BRACE_OPEN, start + 1, "labels");
  if (c !== HASH) return lexName(lexer, token.METRIC_NAME, "value", IS_METRIC_START, IS_METRIC);
  if (byteAt(lexer, start + 1) !== SPACE) return refused(lexer, start + 1);
  switch (byteAt(lexer, start + 2)) {
    case 0x48:
      return lexKeyword(lexer, "HELP ", token.HELP, "metaName");
    case 0x54:
      return lexKeyword(lexer, "TYPE ", token.TYPE, "metaName");
    case 0x55:
      return lexKeyword(lexer, "UNIT ", token.UNIT, "metaName");
    case 0x45:
      return lexKeyword(lexer, "EOF", token.END_MARK, "start");
    default:
      return refused(lexer, start + 2);
  }
}

function lexKeyword(lexer: Lexer, keyword: string, kind: number, state: LexerState): number {
  let p = lexer.start + 2;
  for (let i = 0; i < keyword.length; i++) {
    if (byteAt(lexer, p) !== keyword.charCodeAt(i)) return refused(lexer, p);
    p = afterNuls(lexer, p + 1);
  }
  if (kind === token.END_MARK && byteAt(lexer, p) === NEWLINE) p = afterNuls(lexer, p + 1);
  return took(lexer, kind, p, state);
}

function lexName(lexer: Lexer, kind: number, state: LexerState, first: number, rest: number): number {
  const { bytes, end } = lexer;
  let p = lexer.start;
  if ((characterClass[bytes[p]] & first) === 0) return token.INVALID;
  while (p < end && (characterClass[bytes[p]] & rest) !== 0) p++;
  return took(lexer, kind, p, state);
}

function lexQuoted(lexer: Lexer, kind: number, state: LexerState, allowsNewline: boolean, allowsNul: boolean): number {
  const { bytes, end } = lexer;
  for (let p = lexer.start + 1; ; p++) {
    if (allowsNul) p = afterNuls(lexer, p);
    if (p >= end) return refused(lexer, p);
    const c = bytes[p];
    if (c === QUOTE) return took(lexer, kind, allowsNul ? afterNuls(lexer, p + 1) : p + 1, state);
    if (c === 0 || (c === NEWLINE && !allowsNewline)) return refused(lexer, p);
    if (c !== BACKSLASH) continue;
    p = allowsNul ? afterNuls(lexer, p + 1) : p + 1;
    if (byteAt(lexer, p) === 0 || bytes[p] === NEWLINE) return refused(lexer, p);
  }
}

function lexText(lexer: Lexer): number {
  const { bytes, end, start } = lexer;
  if (bytes[start] !== SPACE) return token.INVALID;
  const newline = bytes.indexOf(NEWLINE, start);
  if (newline < 0 || newline >= end) return refused(lexer, end);
  return took(lexer, token.TEXT, afterNuls(lexer, newline + 1), "start");
}

function lexLabels(lexer: Lexer, afterBrace: LexerState, afterEqual: LexerState): number {
  const { start, state } = lexer;
  switch (byteAt(lexer, start)) {
    case QUOTE:
      return lexQuoted(lexer, token.QUOTED_NAME, state, state === "labels", false);
    case COMMA_BYTE:
      return took(lexer, token.COMMA, start + 1, state);
    case EQUAL_BYTE:
      return took(lexer, token.EQUAL, start + 1, afterEqual);
    case CLOSE:
      return took(lexer, token.BRACE_CLOSE, start + 1, afterBrace);
    default:
      return lexName(lexer, token.LABEL_NAME, state, IS_LABEL_START, IS_LABEL);
  }
}

/** A space and whatever follows up to the next one, which need not be a number. */
function lexNumber(lexer: Lexer, kind: number, state: LexerState): number {
  const { bytes, end, start } = lexer;
  if (bytes[start] !== SPACE) return token.INVALID;
  let p = start + 1;
  while (p < end && bytes[p] !== SPACE && bytes[p] !== NEWLINE && bytes[p] !== 0) p++;
  return p === start + 1 ? refused(lexer, p) : took(lexer, kind, p, state);
}

function lexTimestamp(lexer: Lexer): number {
  const { start } = lexer;
  if (byteAt(lexer, start) === NEWLINE) return took(lexer, token.LINEBREAK, start + 1, "start");
  const isMark = byteAt(lexer, start) === SPACE && byteAt(lexer, start + 1) === HASH && byteAt(lexer, start + 2) === SPACE;
  if (!isMark) return lexNumber(lexer, token.TIMESTAMP, "timestamp");
  if (byteAt(lexer, start + 3) !== OPEN) return refused(lexer, start + 3);
  return took(lexer, token.EXEMPLAR, start + 4, "exemplar");
}
