import type { OpenFile } from "@ferula/files";

/** What is read at once. Larger pages read ahead further, smaller ones waste less where series lie far apart. */
const PAGE_BYTES = 16_384;

/** What a thread keeps of its blocks unless told otherwise. */
const DEFAULT_CAPACITY_BYTES = 8 << 20;

/** Reads that touch more pages than this pass the cache by: they would drive out all else. */
const MOST_CACHED_PAGES = 4;

/** Keys of pages are the file's number times this, plus the number of the page. */
const PAGES_A_FILE = 2 ** 32;

const EMPTY_SLOT = -1;

/**
 * The pages of files that one thread read last, in one piece of memory of a fixed size, instead of mapped files. Which page makes room
 * is chosen by the clock: a hand goes round and takes the first that was not used since it came by.
 */
export class PageCache {
  private readonly pool: Uint8Array;
  private readonly slotKeys: Float64Array;
  private readonly slotLengths: Uint32Array;
  private readonly isUsed: Uint8Array;
  private readonly slotOfKey = new Map<number, number>();
  /** The page that was asked for last, mostly the next one too, and where it is; looking it up costs more than the rest of a read. */
  private lastKey = EMPTY_SLOT;
  private lastSlot = 0;
  private hand = 0;
  private fileCount = 0;
  /** Holds what lies in more than one page. */
  private readonly assembled: Uint8Array = new Uint8Array(MOST_CACHED_PAGES * PAGE_BYTES);

  constructor(capacityBytes: number = DEFAULT_CAPACITY_BYTES) {
    const slotCount = Math.max(MOST_CACHED_PAGES, Math.floor(capacityBytes / PAGE_BYTES));
    this.pool = new Uint8Array(slotCount * PAGE_BYTES);
    this.slotKeys = new Float64Array(slotCount).fill(EMPTY_SLOT);
    this.slotLengths = new Uint32Array(slotCount);
    this.isUsed = new Uint8Array(slotCount);
  }

  /** A number for a file whose pages are to be kept. */
  addFile(): number {
    return this.fileCount++;
  }

  /** Drops the pages of a file. */
  removeFile(fileNumber: number): void {
    for (let slot = 0; slot < this.slotKeys.length; slot++) {
      if (Math.floor(this.slotKeys[slot] / PAGES_A_FILE) === fileNumber) this.forget(slot);
    }
  }

  /**
   * The bytes of a file from `offset` on: `length` of them, or fewer when the file ends before. A view that is good until the next call;
   * it is only read.
   */
  read(fileNumber: number, file: OpenFile, offset: number, length: number): Uint8Array {
    const firstPage = Math.floor(offset / PAGE_BYTES);
    const inPage = offset - firstPage * PAGE_BYTES;
    // Fast path: most of what is read lies in one page.
    if (inPage + length <= PAGE_BYTES) {
      const slot = this.slotOf(fileNumber, file, firstPage);
      const end = Math.min(inPage + length, this.slotLengths[slot]);
      const start = slot * PAGE_BYTES;
      return this.pool.subarray(start + Math.min(inPage, end), start + end);
    }
    if (inPage + length > MOST_CACHED_PAGES * PAGE_BYTES) {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, file.read(bytes, offset));
    }
    return this.assemble(fileNumber, file, firstPage, inPage, length);
  }

  private assemble(fileNumber: number, file: OpenFile, firstPage: number, inPage: number, length: number): Uint8Array {
    const { assembled, pool, slotLengths } = this;
    let done = 0;
    let from = inPage;
    for (let page = firstPage; done < length; page++, from = 0) {
      const slot = this.slotOf(fileNumber, file, page);
      const count = Math.min(length - done, slotLengths[slot] - from);
      if (count <= 0) break;
      const start = slot * PAGE_BYTES + from;
      assembled.set(pool.subarray(start, start + count), done);
      done += count;
    }
    return assembled.subarray(0, done);
  }

  private slotOf(fileNumber: number, file: OpenFile, page: number): number {
    const key = fileNumber * PAGES_A_FILE + page;
    if (key === this.lastKey) return this.lastSlot;
    const slot = this.slotOfKey.get(key) ?? this.load(file, page, key);
    this.isUsed[slot] = 1;
    this.lastKey = key;
    this.lastSlot = slot;
    return slot;
  }

  private load(file: OpenFile, page: number, key: number): number {
    const slot = this.freeSlot();
    const start = slot * PAGE_BYTES;
    // A read that fails leaves the slot free.
    this.slotLengths[slot] = file.read(this.pool.subarray(start, start + PAGE_BYTES), page * PAGE_BYTES);
    this.slotKeys[slot] = key;
    this.slotOfKey.set(key, slot);
    return slot;
  }

  private freeSlot(): number {
    const { isUsed } = this;
    while (isUsed[this.hand] === 1) {
      isUsed[this.hand] = 0;
      this.hand = (this.hand + 1) % isUsed.length;
    }
    const slot = this.hand;
    this.hand = (this.hand + 1) % isUsed.length;
    this.forget(slot);
    return slot;
  }

  private forget(slot: number): void {
    if (this.slotKeys[slot] === EMPTY_SLOT) return;
    if (this.slotKeys[slot] === this.lastKey) this.lastKey = EMPTY_SLOT;
    this.slotOfKey.delete(this.slotKeys[slot]);
    this.slotKeys[slot] = EMPTY_SLOT;
    this.isUsed[slot] = 0;
  }
}
