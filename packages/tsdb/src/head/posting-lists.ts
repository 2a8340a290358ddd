import type { SharedMemory } from "@ferula/kernels";

/** Blocks below this size are carved from pages of this size. */
const PAGE_BYTES = 65_536;

/** The first block of a list holds four numbers; each next one twice as many as the last. */
const FIRST_CAPACITY = 4;

/**
 * Growing lists of 32-bit numbers outside the JavaScript heap: one for each label pair (the references of its series, ascending
 * because references are) and one for each label name (its pairs). A list of one number has no block: labels with a value of their own
 * for each series cost nothing but their row here. Lists are numbered from 1.
 */
export class PostingLists {
  private readonly shared: SharedMemory;
  private listCount = 0;
  private lengths: Uint32Array = new Uint32Array(1024);
  /** The only number of a list of one, else the address of its block. */
  private heads: Uint32Array = new Uint32Array(1024);
  /** Blocks that lists grew out of, by the power of two of their capacity. */
  private readonly freeBlocks: number[][] = Array.from({ length: 31 }, () => []);
  private pageTop = 0;
  private pageEnd = 0;

  constructor(shared: SharedMemory) {
    this.shared = shared;
  }

  /** Makes an empty list. */
  create(): number {
    const list = ++this.listCount;
    if (list >= this.lengths.length) {
      const lengths = new Uint32Array(this.lengths.length * 2);
      const heads = new Uint32Array(this.heads.length * 2);
      lengths.set(this.lengths);
      heads.set(this.heads);
      this.lengths = lengths;
      this.heads = heads;
    }
    return list;
  }

  /** How many numbers the list holds. */
  length(list: number): number {
    return this.lengths[list];
  }

  /** The list's numbers, for reading, good until the next `push`. */
  view(list: number): Uint32Array {
    const length = this.lengths[list];
    if (length <= 1) return this.heads.subarray(list, list + length);
    const word = this.heads[list] >>> 2;
    return this.shared.u32.subarray(word, word + length);
  }

  /** Puts a number at the end of the list. May grow the shared memory, which makes its views anew. */
  push(list: number, value: number): void {
    const length = this.lengths[list];
    if (length === 0) {
      this.heads[list] = value;
    } else {
      if (length === 1 || (length >= FIRST_CAPACITY && (length & (length - 1)) === 0)) this.grow(list, length);
      this.shared.u32[(this.heads[list] >>> 2) + length] = value;
    }
    this.lengths[list] = length + 1;
  }

  private grow(list: number, length: number): void {
    const capacity = length === 1 ? FIRST_CAPACITY : length * 2;
    const block = this.allocate(capacity);
    const to = block >>> 2;
    const { u32 } = this.shared;
    const head = this.heads[list];
    if (length === 1) {
      u32[to] = head;
    } else {
      u32.copyWithin(to, head >>> 2, (head >>> 2) + length);
      this.freeBlocks[31 - Math.clz32(length)].push(head);
    }
    this.heads[list] = block;
  }

  private allocate(capacity: number): number {
    const free = this.freeBlocks[31 - Math.clz32(capacity)].pop();
    if (free !== undefined) return free;
    const sizeBytes = capacity * 4;
    if (sizeBytes >= PAGE_BYTES) return this.shared.reserve(sizeBytes);
    if (this.pageTop + sizeBytes > this.pageEnd) {
      this.pageTop = this.shared.reserve(PAGE_BYTES);
      this.pageEnd = this.pageTop + PAGE_BYTES;
    }
    const block = this.pageTop;
    this.pageTop += sizeBytes;
    return block;
  }
}
