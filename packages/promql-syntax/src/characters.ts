import { goQuote } from "@ferula/durations";

/** Space, tab, line feed or carriage return. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** An ASCII digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** An ASCII letter or `_`. */
export function isAlpha(code: number): boolean {
  return code === 0x5f || (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** An ASCII letter, a digit or `_`. */
export function isAlphaNumeric(code: number): boolean {
  return isAlpha(code) || isDigit(code);
}

/** The character at `offset` in single quotes as Go's `%q` prints a rune; past the end it is U+FFFD. */
export function quoteCharacterAt(text: string, offset: number): string {
  return `'${escapeForSingleQuotes(characterAt(text, offset))}'`;
}

/** The character at `offset` as Go's `%#U` prints it: `U+0071 'q'`. */
export function describeCharacterAt(text: string, offset: number): string {
  const character = characterAt(text, offset);
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const isPrintable = goQuote(character).length <= character.length + 2 || character === '"' || character === "\\";
  return isPrintable ? `U+${code} '${character}'` : `U+${code}`;
}

function characterAt(text: string, offset: number): string {
  const code = text.codePointAt(offset) ?? 0xfffd;
  return String.fromCodePoint(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code);
}

function escapeForSingleQuotes(character: string): string {
  if (character === "'") return "\\'";
  if (character === '"') return character;
  return goQuote(character).slice(1, -1);
}
