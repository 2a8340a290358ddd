import { grownColumn, type SharedMemory } from "@ferula/kernels";
import { PAGE_BYTES, type PagePool } from "./page-pool.ts";

/**
 * Pieces of one size from pages, handed out and taken back by address. A page of which nothing is handed out any more goes back to the pool,
 * so that it can serve another size: chunks of many series grow out of one size and into the next at about the same time.
 *
 * What is known of a page stands in the columns at its window of 64 KiB, by where it starts: pages are longer than that, so that no two
 * start in the same one. Window 0 holds no page.
 */
export class SlabPages {
  private readonly shared: SharedMemory;
  private readonly pool: PagePool;
  /** The first of the pages of each class that have room, linked both ways. */
  private readonly firstRoomy: Uint32Array;
  private readonly classBytes: Uint16Array;
  /** How many pieces of each class its pages have left. */
  private readonly roomCounts: Uint32Array;
  private starts: Uint32Array = new Uint32Array(64);
  private nextRoomy: Uint32Array = new Uint32Array(64);
  private previousRoomy: Uint32Array = new Uint32Array(64);
  /** The first piece that was taken back, whose first word is the address of the next. */
  private firstFree: Uint32Array = new Uint32Array(64);
  private carvedBytes: Uint16Array = new Uint16Array(64);
  private liveCounts: Uint16Array = new Uint16Array(64);

  constructor(shared: SharedMemory, pool: PagePool, classBytes: Uint16Array) {
    this.shared = shared;
    this.pool = pool;
    this.classBytes = classBytes;
    this.firstRoomy = new Uint32Array(classBytes.length);
    this.roomCounts = new Uint32Array(classBytes.length);
  }

  /** The address of a zeroed piece. May grow the shared memory, which makes its views anew. Throws when 4 GiB are used up. */
  allocate(sizeClass: number): number {
    const page = this.firstRoomy[sizeClass] || this.addPage(sizeClass);
    const free = this.firstFree[page];
    let address = free;
    if (free === 0) {
      address = this.starts[page] + this.carvedBytes[page];
      this.carvedBytes[page] += this.classBytes[sizeClass];
    } else {
      const { u32 } = this.shared;
      this.firstFree[page] = u32[free >>> 2];
      u32[free >>> 2] = 0;
    }
    this.liveCounts[page]++;
    this.roomCounts[sizeClass]--;
    if (this.isFull(page, sizeClass)) this.unlink(page, sizeClass);
    return address;
  }

  /** Takes a piece back, which nobody may read any more. */
  free(address: number, sizeClass: number): void {
    const page = this.pageOf(address);
    if (this.isFull(page, sizeClass)) this.link(page, sizeClass);
    this.roomCounts[sizeClass]++;
    // The only page with room stays: one piece that comes and goes must not cost a page each time.
    const isOnlyRoomy = this.firstRoomy[sizeClass] === page && this.nextRoomy[page] === 0;
    if (--this.liveCounts[page] === 0 && !isOnlyRoomy) {
      this.roomCounts[sizeClass] -= this.piecesAPage(sizeClass);
      this.unlink(page, sizeClass);
      this.pool.give(this.starts[page]);
      this.starts[page] = 0;
      return;
    }
    const { u32 } = this.shared;
    // Calls of built-in functions cost more than a slab's few words.
    for (let word = address >>> 2, end = (address + this.classBytes[sizeClass]) >>> 2; word < end; word++) u32[word] = 0;
    u32[address >>> 2] = this.firstFree[page];
    this.firstFree[page] = address;
  }

  /** How many more pages it takes to hand out so many pieces of each class. */
  pagesFor(counts: Uint32Array): number {
    let pages = 0;
    for (let sizeClass = 0; sizeClass < counts.length; sizeClass++) {
      const missing = counts[sizeClass] - this.roomCounts[sizeClass];
      if (missing > 0) pages += Math.ceil(missing / this.piecesAPage(sizeClass));
    }
    return pages;
  }

  private isFull(page: number, sizeClass: number): boolean {
    return this.firstFree[page] === 0 && this.carvedBytes[page] + this.classBytes[sizeClass] > PAGE_BYTES;
  }

  private pageOf(address: number): number {
    const window = address >>> 16;
    const start = this.starts[window];
    return start !== 0 && start <= address ? window : window - 1;
  }

  private addPage(sizeClass: number): number {
    const start = this.pool.take();
    const page = start >>> 16;
    // One more: the last bytes of a page lie in the window behind it.
    if (page + 1 >= this.starts.length) this.grow(page + 2);
    this.starts[page] = start;
    this.firstFree[page] = 0;
    this.carvedBytes[page] = 0;
    this.liveCounts[page] = 0;
    this.roomCounts[sizeClass] += this.piecesAPage(sizeClass);
    this.link(page, sizeClass);
    return page;
  }

  private piecesAPage(sizeClass: number): number {
    return Math.floor(PAGE_BYTES / this.classBytes[sizeClass]);
  }

  private link(page: number, sizeClass: number): void {
    const next = this.firstRoomy[sizeClass];
    this.nextRoomy[page] = next;
    this.previousRoomy[page] = 0;
    if (next !== 0) this.previousRoomy[next] = page;
    this.firstRoomy[sizeClass] = page;
  }

  private unlink(page: number, sizeClass: number): void {
    const next = this.nextRoomy[page];
    const previous = this.previousRoomy[page];
    if (previous === 0) this.firstRoomy[sizeClass] = next;
    else this.nextRoomy[previous] = next;
    if (next !== 0) this.previousRoomy[next] = previous;
  }

  private grow(least: number): void {
    const capacity = Math.max(least, this.starts.length * 2);
    this.starts = grownColumn(this.starts, capacity);
    this.nextRoomy = grownColumn(this.nextRoomy, capacity);
    this.previousRoomy = grownColumn(this.previousRoomy, capacity);
    this.firstFree = grownColumn(this.firstFree, capacity);
    this.carvedBytes = grownColumn(this.carvedBytes, capacity);
    this.liveCounts = grownColumn(this.liveCounts, capacity);
  }
}
