/** A set of code points: pairs of first and last, ascending, apart from each other. */
export type CharSet = readonly number[];

/** The largest code point. */
export const LARGEST_CHAR = 0x10ffff;

/** Every character there is. */
export const everyChar: CharSet = [0, LARGEST_CHAR];

/** The set of ranges in any order, which may overlap. */
export function charSetOf(pairs: readonly (readonly [number, number])[]): CharSet {
  if (pairs.length === 1) return [...pairs[0]];
  const sorted = pairs.toSorted((a, b) => a[0] - b[0]);
  const set: number[] = [];
  for (const [first, last] of sorted) {
    if (set.length > 0 && first <= set[set.length - 1] + 1) set[set.length - 1] = Math.max(set[set.length - 1], last);
    else set.push(first, last);
  }
  return set;
}

/** The set of single characters in any order, which may come twice. */
export function charSetOfChars(chars: readonly number[]): CharSet {
  const sorted = Int32Array.from(chars).sort();
  const set: number[] = [];
  for (const char of sorted) {
    if (set.length > 0 && char <= set[set.length - 1] + 1) set[set.length - 1] = char;
    else set.push(char, char);
  }
  return set;
}

/** The set as pairs. */
export function rangesOf(set: CharSet): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < set.length; i += 2) pairs.push([set[i], set[i + 1]]);
  return pairs;
}

/** All characters that are in one of the two. */
export function unionOf(a: CharSet, b: CharSet): CharSet {
  return charSetOf([...rangesOf(a), ...rangesOf(b)]);
}

/** All characters that are not in `set`. */
export function complementOf(set: CharSet): CharSet {
  const rest: number[] = [];
  let next = 0;
  for (const [first, last] of rangesOf(set)) {
    if (first > next) rest.push(next, first - 1);
    next = last + 1;
  }
  if (next <= LARGEST_CHAR) rest.push(next, LARGEST_CHAR);
  return rest;
}

/** All characters of `set` that are not in `others`. */
export function withoutChars(set: CharSet, others: CharSet): CharSet {
  return complementOf(unionOf(complementOf(set), others));
}

/** Whether `char` is in the set. */
export function isInSet(set: CharSet, char: number): boolean {
  let low = 0;
  let high = set.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (char < set[2 * middle]) high = middle;
    else if (char > set[2 * middle + 1]) low = middle + 1;
    else return true;
  }
  return false;
}

/** Whether no character is in both. */
export function areDisjoint(a: CharSet, b: CharSet): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i + 1] < b[j]) i += 2;
    else if (b[j + 1] < a[i]) j += 2;
    else return false;
  }
  return true;
}

/** How many characters the set holds. */
export function charCount(set: CharSet): number {
  let count = 0;
  for (let i = 0; i < set.length; i += 2) count += set[i + 1] - set[i] + 1;
  return count;
}

/** Whether the set holds one character only. */
export function isSingle(set: CharSet): boolean {
  return set.length === 2 && set[0] === set[1];
}

/** Whether the set holds every character. */
export function isEveryChar(set: CharSet): boolean {
  return set.length === 2 && set[0] === 0 && set[1] === LARGEST_CHAR;
}
