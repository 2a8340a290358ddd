/** Orders two strings by their UTF-8 bytes, which is by code points. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codeUnitRank(x) - codeUnitRank(y);
  }
  return a.length - b.length;
}

/** Bytes of `text` as UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** `text[start:end]` in bytes; a character that is cut shows as U+FFFD. */
export function sliceBytes(text: string, start: number, end: number): string {
  return Buffer.from(text).subarray(start, end).toString();
}

/** `text` with U+FFFD in place of halves of characters, which UTF-8 cannot hold. */
export function toWellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** `text` as a quoted Go string; `ascii` escapes all that is not ASCII. */
export function quoteGo(text: string, ascii = false): string {
  let quoted = "";
  for (const char of text) quoted += escapeChar(char, '"', ascii);
  return `"${quoted}"`;
}

/** A code point as a quoted Go character. */
export function quoteGoChar(codePoint: number, ascii = false): string {
  return `'${escapeChar(codePointText(codePoint), "'", ascii)}'`;
}

/** Whether Go calls a character printable: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrintable(char: string): boolean {
  return char === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}

/** The character of a code point; U+FFFD for what is none. */
export function codePointText(codePoint: number): string {
  const valid = codePoint >= 0 && codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
  return valid ? String.fromCodePoint(codePoint) : "\ufffd";
}

/**
 * The value of a Go literal in double quotes or back quotes, or undefined when it is malformed.
 * Bytes written as `\xff` or `\377` are decoded as UTF-8 together with their neighbours.
 */
export function unquoteGo(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith("`")) return body.replaceAll("\r", "");
  const parts: Buffer[] = [];
  for (let i = 0; i < body.length;) {
    const char = readChar(body, i, '"');
    if (char === undefined) return undefined;
    parts.push(char.isByte ? Buffer.of(char.code) : Buffer.from(codePointText(char.code)));
    i = char.next;
  }
  return Buffer.concat(parts).toString();
}

/** The code point of a Go character literal such as `'x'` or `'\n'`, or undefined when it is malformed. */
export function unquoteGoChar(literal: string): number | undefined {
  const char = literal.length > 2 ? readChar(literal, 1, "'") : undefined;
  return char && char.next === literal.length - 1 ? char.code : undefined;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

const escapedCodes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92 };

interface ReadChar {
  readonly code: number;
  readonly next: number;
  readonly isByte: boolean;
}

function readChar(text: string, at: number, quote: string): ReadChar | undefined {
  const first = text.codePointAt(at);
  if (first === undefined || text[at] === quote || first === 10) return undefined;
  if (text[at] !== "\\") return { code: first, next: at + (first > 0xffff ? 2 : 1), isByte: false };
  const escape = text[at + 1] ?? "";
  if (escape in escapedCodes) return { code: escapedCodes[escape], next: at + 2, isByte: false };
  if (escape === quote) return { code: quote.charCodeAt(0), next: at + 2, isByte: false };
  const digits = { x: 2, u: 4, U: 8 }[escape];
  const pattern = digits ? `^[0-9a-fA-F]{${digits}}` : "^[0-7]{3}";
  const start = digits ? at + 2 : at + 1;
  const match = new RegExp(pattern).exec(text.slice(start, start + 8));
  if (!match) return undefined;
  const code = Number.parseInt(match[0], digits ? 16 : 8);
  const isByte = digits === undefined || digits === 2;
  if (isByte ? code > 255 : codePointText(code) === "\ufffd" && code !== 0xfffd) return undefined;
  return { code, next: start + match[0].length, isByte: isByte && quote === '"' };
}

function escapeChar(char: string, quote: string, ascii: boolean): string {
  if (char === quote || char === "\\") return `\\${char}`;
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return ascii ? "\\ufffd" : "\ufffd";
  if (isPrintable(char) && (!ascii || code < 0x80)) return char;
  const short = shortEscapes[char];
  if (short !== undefined) return short;
  const hex = code.toString(16);
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, "0")}`;
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}

/** Surrogates stand for code points above all other units. */
function codeUnitRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
