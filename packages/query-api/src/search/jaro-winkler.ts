import { createCodePoints, readCodePoints } from "./code-points.ts";

/** How much a common beginning counts, by character, and how long a one counts at most. */
const PREFIX_WEIGHT = 0.1;
const MAX_PREFIX = 4;

/**
 * Likens texts to `term` by the measure of Jaro and Winkler: 1 is the same text, 0 has nothing in common. Time grows with the product of both
 * lengths. Scores must be those of upstream (util/strutil/jarowinkler.go) to the last bit, as they are shown and sorted by: the packages of
 * the registry, jaro-winkler and talisman, count the beginning only from 0.7 on, and round otherwise.
 */
export function createJaroWinkler(term: string): (text: string) => number {
  const ofTerm = createCodePoints();
  readCodePoints(ofTerm, term);
  const ofText = createCodePoints();
  /** The characters of the shorter text that have an equal in the longer one, in order, and which those of the longer are. */
  let matched = new Int32Array(ofTerm.length);
  let isTaken = new Uint8Array(64);

  return (text) => {
    if (text === term) return 1;
    if (text === "" || term === "") return 0;
    readCodePoints(ofText, text);
    const isTermLonger = ofTerm.length > ofText.length;
    const shorter = isTermLonger ? ofText : ofTerm;
    const longer = isTermLonger ? ofTerm : ofText;
    if (matched.length < shorter.length) matched = new Int32Array(2 * shorter.length);
    if (isTaken.length < longer.length) isTaken = new Uint8Array(2 * longer.length);
    else isTaken.fill(0, 0, longer.length);
    const matchCount = match(shorter.points, shorter.length, longer.points, longer.length, matched, isTaken);
    if (matchCount === 0) return 0;
    const outOfPlace = countOutOfPlace(matched, matchCount, longer.points, isTaken);
    // Multiplied by the reciprocals, as upstream does: divisions would round otherwise.
    const perShorter = 1 / shorter.length;
    const perLonger = 1 / longer.length;
    const jaro = (matchCount * perShorter + matchCount * perLonger + (matchCount - outOfPlace * 0.5) / matchCount) / 3;
    return jaro + prefixLength(shorter.points, longer.points, Math.min(MAX_PREFIX, shorter.length)) * PREFIX_WEIGHT * (1 - jaro);
  };
}

/** Finds for each character of `a` the first equal one of `b` near its place that no other has taken. Returns how many found one. */
function match(a: Int32Array, aLength: number, b: Int32Array, bLength: number, matched: Int32Array, isTaken: Uint8Array): number {
  const reach = Math.max((bLength >> 1) - 1, 0);
  let count = 0;
  for (let i = 0; i < aLength; i++) {
    const point = a[i];
    const end = Math.min(i + reach + 1, bLength);
    for (let j = Math.max(i - reach, 0); j < end; j++) {
      if (b[j] !== point || isTaken[j] === 1) continue;
      isTaken[j] = 1;
      matched[count++] = point;
      break;
    }
  }
  return count;
}

function countOutOfPlace(matched: Int32Array, matchCount: number, b: Int32Array, isTaken: Uint8Array): number {
  let count = 0;
  let j = 0;
  for (let k = 0; k < matchCount; k++) {
    while (isTaken[j] === 0) j++;
    if (matched[k] !== b[j++]) count++;
  }
  return count;
}

function prefixLength(a: Int32Array, b: Int32Array, most: number): number {
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
