import type { PagePool } from "@ferula/chunks";
import { grownCapacity, grownColumn, type SharedMemory } from "@ferula/kernels";
import { BlockPool } from "./block-pool.ts";
import { emptySlot } from "./open-addressing.ts";
import { LIVE, type SeriesTable } from "./series-table.ts";
import type { Symbol32 } from "./symbol-table.ts";

/**
 * The label sets of all series. A set is a block of 32-bit words in shared memory: the number of pairs, then for each the symbols of
 * name and value, sorted by the UTF-8 bytes of the name. Equal sets are found by their symbols; no string is compared.
 *
 * The set of a series that died is not found any more. It leaves the table with `remove`, and keeps its block until `recycle`: readers on
 * other threads may know it.
 */
export class LabelSets {
  private readonly shared: SharedMemory;
  private readonly series: SeriesTable;
  /** Open addressing; a slot holds a series reference or 0. */
  private slots: Uint32Array = new Uint32Array(1024);
  private setCount = 0;
  /** The block of each series. */
  private addresses: Uint32Array = new Uint32Array(1024);
  private readonly blocks: BlockPool;

  constructor(shared: SharedMemory, pages: PagePool, series: SeriesTable) {
    this.shared = shared;
    this.series = series;
    this.blocks = new BlockPool(shared, pages);
  }

  /** The series with the `pairCount` pairs in `pairs` (name, value, name, value …), or 0. */
  find(pairs: Uint32Array, pairCount: number): number {
    return this.slots[this.slotOf(pairs, pairCount)];
  }

  /** Adds a set that `find` did not find, for the series `ref`. */
  add(ref: number, pairs: Uint32Array, pairCount: number): void {
    if (this.setCount * 2 >= this.slots.length) this.growSlots();
    if (ref >= this.addresses.length) {
      this.addresses = grownColumn(this.addresses, Math.max(ref + 1, grownCapacity(this.addresses.length)));
    }
    const address = this.blocks.allocate(1 + 2 * pairCount);
    const { u32 } = this.shared;
    const word = address >>> 2;
    u32[word] = pairCount;
    for (let i = 0; i < 2 * pairCount; i++) u32[word + 1 + i] = pairs[i];
    this.addresses[ref] = address;
    this.slots[this.slotOf(pairs, pairCount)] = ref;
    this.setCount++;
  }

  /** Takes the set of a series that died out of the table. */
  remove(ref: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = this.hashOf(ref) & mask;
    while (slots[slot] !== ref) {
      if (slots[slot] === 0) throw new Error(`BUG: the label set of series ${ref} is not in its table`);
      slot = (slot + 1) & mask;
    }
    emptySlot(slots, slot, this.homeOf);
    this.setCount--;
  }

  /** Gives the block of a series back whose set was removed and which no reader can know any more. */
  recycle(ref: number): void {
    const address = this.addresses[ref];
    this.blocks.free(address, 1 + 2 * this.shared.u32[address >>> 2]);
    this.addresses[ref] = 0;
  }

  /** Whether a set of so many pairs fits a block that another left. */
  hasFree(pairCount: number): boolean {
    return this.blocks.hasFree(1 + 2 * pairCount);
  }

  /** The address of a series' block. */
  address(ref: number): number {
    return this.addresses[ref];
  }

  /** The symbol of the series' value for this name, or 0. */
  valueSymbol(ref: number, nameSymbol: Symbol32): Symbol32 {
    const { u32 } = this.shared;
    const word = this.addresses[ref] >>> 2;
    for (let i = word + 1, end = word + 1 + u32[word] * 2; i < end; i += 2) if (u32[i] === nameSymbol) return u32[i + 1];
    return 0;
  }

  private slotOf(pairs: Uint32Array, pairCount: number): number {
    const { slots, addresses } = this;
    const { u32 } = this.shared;
    const mask = slots.length - 1;
    const words = 2 * pairCount;
    let slot = hashWords(pairs, 0, words) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const word = addresses[slots[slot]] >>> 2;
      if (u32[word] !== pairCount) continue;
      let i = 0;
      while (i < words && u32[word + 1 + i] === pairs[i]) i++;
      if (i === words && this.series.states[slots[slot]] === LIVE) break;
    }
    return slot;
  }

  private readonly homeOf = (ref: number): number => this.hashOf(ref);

  private hashOf(ref: number): number {
    const { u32 } = this.shared;
    const word = this.addresses[ref] >>> 2;
    return hashWords(u32, word + 1, word + 1 + u32[word] * 2);
  }

  /** Goes through the series in order: their blocks lie in it, and looking them up in the order of the slots takes several times longer. */
  private growSlots(): void {
    const { slots } = this;
    const mask = slots.length * 2 - 1;
    const isIn = new Uint8Array(this.addresses.length);
    for (let i = 0; i < slots.length; i++) isIn[slots[i]] = 1;
    this.slots = new Uint32Array(mask + 1);
    for (let ref = 1; ref < isIn.length; ref++) {
      if (isIn[ref] === 0) continue;
      let to = this.hashOf(ref) & mask;
      while (this.slots[to] !== 0) to = (to + 1) & mask;
      this.slots[to] = ref;
    }
  }
}

function hashWords(words: Uint32Array, start: number, end: number): number {
  let hash = 0x9e3779b9;
  for (let i = start; i < end; i++) {
    hash = Math.imul(hash ^ words[i], 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
