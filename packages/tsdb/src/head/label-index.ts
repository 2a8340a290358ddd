import type { PagePool } from "@ferula/chunks";
import { grownCapacity, grownColumn, type SharedMemory } from "@ferula/kernels";
import { grown } from "./grown.ts";
import { PostingLists } from "./posting-lists.ts";
import { LIVE, type SeriesTable } from "./series-table.ts";
import { HASH_SEED, nextSlot, SlotTable, tagOf } from "./slot-table.ts";
import type { Symbol32, SymbolTable } from "./symbol-table.ts";

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
 * Which series carry which label. Pairs of name and value are numbered from 1, and the numbers of pairs that no series carries any more are
 * used again. A pair is a use of its two symbols. All of this is read on the thread that writes it, within one turn.
 */
export class LabelIndex {
  /** Rises when postings are removed, after which pairs and references that were read before may be others'. */
  removals = 0;
  private readonly postingLists: PostingLists;
  private readonly symbols: SymbolTable;
  private highestPair = 0;
  private firstFree = 0;
  private pairNames: Uint32Array = new Uint32Array(1024);
  private pairValues: Uint32Array = new Uint32Array(1024);
  /** The list of each pair's series; of a free pair, the next free one. */
  private pairLists: Uint32Array = new Uint32Array(1024);
  /** Where each pair stands in the list of its name. */
  private pairPlaces: Uint32Array = new Uint32Array(1024);
  private readonly table = new SlotTable((pair) => hashPair(this.pairNames[pair], this.pairValues[pair]));
  /** For each name its list of pairs. There are few names. */
  private readonly nameLists = new Map<Symbol32, number>();
  private readonly bitmaps = new Map<number, Bitmap>();

  constructor(shared: SharedMemory, pages: PagePool, symbols: SymbolTable) {
    this.postingLists = new PostingLists(shared, pages);
    this.symbols = symbols;
  }

  /** Number of distinct pairs of name and value. */
  get pairs(): number {
    return this.table.count;
  }

  /** The highest number that a pair has had. */
  get lastPair(): number {
    return this.highestPair;
  }

  /** The symbols of all names, in the order they appeared. */
  names(): IterableIterator<Symbol32> {
    return this.nameLists.keys();
  }

  /** Adds the series to the postings of a pair, whose symbols are in the table. */
  add(nameSymbol: Symbol32, valueSymbol: Symbol32, ref: number): void {
    let pair = this.pair(nameSymbol, valueSymbol);
    if (pair === 0) pair = this.createPair(nameSymbol, valueSymbol);
    this.postingLists.push(this.pairLists[pair], ref);
  }

  /** The number of a pair, or 0 when no series has it. */
  pair(nameSymbol: Symbol32, valueSymbol: Symbol32): number {
    const { pairNames, pairValues } = this;
    const { slots, tags } = this.table;
    const hash = hashPair(nameSymbol, valueSymbol);
    const tag = tagOf(hash);
    for (let slot = this.table.firstSlot(hash); tags[slot] !== 0; slot = nextSlot(slot)) {
      const pair = slots[slot];
      if (tags[slot] === tag && pairValues[pair] === valueSymbol && pairNames[pair] === nameSymbol) return pair;
    }
    return 0;
  }

  /** The bytes of memory of their own that lists will need for another series with the pairs in `pairs` (name, value, name, value …). */
  nextBlockBytes(pairs: Uint32Array, pairCount: number): number {
    let bytes = 0;
    for (let i = 0; i < 2 * pairCount; i += 2) {
      const pair = this.pair(pairs[i], pairs[i + 1]);
      if (pair !== 0) bytes += this.postingLists.nextBlockBytes(this.pairLists[pair]);
    }
    // A value that is new goes to the list of its name.
    for (const list of this.nameLists.values()) bytes += this.postingLists.nextBlockBytes(list);
    return bytes;
  }

  /** The symbol of the value of a pair. */
  pairValue(pair: number): Symbol32 {
    return this.pairValues[pair];
  }

  /** How many series carry a pair, with those that died and were not removed yet. */
  postingsLength(pair: number): number {
    return this.postingLists.length(this.pairLists[pair]);
  }

  /** The references of the series of a pair, ascending, for reading, good until the next change. Dead ones may be among them, too. */
  postings(pair: number): Uint32Array {
    const list = this.pairLists[pair];
    if (this.postingLists.isDisordered(list)) {
      // A bitmap knows its postings by their place.
      const bitmap = this.bitmaps.get(pair);
      if (bitmap !== undefined) this.cover(bitmap, list);
    }
    return this.postingLists.ordered(list);
  }

