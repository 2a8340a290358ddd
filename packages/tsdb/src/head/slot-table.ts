import { randomInt } from "node:crypto";
import { grownCapacity, grownColumn } from "@ferula/kernels";

const SEGMENT_BITS = 10;
const SEGMENT_SLOTS = 1 << SEGMENT_BITS;
const SLOT_MASK = SEGMENT_SLOTS - 1;

/** A segment with as many entries is split. Up to there most are found within one line of the processor's cache. */
const MOST_ENTRIES = (SEGMENT_SLOTS * 11) / 16;

/** The directory has 2 ** 24 places at most. */
const MOST_DEPTH = 24;

/**
 * What hashes of entries begin with, another in each process: nobody can choose names and values of labels beforehand whose hashes are alike,
 * which would be found slowly and make the directory grow.
 */
export const HASH_SEED: number = randomInt(2 ** 32) | 0;

/** The bits of a hash that tags keep besides the slot: by them segments are split in tables of a hundred thousand entries to some millions. */
const LOWEST_KEPT = 20;
const HIGHEST_KEPT = 24;
const KEPT_SHIFT = LOWEST_KEPT - SEGMENT_BITS;

/** A tag of a slot that is taken. */
const TAKEN = 0x8000;

/**
 * What a slot keeps of the hash of its entry: the slot that it would have if nothing were in its way, and bits to split by. An entry that is
 * moved need not be looked at then, and one that is looked for is told from nearly all others.
 */
export function tagOf(hash: number): number {
  return TAKEN | ((hash >>> KEPT_SHIFT) & (TAKEN - SEGMENT_SLOTS)) | (hash & SLOT_MASK);
}

/** The slot to look at after `slot`. */
export function nextSlot(slot: number): number {
  return (slot & ~SLOT_MASK) | ((slot + 1) & SLOT_MASK);
}

/**
 * A hash table of numbers, none of them 0, that never stands still to grow: it consists of segments of a thousand slots, each a table with open
 * addressing, and one that is two thirds full is split in two by itself (extendible hashing). The first bits of a hash choose the segment, through a
 * directory, and the last ones the slot. What an entry is equal to only its owner knows, who walks the slots:
 *
 * ```ts
 * for (let slot = table.firstSlot(hash); tags[slot] !== 0; slot = nextSlot(slot)) if (tags[slot] === tagOf(hash) && isIt(slots[slot])) …
 * ```
 */
export class SlotTable {
  /** How many entries there are. */
  count = 0;
  /** The entries, where the slot is taken. */
  slots: Uint32Array = new Uint32Array(2 * SEGMENT_SLOTS);
  /** 0 for a free slot, else see `tagOf`. */
  tags: Uint16Array = new Uint16Array(2 * SEGMENT_SLOTS);
  private readonly hashOf: (entry: number) => number;
  /** The segment of hashes by their first bits, `32 - shift` of them. */
  private directory: Uint32Array = Uint32Array.of(0, 1);
  private shift = 31;
  private segmentCount = 2;
  /** By the segment: in how many first bits the hashes of its entries are alike, and how many entries it has. */
  private depths: Uint8Array = new Uint8Array(2).fill(1);
  private entryCounts: Uint16Array = new Uint16Array(2);

  /** `hashOf` tells the hash of an entry, from 0 to below 2 ** 32, as long as it is in the table. */
  constructor(hashOf: (entry: number) => number) {
    this.hashOf = hashOf;
  }

  /** The slot at which an entry of this hash is looked for first. */
  firstSlot(hash: number): number {
    return (this.directory[hash >>> this.shift] << SEGMENT_BITS) | (hash & SLOT_MASK);
  }

  /** Adds an entry that is not there. May replace `slots` and `tags`. */
  add(entry: number, hash: number): void {
    while (this.entryCounts[this.directory[hash >>> this.shift]] >= MOST_ENTRIES && this.split(hash));
    this.place(this.directory[hash >>> this.shift], entry, tagOf(hash));
    this.count++;
  }

