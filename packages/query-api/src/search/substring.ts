import { countCodePoints } from "./code-points.ts";

/** What a match at the very end has less than one at the beginning. */
const COST_OF_THE_END = 0.9;

/**
 * Scores texts that contain `term`, which is not empty, by the place of its first occurrence: 1 at the beginning, 0.1 at the end; 0 is no
 * match (web/api/v1/search_filters.go `SubstringFilter`). Places are counted in code points.
 */
export function createSubstring(term: string): (text: string) => number {
  const termLength = countCodePoints(term, term.length);
  return (text) => {
    const at = text.indexOf(term);
    if (at <= 0) return at === 0 ? 1 : 0;
    const lastPlace = countCodePoints(text, text.length) - termLength;
    return 1 - (COST_OF_THE_END * countCodePoints(text, at)) / lastPlace;
  };
}
