import { PAGE_BYTES, type PagePool } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";

/** Blocks up to this size are carved from pages; a larger one gets its own memory. */
export const MOST_PAGED_BYTES = 16_384;

/** Up to this many words every size has its own class; above there are eight between two powers of two, so that an eighth is lost at most. */
const EXACT_WORDS = 16;
const STEPS_SHIFT = 3;

/** Sixteen exact sizes, and eight for each power of two up to 2^30 words. */
const CLASS_COUNT = EXACT_WORDS + 1 + (31 - 4) * 8;

/**
 * Blocks of 32-bit words in shared memory that are handed out, given back and handed out again, on the one thread that writes. Their size
 * is the user's to remember. A free block's first word is the address of the next free one of its class, so that free memory costs none.
 */
export class BlockPool {
  private readonly shared: SharedMemory;
  /** The first free block of each class, or 0. */
  private readonly firstFree = new Uint32Array(CLASS_COUNT);
  private readonly pages: PagePool;
  private pageTop = 0;
  private pageEnd = 0;

  constructor(shared: SharedMemory, pages: PagePool) {
    this.shared = shared;
    this.pages = pages;
  }

  /** The address of a block of `words` words at least, one or more; what is in it means nothing. May grow the shared memory. */
  allocate(words: number): number {
    const sizeClass = classOf(words);
    const free = this.firstFree[sizeClass];
    if (free !== 0) {
      this.firstFree[sizeClass] = this.shared.u32[free >>> 2];
      return free;
    }
    const sizeBytes = classWords(sizeClass) * 4;
    if (sizeBytes > MOST_PAGED_BYTES) return this.shared.reserve(sizeBytes);
    if (this.pageTop + sizeBytes > this.pageEnd) this.startPage();
    const block = this.pageTop;
    this.pageTop += sizeBytes;
    return block;
  }

  /** Gives a block back that was asked for with `words`; nobody may read it any more. */
  free(block: number, words: number): void {
    this.push(block, classOf(words));
  }

  /** Whether a block of so many words was given back and is free. */
  hasFree(words: number): boolean {
    return this.firstFree[classOf(words)] !== 0;
  }

  private startPage(): void {
    const rest = (this.pageEnd - this.pageTop) >>> 2;
    // The largest class that fits into what is left of the page.
    if (rest > 0) this.push(this.pageTop, classWords(classOf(rest)) === rest ? classOf(rest) : classOf(rest) - 1);
    this.pageTop = this.pages.take();
    this.pageEnd = this.pageTop + PAGE_BYTES;
  }

  private push(block: number, sizeClass: number): void {
    this.shared.u32[block >>> 2] = this.firstFree[sizeClass];
    this.firstFree[sizeClass] = block;
  }
}

/** The smallest class that holds so many words. */
function classOf(words: number): number {
  if (words <= EXACT_WORDS) return words;
  const exponent = 31 - Math.clz32(words - 1);
  const step = exponent - STEPS_SHIFT;
  return EXACT_WORDS + (exponent - 4) * 8 + ((words - 1) >>> step) - 7;
}

function classWords(sizeClass: number): number {
  if (sizeClass <= EXACT_WORDS) return sizeClass;
  const above = sizeClass - EXACT_WORDS - 1;
  return ((above & 7) + 9) << ((above >>> STEPS_SHIFT) + 1);
}