  /** Removes an entry; false when it is not there. */
  remove(entry: number, hash: number): boolean {
    const { slots, tags } = this;
    let slot = this.firstSlot(hash);
    while (tags[slot] !== 0 && slots[slot] !== entry) slot = nextSlot(slot);
    if (tags[slot] === 0) return false;
    this.empty(slot);
    this.entryCounts[slot >>> SEGMENT_BITS]--;
    this.count--;
    return true;
  }

  /** Entries that were pushed behind the slot move up, so that no marker is left. */
  private empty(slot: number): void {
    const { slots, tags } = this;
    let hole = slot;
    for (let at = nextSlot(slot); tags[at] !== 0; at = nextSlot(at)) {
      // An entry moves if its home does not lie between the hole and itself.
      if (((at - tags[at]) & SLOT_MASK) < ((at - hole) & SLOT_MASK)) continue;
      slots[hole] = slots[at];
      tags[hole] = tags[at];
      hole = at;
    }
    tags[hole] = 0;
  }

  private place(segment: number, entry: number, tag: number): void {
    const { tags } = this;
    if (this.entryCounts[segment] === SLOT_MASK) throw new Error(`BUG: ${SLOT_MASK} hashes are alike in ${MOST_DEPTH} bits and more`);
    let slot = (segment << SEGMENT_BITS) | (tag & SLOT_MASK);
    while (tags[slot] !== 0) slot = nextSlot(slot);
    this.slots[slot] = entry;
    tags[slot] = tag;
    this.entryCounts[segment]++;
  }

  /** Splits the segment of a hash by the next bit; false when there are no more. */
  private split(hash: number): boolean {
    const segment = this.directory[hash >>> this.shift];
    const depth = this.depths[segment];
    if (depth === MOST_DEPTH) return false;
    if (depth === 32 - this.shift) this.doubleDirectory();
    const added = this.addSegment(depth + 1);
    this.depths[segment] = depth + 1;
    const places = 1 << (32 - this.shift - depth);
    const first = (hash >>> (32 - depth)) * places;
    this.directory.fill(added, first + places / 2, first + places);
    this.moveEntries(segment, added);
    return true;
  }

  private moveEntries(segment: number, added: number): void {
    const start = segment << SEGMENT_BITS;
    const entries = this.slots.slice(start, start + SEGMENT_SLOTS);
    const tags = this.tags.slice(start, start + SEGMENT_SLOTS);
    this.tags.fill(0, start, start + SEGMENT_SLOTS);
    this.entryCounts[segment] = 0;
    const bit = 32 - this.depths[segment];
    const isKept = bit >= LOWEST_KEPT && bit <= HIGHEST_KEPT;
    for (let i = 0; i < SEGMENT_SLOTS; i++) {
      const tag = tags[i];
      if (tag === 0) continue;
      const isAdded = isKept ? (tag >>> (bit - KEPT_SHIFT)) & 1 : (this.hashOf(entries[i]) >>> bit) & 1;
      this.place(isAdded === 1 ? added : segment, entries[i], tag);
    }
  }

  private addSegment(depth: number): number {
    const segment = this.segmentCount++;
    if (segment === this.depths.length) {
      this.depths = grownColumn(this.depths, segment * 2);
      this.entryCounts = grownColumn(this.entryCounts, segment * 2);
    }
    if (this.segmentCount * SEGMENT_SLOTS > this.slots.length) {
      const capacity = grownCapacity(this.slots.length);
      this.slots = grownColumn(this.slots, capacity);
      this.tags = grownColumn(this.tags, capacity);
    }
    this.depths[segment] = depth;
    return segment;
  }

  private doubleDirectory(): void {
    const { directory } = this;
    const doubled = new Uint32Array(directory.length * 2);
    for (let i = 0; i < doubled.length; i++) doubled[i] = directory[i >>> 1];
    this.directory = doubled;
    this.shift--;
  }
}
