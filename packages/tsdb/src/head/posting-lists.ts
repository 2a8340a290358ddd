import type { PagePool } from "@ferula/chunks";
import { grownCapacity, grownColumn, type SharedMemory } from "@ferula/kernels";
import { BlockPool, MOST_PAGED_BYTES } from "./block-pool.ts";

/** The first block of a list holds four numbers; each next one twice as many as the last. */
const FIRST_CAPACITY = 4;

/**
 * Growing lists of 32-bit numbers outside the JavaScript heap: one for each label pair (the references of its series) and one for each
 * label name (its pairs). A list of one number has no block: labels with a value of their own for each series cost nothing but their row
 * here. Lists are numbered from 1, and the numbers of those that were freed are used again.
 *
 * Numbers mostly come in ascending order; a list that got one out of turn is put in order when it is next asked for `ordered`.
 */
export class PostingLists {
  private readonly shared: SharedMemory;
  private listCount = 0;
  private lengths: Uint32Array = new Uint32Array(1024);
  /** The only number of a list of one, else the address of its block; of a free list, the next free one. */
  private heads: Uint32Array = new Uint32Array(1024);
  /** 1 for a list that may be out of order. */
  private disordered: Uint8Array = new Uint8Array(1024);
  private firstFree = 0;
  private readonly blocks: BlockPool;

  constructor(shared: SharedMemory, pages: PagePool) {
    this.shared = shared;
    this.blocks = new BlockPool(shared, pages);
  }

  /** Makes an empty list. */
  create(): number {
    const free = this.firstFree;
    if (free !== 0) {
      this.firstFree = this.heads[free];
      return free;
    }
    const list = ++this.listCount;
    if (list >= this.lengths.length) {
      const capacity = grownCapacity(this.lengths.length);
      this.lengths = grownColumn(this.lengths, capacity);
      this.heads = grownColumn(this.heads, capacity);
      this.disordered = grownColumn(this.disordered, capacity);
    }
    return list;
  }

  /** Gives an empty list back. */
  free(list: number): void {
    this.heads[list] = this.firstFree;
    this.firstFree = list;
  }

  /** How many numbers the list holds. */
  length(list: number): number {
    return this.lengths[list];
  }

  /** The list's numbers as they stand, for reading, good until the next change. */
  view(list: number): Uint32Array {
    const length = this.lengths[list];
    if (length <= 1) return this.heads.subarray(list, list + length);
    const word = this.heads[list] >>> 2;
    return this.shared.u32.subarray(word, word + length);
  }

  /** Whether `ordered` will move the list's numbers. */
  isDisordered(list: number): boolean {
    return this.disordered[list] === 1;
  }

  /** The list's numbers, ascending, for reading, good until the next change. */
  ordered(list: number): Uint32Array {
    const view = this.view(list);
    if (this.disordered[list] === 1) {
      order(view);
      this.disordered[list] = 0;
    }
    return view;
  }

  /** Puts a number at the end of the list. May grow the shared memory, which makes its views anew. */
  push(list: number, value: number): void {
    const length = this.lengths[list];
    if (length === 0) {
      this.heads[list] = value;
    } else {
      if (length === 1 || (length >= FIRST_CAPACITY && (length & (length - 1)) === 0)) this.resize(list, length, capacityFor(length + 1));
      const { u32 } = this.shared;
      const end = (this.heads[list] >>> 2) + length;
      if (value < u32[end - 1]) this.disordered[list] = 1;
      u32[end] = value;
    }
    this.lengths[list] = length + 1;
  }

  /** The bytes of memory of its own that the list will need for the next number; 0 when it has room or will fit a page. */
  nextBlockBytes(list: number): number {
    const length = this.lengths[list];
    const bytes = 4 * capacityFor(length + 1);
    return bytes > MOST_PAGED_BYTES && capacityFor(length + 1) > capacityFor(length) ? bytes : 0;
  }

  /** Keeps the numbers whose entry in `states` is `state`, in the order they have, and returns how many they are. */
  keep(list: number, states: Uint8Array, state: number): number {
    const numbers = this.view(list);
    let length = 0;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i];
      numbers[length] = number;
      length += states[number] === state ? 1 : 0;
    }
    this.shorten(list, length);
    return length;
  }

  /** Overwrites the number at `index` with the last one, by which the list gets shorter. Returns that one. */
  removeAt(list: number, index: number): number {
    const numbers = this.view(list);
    const last = numbers[numbers.length - 1];
    numbers[index] = last;
    this.shorten(list, numbers.length - 1);
    return last;
  }

  private shorten(list: number, length: number): void {
    const before = this.lengths[list];
    this.lengths[list] = length;
    if (before > 1 && (length <= 1 || capacityFor(length) < capacityFor(before))) this.resize(list, before, capacityFor(length));
    if (length <= 1) this.disordered[list] = 0;
  }

  /** Moves what the list holds, `before` numbers up to now or `length` if these are fewer, to a block of `capacity`. */
  private resize(list: number, before: number, capacity: number): void {
    const head = this.heads[list];
    const block = capacity > 1 ? this.blocks.allocate(capacity) : 0;
    const { u32 } = this.shared;
    if (before === 1) u32[block >>> 2] = head;
    else if (block === 0) this.heads[list] = u32[head >>> 2];
    else u32.copyWithin(block >>> 2, head >>> 2, (head >>> 2) + Math.min(before, capacity));
    if (before > 1) this.blocks.free(head, capacityFor(before));
    if (block !== 0) this.heads[list] = block;
  }
}

/** How many numbers the block of a list of `length` holds; one and none need no block. */
function capacityFor(length: number): number {
  if (length <= 1) return 1;
  return length <= FIRST_CAPACITY ? FIRST_CAPACITY : 2 ** (32 - Math.clz32(length - 1));
}

/** Sorts numbers of which a part at the beginning is in order, and mostly is nearly all of them. */
function order(numbers: Uint32Array): void {
  let sorted = 1;
  while (sorted < numbers.length && numbers[sorted - 1] <= numbers[sorted]) sorted++;
  const tail = numbers.slice(sorted).sort();
  // From the end: what is below the least of the tail stays where it is.
  let to = numbers.length - 1;
  let i = sorted - 1;
  for (let k = tail.length - 1; k >= 0; to--) numbers[to] = i >= 0 && numbers[i] > tail[k] ? numbers[i--] : tail[k--];
}
