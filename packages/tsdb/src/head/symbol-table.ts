import type { PagePool } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";
import { BlockPool } from "./block-pool.ts";
import { HASH_SEED, nextSlot, SlotTable, tagOf } from "./slot-table.ts";
import { Uint32List } from "./uint32-list.ts";

/**
 * A symbol stands for one string: the address of its length (32 bits) and its UTF-8 bytes in shared memory. Equal strings have the same
 * symbol; 0 is none. The word before the length counts the uses.
 */
export type Symbol32 = number;

/** The counts of uses and of bytes. */
const HEADER_WORDS = 2;

/** Longer strings are copied and compared by the runtime, which costs a call and then a fraction for each byte. */
const LONG_BYTES = 1024;

/**
 * Interns strings outside the JavaScript heap: names and values of labels, each once. Only the main thread has one.
 *
 * A symbol whose last use was let go of is no longer found, so that the same string gets another, but keeps its bytes until `recycle`:
 * readers on other threads may know it.
 */
export class SymbolTable {
  private readonly shared: SharedMemory;
  private readonly encoder = new TextEncoder();
  /** The symbols, by the hash of their bytes. */
  private readonly table: SlotTable;
  private textBytes = 0;
  private readonly blocks: BlockPool;
  private readonly released = new Uint32List();
  /** The string that is being looked up, as UTF-8. */
  private scratch: Uint8Array<ArrayBuffer> = new Uint8Array(1024);

  constructor(shared: SharedMemory, pages: PagePool) {
    this.shared = shared;
    this.blocks = new BlockPool(shared, pages);
    this.table = new SlotTable((symbol) => this.hashOf(symbol));
  }

  /** How many strings there are. */
  get count(): number {
    return this.table.count;
  }

  /** The bytes of all strings together. */
  get sizeBytes(): number {
    return this.textBytes;
  }

  /** The symbol of `text`, made when it is new. */
  intern(text: string): Symbol32 {
    const length = this.encode(text);
    return this.internBytes(this.scratch, 0, length);
  }

  /** The symbol of `text`, or 0 when no such string was interned. */
  find(text: string): Symbol32 {
    const length = this.encode(text);
    return this.findBytes(this.scratch, 0, length, hashBytes(this.scratch, 0, length));
  }

  /** The symbol of the UTF-8 bytes from `start` to `end`, made when it is new. The bytes are copied. */
  internBytes(bytes: Uint8Array, start: number, end: number): Symbol32 {
    const hash = hashBytes(bytes, start, end);
    const found = this.findBytes(bytes, start, end, hash);
    if (found !== 0) return found;
    const symbol = this.store(bytes, start, end);
    this.table.add(symbol, hash);
    this.textBytes += end - start;
    return symbol;
  }

  /** Counts one more use. */
  retain(symbol: Symbol32): void {
    this.shared.u32[(symbol >>> 2) - 1]++;
  }

  /** Counts one use less. */
  release(symbol: Symbol32): void {
    const uses = --this.shared.u32[(symbol >>> 2) - 1];
    if (uses === 0 && this.drop(symbol)) this.released.push(symbol);
  }

  /** Lets go of a symbol that was interned and came to no use: no reader knows it. */
  dropUnused(symbol: Symbol32): void {
    if (this.shared.u32[(symbol >>> 2) - 1] === 0 && this.drop(symbol)) this.recycle(symbol);
  }

  /** The symbols that went out of use since the last call. */
  takeReleased(): Uint32Array {
    return this.released.take();
  }

  /** Gives the memory of a symbol back that went out of use and that no reader can know any more. */
  recycle(symbol: Symbol32): void {
    this.blocks.free(symbol - 4, blockWords(this.shared.u32[symbol >>> 2]));
  }

  /** Whether the symbol's string begins with these UTF-8 bytes. */
  startsWith(symbol: Symbol32, prefix: Uint8Array): boolean {
    const { u8, u32 } = this.shared;
    if (u32[symbol >>> 2] < prefix.length) return false;
    for (let i = 0; i < prefix.length; i++) if (u8[symbol + 4 + i] !== prefix[i]) return false;
    return true;
  }

  /** Orders two symbols by the UTF-8 bytes of their strings: negative, zero or positive. */
  compare(a: Symbol32, b: Symbol32): number {
    const { u8, u32 } = this.shared;
    const aLength = u32[a >>> 2];
    const bLength = u32[b >>> 2];
    const shorter = aLength < bLength ? aLength : bLength;
    for (let i = 4; i < shorter + 4; i++) {
      const difference = u8[a + i] - u8[b + i];
      if (difference !== 0) return difference;
    }
    return aLength - bLength;
  }

  private encode(text: string): number {
    const isLong = text.length > LONG_BYTES;
    if (this.scratch.length < text.length * 3) this.scratch = new Uint8Array(text.length * (isLong ? 3 : 6));
    const { scratch } = this;
    if (isLong) return this.encoder.encodeInto(text, scratch).written;
    // Fast path: nearly every label is ASCII.
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 128) return this.encoder.encodeInto(text, scratch).written;
      scratch[i] = unit;
    }
    return text.length;
  }

  private findBytes(bytes: Uint8Array, start: number, end: number, hash: number): Symbol32 {
    const { slots, tags } = this.table;
    const { u8, u32 } = this.shared;
    const length = end - start;
    const tag = tagOf(hash);
    for (let slot = this.table.firstSlot(hash); tags[slot] !== 0; slot = nextSlot(slot)) {
      if (tags[slot] !== tag) continue;
      const symbol = slots[slot];
      if (u32[symbol >>> 2] !== length) continue;
      if (length > LONG_BYTES) {
        if (Buffer.compare(bufferOver(u8, symbol + 4, length), bytes.subarray(start, end)) === 0) return symbol;
        continue;
      }
      let i = 0;
      while (i < length && u8[symbol + 4 + i] === bytes[start + i]) i++;
      if (i === length) return symbol;
    }
    return 0;
  }

  private store(bytes: Uint8Array, start: number, end: number): Symbol32 {
    const symbol = this.blocks.allocate(blockWords(end - start)) + 4;
    const { u8, u32 } = this.shared;
    u32[(symbol >>> 2) - 1] = 0;
    u32[symbol >>> 2] = end - start;
    if (end - start > LONG_BYTES) bufferOver(u8, symbol + 4, end - start).fill(bytes.subarray(start, end));
    else for (let i = start, to = symbol + 4; i < end; i++, to++) u8[to] = bytes[i];
    return symbol;
  }

  /** Returns false when it went out of use before and waits already. */
  private drop(symbol: Symbol32): boolean {
    if (!this.table.remove(symbol, this.hashOf(symbol))) return false;
    this.textBytes -= this.shared.u32[symbol >>> 2];
    return true;
  }

  private hashOf(symbol: Symbol32): number {
    const { u8, u32 } = this.shared;
    return hashBytes(u8, symbol + 4, symbol + 4 + u32[symbol >>> 2]);
  }
}

function blockWords(byteLength: number): number {
  return HEADER_WORDS + ((byteLength + 3) >>> 2);
}

/** V8's own copies to shared memory go byte by byte; those of a Buffer don't. */
function bufferOver({ buffer }: Uint8Array, address: number, length: number): Buffer {
  return Buffer.from(buffer as ArrayBuffer, address, length);
}

/** FNV-1a with a last mix: both ends of it choose the slot. */
function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
