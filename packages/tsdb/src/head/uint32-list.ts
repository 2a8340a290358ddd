import { grown } from "./grown.ts";

/** A list of 32-bit numbers that grows. */
export class Uint32List {
  /** The first `count` of them are the list. */
  items: Uint32Array = new Uint32Array(64);
  count = 0;

  push(item: number): void {
    if (this.count === this.items.length) this.items = grown(this.items, new Uint32Array(this.count * 2));
    this.items[this.count++] = item;
  }

  /** The list, for reading, good until the next change. */
  view(): Uint32Array {
    return this.items.subarray(0, this.count);
  }

  /** The list, which is empty afterwards. */
  take(): Uint32Array {
    const taken = this.items.slice(0, this.count);
    this.items = new Uint32Array(64);
    this.count = 0;
    return taken;
  }

  /** Empties the list and keeps its memory. */
  clear(): void {
    this.count = 0;
  }
}
