import type { SharedMemory } from "@ferula/kernels";
import { PostingLists } from "./posting-lists.ts";
import type { Symbol32 } from "./symbol-table.ts";

/** A bitmap is kept beside a list that names more than one series in this many. */
const DENSE_SERIES_PER_POSTING = 32;

/** Shorter lists are walked faster than a bitmap is made. */
const LEAST_DENSE_LENGTH = 256;

/** Bit `ref & 31` of word `ref >>> 5` says whether the series is in; `covered` postings of the list are. */
interface Bitmap {
  words: Uint32Array;
  covered: number;
}

/**
 * Which series carry which label. Pairs of name and value are numbered from 1 in the order they appear; the postings of a pair are
 * the references of its series, ascending.
 */
export class LabelIndex {
  private readonly postingLists: PostingLists;
  private pairCount = 0;
  private pairNames: Uint32Array = new Uint32Array(1024);
  private pairValues: Uint32Array = new Uint32Array(1024);
  private pairLists: Uint32Array = new Uint32Array(1024);
  /** Open addressing; a slot holds a pair or 0. */
  private slots: Uint32Array = new Uint32Array(2048);
  /** For each name its list of pairs. There are few names. */
  private readonly nameLists = new Map<Symbol32, number>();
  private readonly bitmaps = new Map<number, Bitmap>();

  constructor(shared: SharedMemory) {
    this.postingLists = new PostingLists(shared);
  }

  /** Number of distinct pairs of name and value. */
  get pairs(): number {
    return this.pairCount;
  }

  /** The symbols of all names, in the order they appeared. */
  names(): IterableIterator<Symbol32> {
    return this.nameLists.keys();
  }

  /** Adds the series to the postings of a pair. References come in ascending order. */
  add(nameSymbol: Symbol32, valueSymbol: Symbol32, ref: number): void {
    let pair = this.pair(nameSymbol, valueSymbol);
    if (pair === 0) pair = this.createPair(nameSymbol, valueSymbol);
    this.postingLists.push(this.pairLists[pair], ref);
  }

  /** The number of a pair, or 0 when no series has it. */
  pair(nameSymbol: Symbol32, valueSymbol: Symbol32): number {
    return this.slots[this.slotOf(nameSymbol, valueSymbol)];
  }

  /** The symbol of the value of a pair. */
  pairValue(pair: number): Symbol32 {
    return this.pairValues[pair];
  }

  /** How many series carry a pair. */
  postingsLength(pair: number): number {
    return this.postingLists.length(this.pairLists[pair]);
  }

  /** The series of a pair, for reading, good until the next series is added. */
  postings(pair: number): Uint32Array {
    return this.postingLists.view(this.pairLists[pair]);
  }

  /** The pairs of a name, one for each of its values, good until the next series is added. */
  pairsOfName(nameSymbol: Symbol32): Uint32Array {
    const list = this.nameLists.get(nameSymbol);
    return list === undefined ? new Uint32Array(0) : this.postingLists.view(list);
  }

  /**
   * The bitmap of a pair that many series carry, else undefined. It is made when it is first asked for and then
   * kept up to date by the postings that came since.
   */
  bitmap(pair: number, seriesCount: number): Uint32Array | undefined {
    const length = this.postingsLength(pair);
    if (length < LEAST_DENSE_LENGTH || length * DENSE_SERIES_PER_POSTING < seriesCount) return undefined;
    let bitmap = this.bitmaps.get(pair);
    if (bitmap === undefined) {
      bitmap = { words: new Uint32Array(0), covered: 0 };
      this.bitmaps.set(pair, bitmap);
    }
    const wordCount = (seriesCount >>> 5) + 1;
    if (bitmap.words.length < wordCount) {
      const words = new Uint32Array(wordCount + (wordCount >>> 2));
      words.set(bitmap.words);
      bitmap.words = words;
    }
    const postings = this.postings(pair);
    const { words } = bitmap;
    for (let i = bitmap.covered; i < length; i++) words[postings[i] >>> 5] |= 1 << (postings[i] & 31);
    bitmap.covered = length;
    return words;
  }

  private createPair(nameSymbol: Symbol32, valueSymbol: Symbol32): number {
    const pair = ++this.pairCount;
    if (pair >= this.pairNames.length) {
      this.pairNames = doubled(this.pairNames);
      this.pairValues = doubled(this.pairValues);
      this.pairLists = doubled(this.pairLists);
    }
    this.pairNames[pair] = nameSymbol;
    this.pairValues[pair] = valueSymbol;
    this.pairLists[pair] = this.postingLists.create();
    if (this.pairCount * 2 >= this.slots.length) this.growSlots();
    this.slots[this.slotOf(nameSymbol, valueSymbol)] = pair;
    let names = this.nameLists.get(nameSymbol);
    if (names === undefined) {
      names = this.postingLists.create();
      this.nameLists.set(nameSymbol, names);
    }
    this.postingLists.push(names, pair);
    return pair;
  }

  private slotOf(nameSymbol: Symbol32, valueSymbol: Symbol32): number {
    const { slots, pairNames, pairValues } = this;
    const mask = slots.length - 1;
    let slot = hashPair(nameSymbol, valueSymbol) & mask;
    while (slots[slot] !== 0 && !(pairNames[slots[slot]] === nameSymbol && pairValues[slots[slot]] === valueSymbol))
      slot = (slot + 1) & mask;
    return slot;
  }

  private growSlots(): void {
    const mask = this.slots.length * 2 - 1;
    const slots = new Uint32Array(mask + 1);
    // The newest pair is put in by its maker.
    for (let pair = 1; pair < this.pairCount; pair++) {
      let slot = hashPair(this.pairNames[pair], this.pairValues[pair]) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = pair;
    }
    this.slots = slots;
  }
}

function hashPair(nameSymbol: number, valueSymbol: number): number {
  let hash = Math.imul(valueSymbol, 0x85ebca6b) ^ Math.imul(nameSymbol, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function doubled(from: Uint32Array): Uint32Array {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}
