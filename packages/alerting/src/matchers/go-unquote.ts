const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["b", 8],
  ["t", 9],
  ["n", 10],
  ["v", 11],
  ["f", 12],
  ["r", 13],
  ["\\", 92],
  ['"', 34],
]);

const ESCAPE = /\\(?:x([\da-fA-F]{2})|([0-3][0-7]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([abfnrtv\\"]))/y;

/**
 * The text of a string literal in double quotes, by the rules of Go (strconv.Unquote), or undefined when it isn't one or its bytes are
 * not UTF-8: `\xff` stands for a byte, not for a character.
 */
export function unquoteGo(literal: string): string | undefined {
  const end = literal.length - 1;
  if (end < 1 || literal[0] !== '"' || literal[end] !== '"') return undefined;
  const parts: Uint8Array[] = [];
  let at = 1;
  while (at < end) {
    const plainEnd = nextSpecial(literal, at, end);
    if (plainEnd > at) parts.push(Buffer.from(literal.slice(at, plainEnd)));
    if (plainEnd === end) break;
    ESCAPE.lastIndex = plainEnd;
    const escape = ESCAPE.exec(literal);
    const bytes = escape === null || ESCAPE.lastIndex > end ? undefined : escapedBytes(escape);
    // A bare quote or line break is no escape either.
    if (bytes === undefined) return undefined;
    parts.push(bytes);
    at = ESCAPE.lastIndex;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch {
    return undefined;
  }
}

function nextSpecial(literal: string, start: number, end: number): number {
  let at = start;
  while (at < end && literal[at] !== "\\" && literal[at] !== '"' && literal[at] !== "\n") at++;
  return at;
}

function escapedBytes([, hex, octal, short, long, letter]: RegExpExecArray): Uint8Array | undefined {
  if (hex !== undefined) return Uint8Array.of(Number.parseInt(hex, 16));
  if (octal !== undefined) return Uint8Array.of(Number.parseInt(octal, 8));
  if (letter !== undefined) return Uint8Array.of(SIMPLE_ESCAPES.get(letter) ?? 0);
  const codePoint = Number.parseInt(short ?? long, 16);
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return codePoint > 0x10ffff || isSurrogate ? undefined : Buffer.from(String.fromCodePoint(codePoint));
}
