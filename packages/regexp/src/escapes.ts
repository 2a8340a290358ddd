import { charSetOf, complementOf, type CharSet } from "./char-set.ts";

const digits: CharSet = [0x30, 0x39];
const spaces: CharSet = charSetOf([
  [9, 10],
  [12, 13],
  [32, 32],
]);
const wordChars: CharSet = charSetOf([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);

const perlClasses: ReadonlyMap<string, CharSet> = new Map([
  ["d", digits],
  ["D", complementOf(digits)],
  ["s", spaces],
  ["S", complementOf(spaces)],
  ["w", wordChars],
  ["W", complementOf(wordChars)],
]);

/** The characters of `\d`, `\w`, `\s` and their opposites, all ASCII as in RE2 (`\s` has no vertical tab); undefined for other letters. */
export function perlClass(letter: string): CharSet | undefined {
  return perlClasses.get(letter);
}

const controls: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
]);

/**
 * Reads the escape of a single character whose backslash stands at `at`: `\.`, `\n`, `\x41`, `\x{1F600}`. Returns the character and where
 * reading goes on, or undefined for every other escape.
 */
export function readEscape(source: string, at: number): { readonly char: number; readonly end: number } | undefined {
  const letter = source[at + 1];
  const control = controls.get(letter);
  if (control !== undefined) return { char: control, end: at + 2 };
  if (/[!-/:-@[-`{-~]/.test(letter)) return { char: letter.charCodeAt(0), end: at + 2 };
  const hex = /\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/y;
  hex.lastIndex = at;
  const match = hex.exec(source);
  return match === null ? undefined : { char: Number.parseInt(match[1] ?? match[2], 16), end: hex.lastIndex };
}
