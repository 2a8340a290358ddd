import { grownColumn } from "@ferula/kernels";
import { blockCapacity, MOST_BLOCK_SAMPLES, SampleArena } from "./sample-arena.ts";

/** Floats of series that have such, ascending in time, by a dense number that the caller gives to each series, from 1. */
export class OpenFloats {
  private readonly arena: SampleArena;
  private blocks: Uint32Array = new Uint32Array(64);
  private sizeClasses: Uint8Array = new Uint8Array(64);
  private counts: Uint16Array = new Uint16Array(64);

  constructor(keepsStarts: boolean) {
    this.arena = new SampleArena(keepsStarts);
  }

  /** What the samples take. */
  get sizeBytes(): number {
    return this.arena.sizeBytes;
  }

  /** How many a row has. */
  count(row: number): number {
    return row < this.counts.length ? this.counts[row] : 0;
  }

  /** The most that a row can hold. */
  get mostCount(): number {
    return MOST_BLOCK_SAMPLES;
  }

  /** The time of sample `index` of a row. */
  timestampMs(row: number, index: number): number {
    const block = this.blocks[row];
    return this.arena.page(block)[this.arena.offset(block) + index];
  }

  /** 0 when start timestamps are not kept. */
  startTimestampMs(row: number, index: number): number {
    if (this.arena.columnCount === 2) return 0;
    const block = this.blocks[row];
    return this.arena.page(block)[this.arena.offset(block) + 2 * blockCapacity(this.sizeClasses[row]) + index];
  }

  /** The low word of a sample's value. */
  valueLow(row: number, index: number): number {
    return this.arena.bits(this.blocks[row])[2 * this.valueWord(row, index)];
  }

  /** The high word of a sample's value. */
  valueHigh(row: number, index: number): number {
    return this.arena.bits(this.blocks[row])[2 * this.valueWord(row, index) + 1];
  }

  /** Where a sample of this time is or would go: the index of the first that is not before it. */
  place(row: number, timestampMs: number): number {
    const count = this.count(row);
    // Fast path: samples out of order come mostly in order among themselves.
    if (count === 0 || this.timestampMs(row, count - 1) < timestampMs) return count;
    const block = this.blocks[row];
    const page = this.arena.page(block);
    const first = this.arena.offset(block);
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (page[first + middle] < timestampMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether the row has a sample of this time. */
  has(row: number, timestampMs: number): boolean {
    const index = this.place(row, timestampMs);
    return index < this.count(row) && this.timestampMs(row, index) === timestampMs;
  }

  /** Puts a sample, of a time that the row has not, where it belongs. The row has fewer than `mostCount`. */
  insert(row: number, timestampMs: number, valueLow: number, valueHigh: number, startTimestampMs: number): void {
    const index = this.place(row, timestampMs);
    this.makeRoom(row);
    const { arena } = this;
    const block = this.blocks[row];
    const page = arena.page(block);
    const capacity = blockCapacity(this.sizeClasses[row]);
    const end = arena.offset(block) + this.counts[row];
    const at = arena.offset(block) + index;
    if (at < end)
      for (let column = 0; column < arena.columnCount * capacity; column += capacity)
        page.copyWithin(column + at + 1, column + at, column + end);
    page[at] = timestampMs;
    const bits = arena.bits(block);
    bits[2 * (at + capacity)] = valueLow;
    bits[2 * (at + capacity) + 1] = valueHigh;
    if (arena.columnCount === 3) page[at + 2 * capacity] = startTimestampMs;
    this.counts[row]++;
  }

  /** Forgets all samples of a row. */
  clear(row: number): void {
    if (this.count(row) === 0) return;
    this.arena.release(this.blocks[row], this.sizeClasses[row]);
    this.counts[row] = 0;
  }

  private valueWord(row: number, index: number): number {
    return this.arena.offset(this.blocks[row]) + blockCapacity(this.sizeClasses[row]) + index;
  }

  /** Makes sure that the row's block has room for another sample. */
  private makeRoom(row: number): void {
    if (row >= this.counts.length) this.grow(row);
    const count = this.counts[row];
    if (count === 0) {
      this.sizeClasses[row] = 0;
      this.blocks[row] = this.arena.allocate(0);
    } else if (count === blockCapacity(this.sizeClasses[row])) {
      if (count === MOST_BLOCK_SAMPLES) throw new Error(`BUG: a series has ${count} samples out of order that were not made a chunk`);
      this.moveToLarger(row);
    }
  }

  private moveToLarger(row: number): void {
    const { arena } = this;
    const count = this.counts[row];
    const sizeClass = this.sizeClasses[row];
    const from = this.blocks[row];
    const to = arena.allocate(sizeClass + 1);
    const source = arena.page(from);
    const target = arena.page(to);
    for (let column = 0; column < arena.columnCount; column++) {
      const start = arena.offset(from) + column * count;
      const targetStart = arena.offset(to) + column * blockCapacity(sizeClass + 1);
      // Most blocks are so short that making a view of one takes longer.
      for (let i = 0; i < count; i++) target[targetStart + i] = source[start + i];
    }
    arena.release(from, sizeClass);
    this.blocks[row] = to;
    this.sizeClasses[row] = sizeClass + 1;
  }

  private grow(row: number): void {
    const capacity = Math.max(row + 1, this.counts.length * 2);
    this.blocks = grownColumn(this.blocks, capacity);
    this.sizeClasses = grownColumn(this.sizeClasses, capacity);
    this.counts = grownColumn(this.counts, capacity);
  }
}
