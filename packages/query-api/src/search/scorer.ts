import { foldCase } from "./fold-case.ts";
import { createJaroWinkler } from "./jaro-winkler.ts";
import { createSubsequence } from "./subsequence.ts";
import { createSubstring } from "./substring.ts";

/** How texts are likened to terms, in upstream's words; the first by default. */
export const fuzzyAlgorithms = ["subsequence", "jarowinkler"] as const;
/** One of them. */
export type FuzzyAlgorithm = (typeof fuzzyAlgorithms)[number];

/** How well a text fits, in (0, 1]; 0 where it does not. */
export type Scorer = (text: string) => number;

/** What texts are likened to. */
export interface Wanted {
  /** A text must fit one of them, and has the best of their scores. None, or empty ones only, are fit by any text. */
  readonly terms: readonly string[];
  readonly algorithm: FuzzyAlgorithm;
  /** In percent: a text must have this score at least. A term that a text contains fits by "jarowinkler", or begins with by either, whatever it is. */
  readonly thresholdPercent: number;
  readonly isCaseSensitive: boolean;
}

/** By algorithm: the scorer of a term with a threshold in [0, 1]. */
const SCORERS: Readonly<Record<FuzzyAlgorithm, (term: string, threshold: number) => Scorer>> = {
  subsequence: subsequenceScorer,
  jarowinkler: jaroWinklerScorer,
};

/** The scorer that upstream's filters are together (web/api/v1/search.go `buildSearchFilter`); undefined where any text fits. */
export function createScorer({ terms, algorithm, thresholdPercent, isCaseSensitive }: Wanted): Scorer | undefined {
  const scorers = terms
    .filter((term) => term !== "")
    .map((term) => SCORERS[algorithm](isCaseSensitive ? term : foldCase(term), thresholdPercent / 100));
  if (scorers.length === 0) return undefined;
  const best = scorers.length === 1 ? scorers[0] : bestOf(scorers);
  return isCaseSensitive ? best : (text) => best(foldCase(text));
}

/** What begins with the term has 1, whatever is behind. */
function subsequenceScorer(term: string, threshold: number): Scorer {
  const scoreOf = createSubsequence(term);
  return (text) => (text.startsWith(term) ? 1 : reaching(threshold, scoreOf(text)));
}

/** What contains the term has the score of that. Without a threshold everything else would fit, too, and nothing else does. */
function jaroWinklerScorer(term: string, threshold: number): Scorer {
  const contained = createSubstring(term);
  if (threshold === 0) return contained;
  const scoreOf = createJaroWinkler(term);
  return (text) => contained(text) || reaching(threshold, scoreOf(text));
}

function reaching(threshold: number, score: number): number {
  return score >= threshold ? score : 0;
}

function bestOf(scorers: readonly Scorer[]): Scorer {
  return (text) => {
    let best = 0;
    for (let i = 0; i < scorers.length && best < 1; i++) best = Math.max(best, scorers[i](text));
    return best;
  };
}
