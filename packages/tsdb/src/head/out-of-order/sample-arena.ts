/** How many samples a block of the smallest class holds; each further class holds twice as many. */
const LEAST_CAPACITY = 4;

/** The class of the largest blocks. */
const LARGEST_CLASS = 10;

/** The most samples that a block holds. */
export const MOST_BLOCK_SAMPLES: number = LEAST_CAPACITY << LARGEST_CLASS;

const PAGE_SHIFT = 16;
const PAGE_WORDS = 1 << PAGE_SHIFT;

/** The first words are left out: a block at 0 would be none. */
const FIRST_WORD = LEAST_CAPACITY;

/** How many samples a block of the class holds. */
export function blockCapacity(sizeClass: number): number {
  return LEAST_CAPACITY << sizeClass;
}

/**
 * Memory for samples that are few a series and come and go, in blocks that double: pages of 64 Ki numbers, cut into blocks from their
 * beginning. A block holds columns behind one another: all times, all values, and start timestamps where they are kept. Blocks are named
 * by a number that is not 0.
 */
export class SampleArena {
  /** How many columns a block has. */
  readonly columnCount: 2 | 3;
  private pages: Float64Array[] = [];
  /** The same memory as `pages`. */
  private pageBits: Uint32Array[] = [];
  /** The next word to cut a block from. */
  private top = 0;
  /** The first free block of each class; a free block's first word names the next. */
  private readonly free = new Float64Array(LARGEST_CLASS + 1);
  private liveCount = 0;

  constructor(keepsStarts: boolean) {
    this.columnCount = keepsStarts ? 3 : 2;
  }

  /** What the pages take. */
  get sizeBytes(): number {
    return this.pages.length * PAGE_WORDS * Float64Array.BYTES_PER_ELEMENT;
  }

  /** The page that a block lies in. */
  page(block: number): Float64Array {
    return this.pages[block >>> PAGE_SHIFT];
  }

  /** The words of that page: two for each number, low first. */
  bits(block: number): Uint32Array {
    return this.pageBits[block >>> PAGE_SHIFT];
  }

  /** Where in its page a block begins. */
  offset(block: number): number {
    return block & (PAGE_WORDS - 1);
  }

  /** A block of the class; what it holds means nothing. */
  allocate(sizeClass: number): number {
    this.liveCount++;
    const block = this.free[sizeClass];
    if (block !== 0) {
      this.free[sizeClass] = this.page(block)[this.offset(block)];
      return block;
    }
    const words = blockCapacity(sizeClass) * this.columnCount;
    if (this.pages.length === 0 || (this.top & (PAGE_WORDS - 1)) + words > PAGE_WORDS || this.top === this.pages.length * PAGE_WORDS) {
      this.addPage();
    }
    const start = this.top;
    this.top += words;
    return start;
  }

  /** Gives a block of the class back. When it was the last, so is the memory. */
  release(block: number, sizeClass: number): void {
    this.liveCount--;
    if (this.liveCount === 0) {
      this.clear();
      return;
    }
    this.page(block)[this.offset(block)] = this.free[sizeClass];
    this.free[sizeClass] = block;
  }

  private addPage(): void {
    const page = new Float64Array(PAGE_WORDS);
    this.top = this.pages.push(page) === 1 ? FIRST_WORD : (this.pages.length - 1) * PAGE_WORDS;
    this.pageBits.push(new Uint32Array(page.buffer));
  }

  private clear(): void {
    this.pages = [];
    this.pageBits = [];
    this.top = 0;
    this.free.fill(0);
  }
}
