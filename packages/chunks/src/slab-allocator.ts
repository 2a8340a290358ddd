import type { SharedMemory } from "@ferula/kernels";
import { PagePool } from "./page-pool.ts";
import { SlabPages } from "./slab-pages.ts";

/**
 * A slab of shared memory: its address (a multiple of 16) with its size class in the low four bits. 0 is no slab.
 */
export type Slab = number;

/** Bytes of each size class. Steps of 16 where most chunks end (about 100 bytes for 120 samples), wider above. */
export const SLAB_CLASS_BYTES: Uint16Array = Uint16Array.of(32, 48, 64, 80, 96, 112, 128, 160, 192, 256, 320, 384, 512, 768, 1088, 2048);

/** The largest chunk that fits a slab. */
export const LARGEST_SLAB_BYTES: number = SLAB_CLASS_BYTES[SLAB_CLASS_BYTES.length - 1];

/** Address of the slab's first byte. */
export function slabAddress(slab: Slab): number {
  return (slab & 0xfffffff0) >>> 0;
}

/** How many bytes the slab holds. */
export function slabBytes(slab: Slab): number {
  return SLAB_CLASS_BYTES[slab & 15];
}

/** The smallest class that holds `sizeBytes`. Throws RangeError for more than `LARGEST_SLAB_BYTES`. */
export function slabClassFor(sizeBytes: number): number {
  for (let sizeClass = 0; sizeClass < SLAB_CLASS_BYTES.length; sizeClass++) if (SLAB_CLASS_BYTES[sizeClass] >= sizeBytes) return sizeClass;
  throw new RangeError(`cannot make a chunk of ${sizeBytes} bytes: a slab holds ${LARGEST_SLAB_BYTES}`);
}

/**
 * Hands out zeroed slabs for chunks, on the one thread that writes.
 *
 * Readers on other threads hold addresses and no locks. A reader is pinned from the moment its addresses are taken until it is
 * released; a slab that is retired meanwhile keeps its bytes until every pin that may know it is gone, and is reused only then.
 */
export class SlabAllocator {
  private readonly pages: SlabPages;
  private retired: Uint32Array = new Uint32Array(64);
  /** The newest pin when the slab was retired. */
  private retiredAt: Float64Array = new Float64Array(64);
  private retiredStart = 0;
  private retiredEnd = 0;
  private lastPin = 0;
  /** Live pins in the order they were made. */
  private readonly pins = new Set<number>();
  private liveBytes = 0;

  /** `pool` may serve others too. */
  constructor(shared: SharedMemory, pool: PagePool = new PagePool(shared)) {
    this.pages = new SlabPages(shared, pool, SLAB_CLASS_BYTES);
  }

  /** Bytes in slabs that are handed out and not yet retired. */
  get usedBytes(): number {
    return this.liveBytes;
  }

  /** Slabs that wait for a pin to be released. */
  get waitingCount(): number {
    return this.retiredEnd - this.retiredStart;
  }

  /** The pin that was made last, or 0. */
  get newestPin(): number {
    return this.lastPin;
  }

  /** The pin that has been live for longest; Infinity when there is none. */
  get oldestPin(): number {
    for (const pin of this.pins) return pin;
    return Infinity;
  }

  /** A zeroed slab. May grow the shared memory, which makes its views anew. Throws when 4 GiB are used up. */
  allocate(sizeClass: number): Slab {
    const address = this.pages.allocate(sizeClass);
    this.liveBytes += SLAB_CLASS_BYTES[sizeClass];
    return address + sizeClass;
  }

  /** How many pages of the pool it takes to allocate so many slabs of each class. */
  pagesFor(counts: Uint32Array): number {
    return this.pages.pagesFor(counts);
  }

  /** Gives a slab back. Its bytes stay until no pinned reader can know it. */
  retire(slab: Slab): void {
    this.liveBytes -= slabBytes(slab);
    if (this.pins.size === 0) {
      this.free(slab);
      return;
    }
    if (this.retiredEnd === this.retired.length) this.makeRetiredRoom();
    this.retired[this.retiredEnd] = slab;
    this.retiredAt[this.retiredEnd] = this.lastPin;
    this.retiredEnd++;
  }

  /** From now on, what is retired is kept for this reader. Returns the number to release it by. */
  pin(): number {
    this.lastPin++;
    this.pins.add(this.lastPin);
    return this.lastPin;
  }

  /** Lets go of a reader. Each pin is released once. */
  release(pin: number): void {
    if (!this.pins.delete(pin)) throw new Error(`BUG: pin ${pin} was released twice or never made`);
    const oldest = this.oldestPin;
    while (this.retiredStart < this.retiredEnd && this.retiredAt[this.retiredStart] < oldest) {
      this.free(this.retired[this.retiredStart]);
      this.retiredStart++;
    }
    if (this.retiredStart === this.retiredEnd) {
      this.retiredStart = 0;
      this.retiredEnd = 0;
    }
  }

  private free(slab: Slab): void {
    this.pages.free(slabAddress(slab), slab & 15);
  }

  /** Moves what waits to the front, into arrays twice as long when more than half of them is in use. */
  private makeRetiredRoom(): void {
    const waiting = this.waitingCount;
    const capacity = waiting * 2 > this.retired.length ? this.retired.length * 2 : this.retired.length;
    const retired = new Uint32Array(capacity);
    const retiredAt = new Float64Array(capacity);
    retired.set(this.retired.subarray(this.retiredStart, this.retiredEnd));
    retiredAt.set(this.retiredAt.subarray(this.retiredStart, this.retiredEnd));
    this.retired = retired;
    this.retiredAt = retiredAt;
    this.retiredStart = 0;
    this.retiredEnd = waiting;
  }
}