  /** The pairs of a name, one for each of its values, in no order, good until the next change. */
  pairsOfName(nameSymbol: Symbol32): Uint32Array {
    const list = this.nameLists.get(nameSymbol);
    return list === undefined ? new Uint32Array(0) : this.postingLists.view(list);
  }

  /** The bitmap of a pair that many series carry, else undefined. `highestRef` is the highest reference that a series may have. */
  bitmap(pair: number, highestRef: number): Uint32Array | undefined {
    const list = this.pairLists[pair];
    const length = this.postingLists.length(list);
    if (length < LEAST_DENSE_LENGTH || length * DENSE_SERIES_PER_POSTING < highestRef) return undefined;
    let bitmap = this.bitmaps.get(pair);
    if (bitmap === undefined) {
      bitmap = { words: new Uint32Array(0), covered: 0 };
      this.bitmaps.set(pair, bitmap);
    }
    const wordCount = (highestRef >>> 5) + 1;
    if (bitmap.words.length < wordCount) bitmap.words = grown(bitmap.words, new Uint32Array(wordCount + (wordCount >>> 2)));
    this.cover(bitmap, list);
    return bitmap.words;
  }

  /** Removes the series that are not live from the postings of a pair, and the pair with the last of them. */
  removeDead(pair: number, { states }: SeriesTable): void {
    this.removals++;
    // It is made anew, should it be asked for.
    this.bitmaps.delete(pair);
    if (this.postingLists.keep(this.pairLists[pair], states, LIVE) === 0) this.removePair(pair);
  }

  /** Takes in the postings that came since. */
  private cover(bitmap: Bitmap, list: number): void {
    const postings = this.postingLists.view(list);
    const { words } = bitmap;
    for (let i = bitmap.covered; i < postings.length; i++) words[postings[i] >>> 5] |= 1 << (postings[i] & 31);
    bitmap.covered = postings.length;
  }

  private createPair(nameSymbol: Symbol32, valueSymbol: Symbol32): number {
    const pair = this.takePair();
    this.pairNames[pair] = nameSymbol;
    this.pairValues[pair] = valueSymbol;
    this.pairLists[pair] = this.postingLists.create();
    this.table.add(pair, hashPair(nameSymbol, valueSymbol));
    let names = this.nameLists.get(nameSymbol);
    if (names === undefined) {
      names = this.postingLists.create();
      this.nameLists.set(nameSymbol, names);
    }
    this.pairPlaces[pair] = this.postingLists.length(names);
    this.postingLists.push(names, pair);
    this.symbols.retain(nameSymbol);
    this.symbols.retain(valueSymbol);
    return pair;
  }

  private takePair(): number {
    const free = this.firstFree;
    if (free !== 0) {
      this.firstFree = this.pairLists[free];
      return free;
    }
    const pair = ++this.highestPair;
    if (pair >= this.pairNames.length) {
      const capacity = grownCapacity(this.pairNames.length);
      this.pairNames = grownColumn(this.pairNames, capacity);
      this.pairValues = grownColumn(this.pairValues, capacity);
      this.pairLists = grownColumn(this.pairLists, capacity);
      this.pairPlaces = grownColumn(this.pairPlaces, capacity);
    }
    return pair;
  }

  private removePair(pair: number): void {
    const nameSymbol = this.pairNames[pair];
    const valueSymbol = this.pairValues[pair];
    this.table.remove(pair, hashPair(nameSymbol, valueSymbol));
    this.leaveName(pair, nameSymbol);
    this.postingLists.free(this.pairLists[pair]);
    this.pairLists[pair] = this.firstFree;
    this.firstFree = pair;
    this.symbols.release(nameSymbol);
    this.symbols.release(valueSymbol);
  }

  private leaveName(pair: number, nameSymbol: Symbol32): void {
    const names = this.nameLists.get(nameSymbol);
    if (names === undefined) throw new Error(`BUG: pair ${pair} has a name without pairs`);
    const place = this.pairPlaces[pair];
    this.pairPlaces[this.postingLists.removeAt(names, place)] = place;
    if (this.postingLists.length(names) > 0) return;
    this.postingLists.free(names);
    this.nameLists.delete(nameSymbol);
  }
}

function hashPair(nameSymbol: number, valueSymbol: number): number {
  let hash = Math.imul(HASH_SEED ^ nameSymbol, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15) ^ valueSymbol, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
