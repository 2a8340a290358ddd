import { compareUtf8, METRIC_NAME } from "@ferula/model";
import type { LabelSymbols, SeriesSet } from "@ferula/storage";

/** Series of several sets as numbers: those of the first set come first, then those of the second, and so on. */
export interface SeriesRows {
  /** Row `firstRow[s]` is the first series of set s; one more tells how many rows there are. */
  readonly firstRow: Uint32Array;
  /** The rows in order, each series once. Without those that have no metric name. */
  readonly order: Uint32Array;
}

/**
 * Orders series by metric name, and those of one name by all their labels (web/federate.go; a storage has them in the order of labels before).
 * No label set is made for it: each text gets a number by its order, and numbers are compared.
 */
export function sortSeries(sets: readonly SeriesSet[], check: () => void): SeriesRows {
  const firstRow = new Uint32Array(sets.length + 1);
  sets.forEach((set, s) => void (firstRow[s + 1] = firstRow[s] + set.seriesCount));
  const terms = new Terms();
  const words = new RowWords(firstRow[sets.length]);
  for (const set of sets) {
    check();
    if (set.labelSymbols === undefined) addTexts(set, terms, words);
    else addSymbols(set.labelSymbols, set.seriesCount, terms, words);
  }
  check();
  const ranks = terms.ranks();
  const nameRank = terms.rankOf(METRIC_NAME, ranks);
  words.renumber(ranks);
  check();
  return { firstRow, order: words.order(nameRank) };
}

function addTexts({ seriesCount, labels }: SeriesSet, terms: Terms, words: RowWords): void {
  for (let i = 0; i < seriesCount; i++) {
    const texts = labels(i);
    for (let k = 0; k < texts.length; k++) words.add(terms.add(texts[k]));
    words.endRow();
  }
}

function addSymbols(labels: LabelSymbols, seriesCount: number, terms: Terms, words: RowWords): void {
  const { symbols, symbolText } = labels;
  const known = new Map<number, number>();
  for (let i = 0; i < seriesCount; i++) {
    const start = labels.symbolStart(i);
    const end = start + labels.symbolCount(i);
    for (let k = start; k < end; k++) {
      const symbol = symbols[k];
      let term = known.get(symbol);
      if (term === undefined) {
        term = terms.add(symbolText(symbol));
        known.set(symbol, term);
      }
      words.add(term);
    }
    words.endRow();
  }
}

/** Texts by numbers. */
class Terms {
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();

  add(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }

  /** The place of each text among all, by its number. */
  ranks(): Uint32Array {
    const { texts } = this;
    const sorted = Uint32Array.from(texts, (_text, number) => number).sort((a, b) => compareUtf8(texts[a], texts[b]));
    const ranks = new Uint32Array(texts.length);
    for (let i = 0; i < sorted.length; i++) ranks[sorted[i]] = i;
    return ranks;
  }

  /** Of a text that is none of these it is -1. */
  rankOf(text: string, ranks: Uint32Array): number {
    const number = this.numbers.get(text);
    return number === undefined ? -1 : ranks[number];
  }
}

/** What a metric has labels, as a beginning: names and values. */
const USUAL_WORDS = 16;

/** The labels of all rows as numbers, one row behind the other. */
class RowWords {
  private words: Uint32Array;
  private readonly starts: Uint32Array;
  private rowCount = 0;
  private used = 0;

  constructor(rowCount: number) {
    this.starts = new Uint32Array(rowCount + 1);
    this.words = new Uint32Array(rowCount * USUAL_WORDS);
  }

  add(word: number): void {
    if (this.used === this.words.length) {
      const larger = new Uint32Array(Math.max(64, 2 * this.used));
      larger.set(this.words);
      this.words = larger;
    }
    this.words[this.used++] = word;
  }

  endRow(): void {
    this.starts[++this.rowCount] = this.used;
  }

  renumber(numbers: Uint32Array): void {
    const { words, used } = this;
    for (let i = 0; i < used; i++) words[i] = numbers[words[i]];
  }

  /** See `SeriesRows`; `nameWord` is the one before a metric's name. */
  order(nameWord: number): Uint32Array {
    const names = this.valuesOf(nameWord);
    const named = Uint32Array.from(names.keys()).filter((row) => names[row] !== NO_VALUE);
    named.sort((a, b) => names[a] - names[b] || this.compare(a, b));
    return named.filter((row, i) => i === 0 || this.compare(named[i - 1], row) !== 0);
  }

  /** The word behind `name` in each row. */
  private valuesOf(name: number): Int32Array {
    const { words, starts, rowCount } = this;
    const values = new Int32Array(rowCount).fill(NO_VALUE);
    for (let row = 0; row < rowCount; row++) {
      for (let k = starts[row]; k < starts[row + 1]; k += 2) if (words[k] === name) values[row] = words[k + 1];
    }
    return values;
  }

  private compare(a: number, b: number): number {
    const { words, starts } = this;
    const startA = starts[a];
    const startB = starts[b];
    const lengthA = starts[a + 1] - startA;
    const lengthB = starts[b + 1] - startB;
    const shorter = lengthA < lengthB ? lengthA : lengthB;
    for (let k = 0; k < shorter; k++) {
      const difference = words[startA + k] - words[startB + k];
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }
}

const NO_VALUE = -1;
