import { createCodePoints, readCodePoints } from "./code-points.ts";

/** What a match that is not the same text has at most. */
const MOST_OF_INEXACT = 0.999;

/** A character that is skipped behind the last match costs half of one that is skipped before it. */
const TRAILING_WEIGHT = 0.5;

/**
 * Scores texts that have all characters of `term`, which is not empty, in its order (util/strutil/subsequence.go): squares of the lengths of
 * the runs that match, less what is skipped, as a share of what the term itself has. 1 is the same text, 0 is no match. Of the places where a
 * match may begin the best counts.
 */
export function createSubsequence(term: string): (text: string) => number {
  const ofTerm = createCodePoints();
  readCodePoints(ofTerm, term);
  const { points: wanted, length: wantedLength } = ofTerm;
  const ofText = createCodePoints();

  return (text) => {
    if (text === term) return 1;
    readCodePoints(ofText, text);
    const { points, length } = ofText;
    let best = -1;
    for (let start = 0; start + wantedLength <= length; start++) {
      if (points[start] !== wanted[0]) continue;
      const score = scoreFrom(start, points, length, wanted, wantedLength);
      // What does not fit in from here fits in from nowhere behind.
      if (Number.isNaN(score)) break;
      if (score > best) best = score;
    }
    return best < 0 ? 0 : (best / (wantedLength * wantedLength)) * MOST_OF_INEXACT;
  };
}

/** NaN where not all that is wanted is there. */
function scoreFrom(start: number, points: Int32Array, length: number, wanted: Int32Array, wantedLength: number): number {
  const perCharacter = 1 / length;
  let score = 0;
  let found = 0;
  let i = start;
  /** Behind the last run. */
  let end = 0;
  while (found < wantedLength) {
    while (i < length && points[i] !== wanted[found]) i++;
    if (i === length) return NaN;
    const runStart = i;
    while (i < length && found < wantedLength && points[i] === wanted[found]) {
      i++;
      found++;
    }
    if (runStart > end) score -= (runStart - end) * perCharacter;
    score += (i - runStart) * (i - runStart);
    end = i;
  }
  return length > end ? score - (length - end) * perCharacter * TRAILING_WEIGHT : score;
}
