import type { SourceSet } from "./source-set.ts";
import { SymbolTerms } from "./symbol-terms.ts";
import { TermTable } from "./term-table.ts";

/**
 * The labels of the series of several sets as numbers that order as their texts do: those of row r are `ranks[start[r]]` to before
 * `ranks[start[r + 1]]`. The rows of the first set come first, then those of the second, and so on.
 */
export interface RankedLabels {
  readonly ranks: Uint32Array;
  readonly start: Uint32Array;
}

/** What is kept at most from one ranking to the next: texts, and symbols of all sources together. A few tens of megabytes. */
const MOST_TERMS = 262_144;
const MOST_SYMBOLS = 1_048_576;

/**
 * Ranks labels. Each text is read once a source and compared with others once, however many series carry it, and however often these are
 * ranked: dashboards and rules ask for the same series again and again.
 */
export class LabelRanker {
  private terms = new TermTable();
  /** By `SourceSet.symbolSpace`: what is no longer read is no longer kept. */
  private bySpace = new WeakMap<object, SymbolTerms>();
  private symbolCount = 0;

  rank(sets: readonly SourceSet[]): RankedLabels {
    const start = rowStarts(sets);
    const ranks = new Uint32Array(start[start.length - 1]);
    let at = 0;
    for (const set of sets) at = this.fillTerms(set, ranks, at);
    const rankOf = this.terms.ranks();
    for (let i = 0; i < ranks.length; i++) ranks[i] = rankOf[ranks[i]];
    if (this.terms.count > MOST_TERMS || this.symbolCount > MOST_SYMBOLS) this.forget();
    return { ranks, start };
  }

  /** Writes the numbers of the terms of a set's labels from `at` on and returns where they end. */
  private fillTerms(set: SourceSet, out: Uint32Array, at: number): number {
    const { symbols, symbolText, seriesCount } = set;
    const known = this.symbolTermsOf(set.symbolSpace);
    for (let i = 0; i < seriesCount; i++) {
      const first = set.symbolStart(i);
      const end = first + set.symbolCount(i);
      for (let k = first; k < end; k++) {
        const symbol = symbols[k];
        let term = known.find(symbol);
        if (term < 0) {
          term = this.terms.add(symbolText(symbol));
          known.add(symbol, term);
          this.symbolCount++;
        }
        out[at++] = term;
      }
    }
    return at;
  }

  private symbolTermsOf(space: object): SymbolTerms {
    let terms = this.bySpace.get(space);
    if (terms === undefined) this.bySpace.set(space, (terms = new SymbolTerms()));
    return terms;
  }

  private forget(): void {
    this.terms = new TermTable();
    this.bySpace = new WeakMap();
    this.symbolCount = 0;
  }
}

/** Orders two rows by their labels: negative, zero or positive. */
export function compareRows({ ranks, start }: RankedLabels, a: number, b: number): number {
  let i = start[a];
  let k = start[b];
  const endOfA = start[a + 1];
  const endOfB = start[b + 1];
  while (i < endOfA && k < endOfB) {
    const difference = ranks[i++] - ranks[k++];
    if (difference !== 0) return difference;
  }
  return endOfA - i - (endOfB - k);
}

function rowStarts(sets: readonly SourceSet[]): Uint32Array {
  let rowCount = 0;
  for (const set of sets) rowCount += set.seriesCount;
  const start = new Uint32Array(rowCount + 1);
  let row = 0;
  for (const set of sets) {
    for (let i = 0; i < set.seriesCount; i++, row++) start[row + 1] = start[row] + set.symbolCount(i);
  }
  return start;
}
