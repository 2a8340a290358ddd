import type { SharedMemory } from "@ferula/kernels";
import type { Symbol32 } from "./symbol-table.ts";

/** Blocks are carved from pages of this size; a larger one gets its own. */
const PAGE_BYTES = 65_536;

/**
 * The label sets of all series. A set is a block of 32-bit words in shared memory: the number of pairs, then for each the symbols of
 * name and value, sorted by the UTF-8 bytes of the name. Equal sets are found by their symbols; no string is compared.
 */
export class LabelSets {
  private readonly shared: SharedMemory;
  /** Open addressing; a slot holds a series reference or 0. */
  private slots: Uint32Array = new Uint32Array(1024);
  private setCount = 0;
  /** The block of each series. */
  private addresses: Uint32Array = new Uint32Array(1024);
  private pageTop = 0;
  private pageEnd = 0;

  constructor(shared: SharedMemory) {
    this.shared = shared;
  }

  /** The series with the `pairCount` pairs in `pairs` (name, value, name, value …), or 0. */
  find(pairs: Uint32Array, pairCount: number): number {
    return this.slots[this.slotOf(pairs, pairCount)];
  }

  /** Adds a set that `find` did not find, for the series `ref`. */
  add(ref: number, pairs: Uint32Array, pairCount: number): void {
    if (this.setCount * 2 >= this.slots.length) this.growSlots();
    if (ref >= this.addresses.length) {
      const addresses = new Uint32Array(Math.max(ref + 1, this.addresses.length * 2));
      addresses.set(this.addresses);
      this.addresses = addresses;
    }
    const address = this.allocate(4 * (1 + 2 * pairCount));
    const { u32 } = this.shared;
    const word = address >>> 2;
    u32[word] = pairCount;
    for (let i = 0; i < 2 * pairCount; i++) u32[word + 1 + i] = pairs[i];
    this.addresses[ref] = address;
    this.slots[this.slotOf(pairs, pairCount)] = ref;
    this.setCount++;
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
      if (i === words) break;
    }
    return slot;
  }

  private growSlots(): void {
    const { slots } = this;
    const mask = slots.length * 2 - 1;
    const { u32 } = this.shared;
    this.slots = new Uint32Array(mask + 1);
    for (const ref of slots) {
      if (ref === 0) continue;
      const word = this.addresses[ref] >>> 2;
      let to = hashWords(u32, word + 1, word + 1 + u32[word] * 2) & mask;
      while (this.slots[to] !== 0) to = (to + 1) & mask;
      this.slots[to] = ref;
    }
  }

  private allocate(sizeBytes: number): number {
    if (sizeBytes > PAGE_BYTES / 16) return this.shared.reserve(sizeBytes);
    if (this.pageTop + sizeBytes > this.pageEnd) {
      this.pageTop = this.shared.reserve(PAGE_BYTES);
      this.pageEnd = this.pageTop + PAGE_BYTES;
    }
    const address = this.pageTop;
    this.pageTop += sizeBytes;
    return address;
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
