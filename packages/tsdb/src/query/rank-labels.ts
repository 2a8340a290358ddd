import { compareUtf8 } from "@ferula/model";
import type { SourceSet } from "./source-set.ts";

/**
 * The labels of the series of several sets as numbers that order as their texts do: those of row r are `ranks[start[r]]` to before
 * `ranks[start[r + 1]]`. The rows of the first set come first, then those of the second, and so on.
 */
export interface RankedLabels {
  readonly ranks: Uint32Array;
  readonly start: Uint32Array;
}

/** Each text is read once a set and compared once with others, however many series carry it. */
export function rankLabels(sets: readonly SourceSet[]): RankedLabels {
  const start = rowStarts(sets);
  const ranks = new Uint32Array(start[start.length - 1]);
  const terms = new Terms();
  let at = 0;
  for (const set of sets) at = fillTerms(set, terms, ranks, at);
  const rankOf = terms.ranks();
  for (let i = 0; i < ranks.length; i++) ranks[i] = rankOf[ranks[i]];
  return { ranks, start };
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

/** Writes the numbers of the terms of a set's labels from `at` on and returns where they end. */
function fillTerms(set: SourceSet, terms: Terms, out: Uint32Array, at: number): number {
  const { symbols, symbolText, seriesCount } = set;
  const known = new SymbolTerms();
  for (let i = 0; i < seriesCount; i++) {
    const first = set.symbolStart(i);
    const end = first + set.symbolCount(i);
    for (let k = first; k < end; k++) {
      const symbol = symbols[k];
      let term = known.find(symbol);
      if (term < 0) {
        term = terms.add(symbolText(symbol));
        known.add(symbol, term);
      }
      out[at++] = term;
    }
  }
  return at;
}

/** Texts as numbers from 0, in the order in which they come. */
class Terms {
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  add(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const added = this.texts.push(text) - 1;
    this.numbers.set(text, added);
    return added;
  }

  /** The place of each term among all of them by their UTF-8 bytes. */
  ranks(): Uint32Array {
    const { texts, numbers } = this;
    // Below the surrogates UTF-16 orders as UTF-8 does, and the engine's own order is far faster than one that calls back.
    const sorted = texts.some((text) => FROM_SURROGATES_ON.test(text)) ? texts.toSorted(compareUtf8) : texts.toSorted();
    const ranks = new Uint32Array(sorted.length);
    for (let i = 0; i < sorted.length; i++) ranks[numbers.get(sorted[i]) ?? 0] = i;
    return ranks;
  }
}

const FROM_SURROGATES_ON = /[\ud800-\uffff]/;

/** The terms of one source's symbols: open addressing in typed arrays, as this is asked for every label of every series. */
class SymbolTerms {
  private symbols: Uint32Array = new Uint32Array(1024);
  /** A term's number and 1; 0 is a free slot. */
  private terms: Uint32Array = new Uint32Array(1024);
  private count = 0;

  /** -1 when the symbol was not added. */
  find(symbol: number): number {
    return this.terms[this.slotOf(symbol)] - 1;
  }

  /** Adds a symbol that `find` did not find. */
  add(symbol: number, term: number): void {
    if (2 * this.count >= this.terms.length) this.grow();
    const slot = this.slotOf(symbol);
    this.symbols[slot] = symbol;
    this.terms[slot] = term + 1;
    this.count++;
  }

  private slotOf(symbol: number): number {
    const { symbols, terms } = this;
    const mask = terms.length - 1;
    let slot = (Math.imul(symbol, 0x9e3779b1) >>> 7) & mask;
    while (terms[slot] !== 0 && symbols[slot] !== symbol) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { symbols, terms } = this;
    this.symbols = new Uint32Array(2 * symbols.length);
    this.terms = new Uint32Array(2 * terms.length);
    for (let i = 0; i < terms.length; i++) {
      if (terms[i] === 0) continue;
      const slot = this.slotOf(symbols[i]);
      this.symbols[slot] = symbols[i];
      this.terms[slot] = terms[i];
    }
  }
}
