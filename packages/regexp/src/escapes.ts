import { charSetOf, type CharSet } from "./char-set.ts";
import { refusal } from "./regexp-error.ts";

const digits: CharSet = [0x30, 0x39];
const upperLetters: CharSet = [0x41, 0x5a];
const lowerLetters: CharSet = [0x61, 0x7a];

function asciiSet(...ranges: readonly (readonly [number, number])[]): CharSet {
  return charSetOf(ranges);
}

const letters = asciiSet([0x41, 0x5a], [0x61, 0x7a]);
const lettersAndDigits = asciiSet([0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]);
const wordChars = asciiSet([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]);

/** `\d`, `\s` and `\w`, all ASCII as in RE2; `\s` has no vertical tab. */
const perlClasses: ReadonlyMap<string, CharSet> = new Map([
  ["d", digits],
  ["s", asciiSet([9, 10], [12, 13], [32, 32])],
  ["w", wordChars],
]);

/** `[:alpha:]` and its like, all ASCII. */
const posixClasses: ReadonlyMap<string, CharSet> = new Map([
  ["alnum", lettersAndDigits],
  ["alpha", letters],
  ["ascii", asciiSet([0, 0x7f])],
  ["blank", asciiSet([9, 9], [32, 32])],
  ["cntrl", asciiSet([0, 0x1f], [0x7f, 0x7f])],
  ["digit", digits],
  ["graph", asciiSet([0x21, 0x7e])],
  ["lower", lowerLetters],
  ["print", asciiSet([0x20, 0x7e])],
  ["punct", asciiSet([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e])],
  ["space", asciiSet([9, 13], [32, 32])],
  ["upper", upperLetters],
  ["word", wordChars],
  ["xdigit", asciiSet([0x30, 0x39], [0x41, 0x46], [0x61, 0x66])],
]);

/** A class by name, and whether it is everything but that. */
export interface NamedClass {
  readonly set: CharSet;
  readonly isNegated: boolean;
}

/** The class of `\d`, `\W` and so on by its letter; undefined for other letters. */
export function perlClass(letter: string | undefined): NamedClass | undefined {
  const set = perlClasses.get(letter?.toLowerCase() ?? "");
  return set === undefined ? undefined : { set, isNegated: letter !== letter?.toLowerCase() };
}

/** The class of `[:alpha:]` or `[:^alpha:]` by what stands between the colons. */
export function posixClass(name: string): NamedClass | undefined {
  const isNegated = name.startsWith("^");
  const set = posixClasses.get(isNegated ? name.slice(1) : name);
  return set === undefined ? undefined : { set, isNegated };
}

/** The characters with which a word boundary is told (`\b`). */
export const wordSet: CharSet = wordChars;

const controls: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
]);

const octal = /\\(?:[1-7][0-7]{1,2}|0[0-7]{0,2})/y;
const hex = /\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/y;
const punctuation = /[\0-/:-@[-`{-\x7f]/;
const LARGEST_CHAR = 0x10ffff;

/** A character and where reading goes on behind it. */
export interface ReadChar {
  readonly char: number;
  readonly end: number;
}

/**
 * Reads the escape of a single character whose backslash stands at `at`: `\.`, `\n`, `\012`, `\x41`, `\x{1F600}`. Throws RegexpError for
 * every other.
 */
export function readEscape(source: string, at: number): ReadChar {
  const letter = source[at + 1];
  if (letter === undefined) throw refusal(source, "trailing backslash at end of expression", "");
  const control = controls.get(letter);
  if (control !== undefined) return { char: control, end: at + 2 };
  if (punctuation.test(letter)) return { char: letter.charCodeAt(0), end: at + 2 };
  octal.lastIndex = at;
  const octalMatch = octal.exec(source);
  if (octalMatch !== null) return { char: Number.parseInt(octalMatch[0].slice(1), 8), end: octal.lastIndex };
  hex.lastIndex = at;
  const hexMatch = hex.exec(source);
  const char = hexMatch === null ? Infinity : Number.parseInt(hexMatch[1] ?? hexMatch[2], 16);
  if (char <= LARGEST_CHAR) return { char, end: hex.lastIndex };
  throw refusal(source, "invalid escape sequence", source.slice(at, endOfBadEscape(source, at)));
}

/** Go quotes a bad escape up to and including the character that spoils it. */
function endOfBadEscape(source: string, at: number): number {
  if (source[at + 1] !== "x") return charEnd(source, at + 1);
  if (source[at + 2] !== "{") return charEnd(source, charEnd(source, at + 2));
  let value = 0;
  let end = at + 3;
  for (; end < source.length; end++) {
    const digit = /[0-9A-Fa-f]/.test(source[end]) ? Number.parseInt(source[end], 16) : undefined;
    if (digit === undefined) break;
    value = value * 16 + digit;
    if (value > LARGEST_CHAR) break;
  }
  return charEnd(source, end);
}

/** Where the character at `at` ends; `at` itself at the end of the text. */
export function charEnd(source: string, at: number): number {
  const char = source.codePointAt(at);
  return char === undefined ? Math.min(at, source.length) : at + (char > 0xffff ? 2 : 1);
}
