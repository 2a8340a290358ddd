import { isAlphaNumeric, isDigit } from "./characters.ts";

/** Where a scan ended, and whether what it passed is a token of the kind looked for. */
export interface Scan {
  readonly end: number;
  readonly ok: boolean;
}

/**
 * Reads a number from `start`: decimal, with dot, exponent and `_` between digits, or hexadecimal. It may still be one that has no value
 * (`0x`); reading its value finds out. In series descriptions `x` repeats, so there is no hexadecimal and `x` may follow. When it fails,
 * `end` is where upstream stops, which its messages show and from where it goes on looking for a duration.
 */
export function scanNumber(text: string, start: number, isSeries: boolean): Scan {
  let at = start;
  let isDigitHere = isDigit;
  let isHex = false;
  if (!isSeries && text[at] === "0") {
    at++;
    if (text[at] === "x" || text[at] === "X") {
      at++;
      if (text[at] === "_") at++;
      isHex = true;
      isDigitHere = isHexDigit;
    }
  }
  if (text[at] === ".") at++;
  if (isDigitHere(text.charCodeAt(at))) at++;
  let hasDot = false;
  let hasExponent = false;
  for (;;) {
    const character = text[at];
    const isExponent = character === "e" || character === "E";
    if (character === "." && hasDot) return { end: at + 1, ok: false };
    if (isExponent && hasExponent) return { end: at + 1, ok: false };
    if (character === ".") {
      at++;
      hasDot = true;
      if (text[at] === "_" || text[at] === ".") return { end: at + 1, ok: false };
      if (isHex) return { end: at, ok: false };
    } else if (isExponent) {
      at++;
      hasExponent = true;
      if (text[at] === "+" || text[at] === "-") at++;
      if (isOneOf(text[at], "._eE")) return { end: at + 1, ok: false };
      if (at >= text.length) return { end: at, ok: false };
    } else if (character === "_") {
      at++;
      if (isOneOf(text[at], "._eE")) return { end: at + 1, ok: false };
      if (at >= text.length) return { end: at, ok: false };
    } else if (isDigitHere(text.charCodeAt(at))) {
      while (isDigitHere(text.charCodeAt(at))) at++;
    } else {
      break;
    }
  }
  if (at === start) return { end: at, ok: false };
  const next = text.charCodeAt(at);
  return { end: at, ok: (isSeries && text[at] === "x") || !isAlphaNumeric(next) };
}

/**
 * Goes on from a failed number for the rest of a duration: a unit, then numbers with units. Whether the units exist and come in order is
 * found when its value is read.
 */
export function scanDurationRest(text: string, start: number): Scan {
  let at = start;
  if (!isOneOf(text[at], "smhdwy")) return { end: at, ok: false };
  at++;
  if (text[at] === "s") at++;
  while (isDigit(text.charCodeAt(at))) {
    while (isDigit(text.charCodeAt(at))) at++;
    // A year can only come first.
    if (!isOneOf(text[at], "smhdw")) return { end: at, ok: false };
    at++;
    if (text[at] === "s") at++;
  }
  // Upstream has read the character that ends the duration when it finds that it does not.
  return isAlphaNumeric(text.charCodeAt(at)) ? { end: at + 1, ok: false } : { end: at, ok: true };
}

function isOneOf(character: string | undefined, set: string): boolean {
  return character !== undefined && set.includes(character);
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);
}
