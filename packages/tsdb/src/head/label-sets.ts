import type { PagePool } from "@ferula/chunks";
import { grownCapacity, grownColumn, type SharedMemory } from "@ferula/kernels";
import { BlockPool } from "./block-pool.ts";
import { LIVE, type SeriesTable } from "./series-table.ts";
import { HASH_SEED, nextSlot, SlotTable, tagOf } from "./slot-table.ts";
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
  /** The series references, by the hash of their sets. */
  private readonly table: SlotTable;
  /** The block of each series. */
  private addresses: Uint32Array = new Uint32Array(1024);
  private readonly blocks: BlockPool;

  constructor(shared: SharedMemory, pages: PagePool, series: SeriesTable) {
    this.shared = shared;
    this.series = series;
    this.blocks = new BlockPool(shared, pages);
    this.table = new SlotTable((ref) => this.hashOf(ref));
  }

  /** The series with the `pairCount` pairs in `pairs` (name, value, name, value …), or 0. */
  find(pairs: Uint32Array, pairCount: number): number {
    const { series, addresses } = this;
    const { slots, tags } = this.table;
    const { u32 } = this.shared;
    const words = 2 * pairCount;
    const hash = hashWords(pairs, 0, words);
    const tag = tagOf(hash);
    for (let slot = this.table.firstSlot(hash); tags[slot] !== 0; slot = nextSlot(slot)) {
      if (tags[slot] !== tag) continue;
      const ref = slots[slot];
      const word = addresses[ref] >>> 2;
      if (u32[word] !== pairCount) continue;
      let i = 0;
      while (i < words && u32[word + 1 + i] === pairs[i]) i++;
      if (i === words && series.states[ref] === LIVE) return ref;
    }
    return 0;
  }

  /** Adds a set that `find` did not find, for the series `ref`. */
  add(ref: number, pairs: Uint32Array, pairCount: number): void {
    if (ref >= this.addresses.length) {
      this.addresses = grownColumn(this.addresses, Math.max(ref + 1, grownCapacity(this.addresses.length)));
    }
    const address = this.blocks.allocate(1 + 2 * pairCount);
    const { u32 } = this.shared;
    const word = address >>> 2;
    u32[word] = pairCount;
    for (let i = 0; i < 2 * pairCount; i++) u32[word + 1 + i] = pairs[i];
    this.addresses[ref] = address;
    this.table.add(ref, hashWords(pairs, 0, 2 * pairCount));
  }

  /** Takes the set of a series that died out of the table. */
  remove(ref: number): void {
    if (!this.table.remove(ref, this.hashOf(ref))) throw new Error(`BUG: the label set of series ${ref} is not in its table`);
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

  private hashOf(ref: number): number {
    const { u32 } = this.shared;
    const word = this.addresses[ref] >>> 2;
    return hashWords(u32, word + 1, word + 1 + u32[word] * 2);
  }
}

function hashWords(words: Uint32Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < end; i++) {
    hash = Math.imul(hash ^ words[i], 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
