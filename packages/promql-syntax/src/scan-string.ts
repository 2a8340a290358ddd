import { describeCharacterAt } from "./characters.ts";

/** Where a string literal ends (after its closing quote), or why it does not. */
export type StringScan = { readonly end: number } | { readonly problem: string };

const MAX_CODE_POINT = 0x10ffff;

/**
 * Finds the end of the literal whose opening quote is at `start`. Escapes in `"…"` and `'…'` are those of Go; between back quotes
 * everything stands for itself. U+FFFD and a surrogate without its partner count as text that is not UTF-8, as they do upstream.
 */
export function scanString(text: string, start: number): StringScan {
  const quote = text[start];
  const isRaw = quote === "`";
  let at = start + 1;
  for (;;) {
    if (at >= text.length) return { problem: isRaw ? "unterminated raw string" : "unterminated quoted string" };
    const character = text[at];
    if (character === quote) return { end: at + 1 };
    if (character === "\\" && !isRaw) {
      const escape = scanEscape(text, at + 1, quote);
      if ("problem" in escape) return escape;
      at = escape.end;
      continue;
    }
    if (character === "\n" && !isRaw) return { problem: "unterminated quoted string" };
    const code = text.codePointAt(at) ?? 0;
    if (code === 0xfffd || (code >= 0xd800 && code <= 0xdfff)) return { problem: "invalid UTF-8 rune" };
    at += code > 0xffff ? 2 : 1;
  }
}

/** The digits after the letter of a numeric escape, or of three octal digits. */
const numericEscapes: Readonly<Record<string, readonly [digits: number, base: number, largest: number]>> = {
  x: [2, 16, 255],
  u: [4, 16, MAX_CODE_POINT],
  U: [8, 16, MAX_CODE_POINT],
};

function scanEscape(text: string, start: number, quote: string): StringScan {
  if (start >= text.length) return { problem: "escape sequence not terminated" };
  const letter = text[start];
  if (letter === quote || "abfnrtv\\".includes(letter)) return { end: start + 1 };
  const isOctal = letter >= "0" && letter <= "7";
  if (!isOctal && !Object.hasOwn(numericEscapes, letter)) {
    return { problem: `unknown escape sequence ${describeCharacterAt(text, start)}` };
  }
  const [digits, base, largest] = isOctal ? ([3, 8, 255] as const) : numericEscapes[letter];
  let at = isOctal ? start : start + 1;
  let code = 0;
  for (let i = 0; i < digits; i++, at++) {
    if (at >= text.length) return { problem: "escape sequence not terminated" };
    const digit = /[0-9a-fA-F]/.test(text[at]) ? Number.parseInt(text[at], 16) : 16;
    if (digit >= base) return { problem: `illegal character ${describeCharacterAt(text, at)} in escape sequence` };
    code = code * base + digit;
  }
  if (code > largest || (code >= 0xd800 && code < 0xe000)) return { problem: "escape sequence is an invalid Unicode code point" };
  return { end: at };
}
