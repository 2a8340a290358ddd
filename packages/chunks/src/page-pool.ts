import { MAXIMUM_BYTES, type SharedMemory } from "@ferula/kernels";

/** How much of a page its owner may hand out. */
export const PAGE_BYTES = 65_520;

/** The encoder writes and decoders read whole words, so they may touch bytes past what a page's owner handed out. */
const PADDING_BYTES = 16;

/**
 * Pages of shared memory, for whoever carves small pieces out of them on the one thread that writes. Memory that has grown never shrinks,
 * so that pages that are given back are what there is of room once all of it was used.
 */
export class PagePool {
  private readonly shared: SharedMemory;
  /** A free page's first word is the address of the next one. */
  private firstFree = 0;
  private freeCount = 0;

  constructor(shared: SharedMemory) {
    this.shared = shared;
  }

  /** Bytes that were never handed out to anybody: a large piece can only be one of these. */
  get untouchedBytes(): number {
    return MAXIMUM_BYTES - this.shared.usedBytes;
  }

  /** Bytes of pages that were given back. */
  get freeBytes(): number {
    return this.freeCount * PAGE_BYTES;
  }

  /** The address of a zeroed page, a multiple of 16. May grow the shared memory, which makes its views anew. Throws when 4 GiB are used up. */
  take(): number {
    const page = this.firstFree;
    if (page === 0) return this.shared.reserve(PAGE_BYTES + PADDING_BYTES);
    const { u32, u8 } = this.shared;
    this.firstFree = u32[page >>> 2];
    this.freeCount--;
    u8.fill(0, page, page + PAGE_BYTES);
    return page;
  }

  /** Takes a page back, which nobody may read any more. */
  give(page: number): void {
    this.shared.u32[page >>> 2] = this.firstFree;
    this.firstFree = page;
    this.freeCount++;
  }
}
