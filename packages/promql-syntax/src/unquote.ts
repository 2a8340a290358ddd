const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

const escape = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([^]))/g;

/**
 * The value of a string literal that the lexer has passed, quotes included. `\x` and octal escapes name bytes of UTF-8. Upstream keeps
 * bytes that are not UTF-8, which a JavaScript string can't; each of them becomes the half surrogate U+DC80 to U+DCFF whose low byte it
 * is (Python's "surrogateescape"), so that such text is still told apart, printed as it was, and refused where UTF-8 is required.
 */
export function unquote(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal[0] === "`" || !body.includes("\\")) return body;
  let value = "";
  let bytes: number[] = [];
  let end = 0;
  for (const match of body.matchAll(escape)) {
    const before = body.slice(end, match.index);
    end = match.index + match[0].length;
    const byte = byteOf(match[1], match[4]);
    if (before !== "" || byte === undefined) {
      value += decodeBytes(bytes) + before;
      bytes = [];
    }
    if (byte === undefined) value += unescape(match.slice(1));
    else bytes.push(byte);
  }
  return value + decodeBytes(bytes) + body.slice(end);
}

/**
 * Bytes as text. It is enough to look at one run of escapes: a character is never half written in escapes and half in plain text, since
 * plain text is whole characters.
 */
function decodeBytes(bytes: readonly number[]): string {
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes[i]);
    const character = length === 1 ? String.fromCharCode(bytes[i]) : decodeSequence(bytes.slice(i, i + length), length);
    text += character ?? String.fromCharCode(0xdc00 | bytes[i]);
    i += character === undefined ? 1 : length;
  }
  return text;
}

/** How many bytes a UTF-8 sequence has by its first; a byte that can't be first counts as two, which then fail to decode. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function decodeSequence(bytes: readonly number[], length: number): string | undefined {
  if (bytes.length < length) return undefined;
  const [first] = bytes;
  let code = first & (0x7f >> length);
  for (const byte of bytes.slice(1)) {
    if ((byte & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (byte & 0x3f);
  }
  // Refused: bytes that can't be first, sequences longer than they need be, surrogates, and what is past Unicode's end.
  if (first < 0xc2 || first > 0xf4 || code < SMALLEST_CODE[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
    return undefined;
  return String.fromCodePoint(code);
}

/** The smallest code point of a sequence of so many bytes. */
const SMALLEST_CODE: readonly number[] = [0, 0, 0x80, 0x800, 0x10000];

function byteOf(hex: string | undefined, octal: string | undefined): number | undefined {
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return octal === undefined ? undefined : Number.parseInt(octal, 8);
}

function unescape(groups: readonly (string | undefined)[]): string {
  const [hex, short, long, octal, character] = groups;
  const code = byteOf(hex ?? short ?? long, octal);
  if (code !== undefined) return String.fromCodePoint(code);
  return simpleEscapes.get(character ?? "") ?? character ?? "";
}
