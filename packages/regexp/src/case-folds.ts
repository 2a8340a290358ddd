import { charCount, charSetOfChars, isInSet, rangesOf, unionOf, withoutChars, type CharSet } from "./char-set.ts";
import { lateChars } from "./late-chars.ts";
import { charsWith } from "./unicode-classes.ts";

/** Characters from the first to the last that has another case (Unicode 15). */
const FIRST_CASED = 0x41;
const LAST_CASED = 0x1e943;
const LAST_ASCII = 0x7f;

/** The dotless i becomes I in capitals, but folding keeps the two apart (CaseFolding.txt has its fold for Turkish only). */
const DOTLESS_I = 0x131;

/** The characters beyond ASCII that fold to an ASCII letter: the long s and the Kelvin sign. */
const foldedToAscii: ReadonlyMap<number, number> = new Map([
  [0x73, 0x17f],
  [0x6b, 0x212a],
]);

/** Sets of so many characters are folded one by one, larger ones by going through all characters that have another case. */
const FEW_CHARS = 500;

/** The set with every character that differs from one of its own in case only, by Unicode's simple folding: k, K and the Kelvin sign. */
export function foldCase(set: CharSet): CharSet {
  if (charCount(set) <= FEW_CHARS) return foldFew(set);
  const added = allOrbits().filter((orbit) => orbit.some((char) => isInSet(set, char)));
  return unionOf(set, charSetOfChars(added.flat()));
}

function foldFew(set: CharSet): CharSet {
  const chars: number[] = [];
  for (let i = 0; i < set.length; i += 2) {
    for (let char = set[i]; char <= set[i + 1]; char++) for (const same of orbitOf(char) ?? [char]) chars.push(same);
  }
  return charSetOfChars(chars);
}

/** The set of `char` and of what differs from it in case only. */
export function foldChar(char: number): CharSet {
  const orbit = orbitOf(char);
  return orbit === undefined ? [char, char] : charSetOfChars(orbit);
}

/** `char` and what differs from it in case only; undefined when nothing does. */
function orbitOf(char: number): readonly number[] | undefined {
  if (char < FIRST_CASED || char > LAST_CASED) return undefined;
  return char <= LAST_ASCII ? asciiOrbit(char) : orbitsByChar().get(char);
}

/** Known without looking through Unicode, as most patterns have no other letters. */
function asciiOrbit(char: number): readonly number[] | undefined {
  const lower = char <= 0x5a ? char + 0x20 : char;
  if (lower < 0x61 || lower > 0x7a) return undefined;
  const beyond = foldedToAscii.get(lower);
  return beyond === undefined ? [lower - 0x20, lower] : [lower - 0x20, lower, beyond];
}

let orbits: readonly (readonly number[])[] | undefined;
let byChar: ReadonlyMap<number, readonly number[]> | undefined;

/** The groups of two or more characters that fold to one another. */
function allOrbits(): readonly (readonly number[])[] {
  orbits ??= findOrbits();
  return orbits;
}

function orbitsByChar(): ReadonlyMap<number, readonly number[]> {
  byChar ??= new Map(allOrbits().flatMap((orbit) => orbit.map((char) => [char, orbit] as const)));
  return byChar;
}

function findOrbits(): readonly (readonly number[])[] {
  const byLower = new Map<number, number[]>();
  for (const [first, last] of rangesOf(withoutChars(charsWith("Changes_When_Casemapped"), lateChars))) {
    for (let char = first; char <= last; char++) {
      const lower = lowerOfUpper(char);
      const orbit = byLower.get(lower);
      if (orbit === undefined) byLower.set(lower, [char]);
      else orbit.push(char);
    }
  }
  return [...byLower.values()].filter((orbit) => orbit.length > 1);
}

/** Capitals first, as several small letters share one (both sigmas); small then, as several capitals share one (K and Kelvin). */
function lowerOfUpper(char: number): number {
  if (char === DOTLESS_I) return char;
  const upper = oneChar(String.fromCodePoint(char).toUpperCase()) ?? char;
  return oneChar(String.fromCodePoint(upper).toLowerCase()) ?? upper;
}

/** The character that `text` consists of, unless it is several. */
function oneChar(text: string): number | undefined {
  const char = text.codePointAt(0);
  return char !== undefined && text.length === (char > 0xffff ? 2 : 1) ? char : undefined;
}
