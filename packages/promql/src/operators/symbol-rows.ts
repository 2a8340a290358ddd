import type { LabelSymbols } from "@ferula/storage";

/** Rows by what they are numbered by. */
export interface NumberedRows {
  /** The number of each row, from 0 in order of first appearance. */
  readonly numberOf: Uint32Array;
  /** The first row with each number. */
  readonly firstRows: readonly number[];
}

/**
 * Numbers the label sets of `count` series by those of their labels whose names pass: sets that are the same in these have the same number. A
 * name is asked about when the names of a series are others than those of the one before; no text of a value is read. 20 ns a series.
 */
export function numberRows(labels: LabelSymbols, count: number, isKept: (name: string) => boolean): NumberedRows {
  const { symbols, symbolStart, symbolCount } = labels;
  const numberOf = new Uint32Array(count);
  const names = new KeptNames(labels, isKept);
  const table = new RowTable(symbols);
  for (let i = 0; i < count; i++) {
    const start = symbolStart(i);
    const words = symbolCount(i);
    if (!names.areThoseOf(start, words)) names.learn(start, words);
    numberOf[i] = table.numberOf(i, start, names.places, names.placeCount);
  }
  return { numberOf, firstRows: table.firstRows };
}

/** So many words V8 keeps on its own heap, where making an array costs next to nothing; most queries of rules need no more. A power of two. */
const SMALL = 16;

/** Which labels of a series are kept, known from the series before where that has the same names: most series of a select do. */
class KeptNames {
  /** Where the words of the labels that are kept stand behind the first; `placeCount` of them. */
  places: Uint32Array = new Uint32Array(SMALL);
  placeCount = 0;
  private readonly labels: LabelSymbols;
  private readonly isKept: (name: string) => boolean;
  private words: Uint32Array = new Uint32Array(SMALL);
  private wordCount = -1;

  constructor(labels: LabelSymbols, isKept: (name: string) => boolean) {
    this.labels = labels;
    this.isKept = isKept;
  }

  areThoseOf(start: number, wordCount: number): boolean {
    if (wordCount !== this.wordCount) return false;
    const { words } = this;
    const { symbols } = this.labels;
    for (let i = 0; i < wordCount; i += 2) if (symbols[start + i] !== words[i]) return false;
    return true;
  }

  learn(start: number, wordCount: number): void {
    const { symbols, symbolText } = this.labels;
    if (wordCount > this.words.length) {
      this.words = new Uint32Array(2 * wordCount);
      this.places = new Uint32Array(2 * wordCount);
    }
    this.wordCount = wordCount;
    this.placeCount = 0;
    for (let i = 0; i < wordCount; i += 2) {
      const name = symbols[start + i];
      this.words[i] = name;
      if (!this.isKept(symbolText(name))) continue;
      this.places[this.placeCount++] = i;
      this.places[this.placeCount++] = i + 1;
    }
  }
}

/** Numbers of rows of words: open addressing in typed arrays, as there may be as many rows as series. */
class RowTable {
  readonly firstRows: number[] = [];
  private readonly symbols: Uint32Array;
  /** A number and 1; 0 is a free slot. */
  private slots: Uint32Array = new Uint32Array(SMALL);
  /** By number. */
  private hashes: Uint32Array = new Uint32Array(SMALL);
  /** Those of number n are the `rows` from `rowEnds[n]` to before `rowEnds[n + 1]`. */
  private rowEnds: Uint32Array = new Uint32Array(SMALL);
  private rows: Uint32Array = new Uint32Array(SMALL);

  constructor(symbols: Uint32Array) {
    this.symbols = symbols;
  }

  /** The number of the words at `places` behind `start`; a new one is row `row`'s. */
  numberOf(row: number, start: number, places: Uint32Array, placeCount: number): number {
    const { symbols, slots, hashes } = this;
    let hash = 0;
    for (let i = 0; i < placeCount; i++) {
      hash = Math.imul(hash ^ symbols[start + places[i]], 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    hash >>>= 0;
    const mask = slots.length - 1;
    for (let slot = hash & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const number = slots[slot] - 1;
      if (hashes[number] === hash && this.holds(number, start, places, placeCount)) return number;
    }
    return this.add(row, hash, start, places, placeCount);
  }

  private holds(number: number, start: number, places: Uint32Array, placeCount: number): boolean {
    const { symbols, rows, rowEnds } = this;
    const first = rowEnds[number];
    if (rowEnds[number + 1] - first !== placeCount) return false;
    for (let i = 0; i < placeCount; i++) if (rows[first + i] !== symbols[start + places[i]]) return false;
    return true;
  }

  private add(row: number, hash: number, start: number, places: Uint32Array, placeCount: number): number {
    const number = this.firstRows.push(row) - 1;
    if (2 * number >= this.slots.length) this.grow(number);
    const first = this.rowEnds[number];
    if (first + placeCount > this.rows.length) this.rows = grown(this.rows, first + placeCount);
    for (let i = 0; i < placeCount; i++) this.rows[first + i] = this.symbols[start + places[i]];
    this.rowEnds[number + 1] = first + placeCount;
    this.hashes[number] = hash;
    this.slots[this.freeSlot(hash)] = number + 1;
    return number;
  }

  /** Doubles the slots, and the room by number with them: half of the slots are used at most. */
  private grow(count: number): void {
    this.slots = new Uint32Array(2 * this.slots.length);
    this.hashes = grown(this.hashes, this.slots.length);
    this.rowEnds = grown(this.rowEnds, this.slots.length);
    for (let n = 0; n < count; n++) this.slots[this.freeSlot(this.hashes[n])] = n + 1;
  }

  private freeSlot(hash: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }
}

function grown(words: Uint32Array, least: number): Uint32Array {
  const larger = new Uint32Array(Math.max(least, 2 * words.length));
  larger.set(words);
  return larger;
}
