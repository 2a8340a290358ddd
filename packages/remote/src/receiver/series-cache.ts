import type { Appender, SeriesRef } from "@ferula/storage";

/** Keys lie in pages of this size; a longer one is not remembered. */
const PAGE_BYTES = 1 << 20;
/** A byte that UTF-8 has not ends each name and value of a key. */
const SEPARATOR = 0xff;
const FIRST_SLOTS = 4096;

/** Columns, a row for each series. */
interface Entries {
  readonly hashes: Uint32Array;
  /** Where its key lies: the page's number times the size of a page, and the offset in it. */
  readonly addresses: Float64Array;
  readonly lengths: Uint32Array;
  readonly labelCounts: Uint32Array;
  /** 0 for a series that was dropped. */
  readonly refs: Uint32Array;
}

function createEntries(capacity: number): Entries {
  return {
    hashes: new Uint32Array(capacity),
    addresses: new Float64Array(capacity),
    lengths: new Uint32Array(capacity),
    labelCounts: new Uint32Array(capacity),
    refs: new Uint32Array(capacity),
  };
}

/** How much is remembered: some 500,000 series. */
const MOST_BYTES = 128 << 20;

/** What tells whether references are still good, see storage's `Appender`. */
export type RefLife = Pick<Appender, "epoch" | "isLive">;

/**
 * Remembers the references of series by the bytes of their labels, as senders write them: a series that was seen needs no text, no check
 * and no look at the storage's index. When it is full, all is forgotten; what is asked for then comes back with its next sample.
 *
 * Only labels that are valid may be added: keys rely on their being UTF-8.
 */
export class SeriesCache {
  private readonly life: RefLife;
  private readonly mostPages: number;
  private epoch: number;
  private pages: Uint8Array[] = [];
  /** Where the next key goes in the last page. */
  private top = PAGE_BYTES;
  private count = 0;
  /** Open addressing, at most half full; a slot holds the index of an entry and one, or 0. */
  private slots: Uint32Array = new Uint32Array(FIRST_SLOTS);
  private entries: Entries = createEntries(FIRST_SLOTS / 2);

  constructor(life: RefLife, mostBytes: number = MOST_BYTES) {
    this.life = life;
    this.epoch = life.epoch;
    this.mostPages = Math.max(1, Math.floor(mostBytes / PAGE_BYTES));
  }

  /** How many series are remembered. */
  get size(): number {
    return this.count;
  }

  /** Forgets references that are no longer good. To be called before others are asked for, once no time has passed since. */
  followEpoch(): void {
    const { epoch } = this.life;
    if (epoch === this.epoch) return;
    this.forgetDropped();
    this.epoch = epoch;
  }

  /** The reference of the series whose labels stand in `bytes` at the ranges `from` to `to` (see `WriteColumns.labelRanges`), or 0. */
  find(bytes: Uint8Array, ranges: Uint32Array, from: number, to: number): SeriesRef {
    const entry = this.slots[this.slotOf(bytes, ranges, from, to, hashRanges(bytes, ranges, from, to))];
    return entry === 0 ? 0 : this.entries.refs[entry - 1];
  }

  /** Remembers the reference of a series that `find` did not know. */
  add(bytes: Uint8Array, ranges: Uint32Array, from: number, to: number, ref: SeriesRef): void {
    const length = keyLength(ranges, from, to);
    if (length > PAGE_BYTES) return;
    const hash = hashRanges(bytes, ranges, from, to);
    let slot = this.slotOf(bytes, ranges, from, to, hash);
    if (this.slots[slot] !== 0) {
      this.entries.refs[this.slots[slot] - 1] = ref;
      return;
    }
    if (this.count * 2 >= this.slots.length) {
      this.growSlots();
      slot = this.slotOf(bytes, ranges, from, to, hash);
    }
    if (this.top + length > PAGE_BYTES) {
      if (this.pages.length === this.mostPages) {
        this.clear();
        slot = hash & (this.slots.length - 1);
      }
      this.pages.push(new Uint8Array(PAGE_BYTES));
      this.top = 0;
    }
    const { entries } = this;
    const entry = this.count++;
    entries.hashes[entry] = hash;
    entries.addresses[entry] = (this.pages.length - 1) * PAGE_BYTES + this.top;
    entries.lengths[entry] = length;
    entries.labelCounts[entry] = to - from;
    entries.refs[entry] = ref;
    this.slots[slot] = entry + 1;
    this.top = writeKey(this.pages[this.pages.length - 1], this.top, bytes, ranges, from, to);
  }

  private forgetDropped(): void {
    const { count, life } = this;
    const { refs } = this.entries;
    for (let entry = 0; entry < count; entry++) if (refs[entry] !== 0 && !life.isLive(refs[entry], this.epoch)) refs[entry] = 0;
  }

  private clear(): void {
    this.pages = [];
    this.top = PAGE_BYTES;
    this.count = 0;
    this.slots.fill(0);
  }

  /** The slot with this key, or the free one where it belongs. */
  private slotOf(bytes: Uint8Array, ranges: Uint32Array, from: number, to: number, hash: number): number {
    const { slots } = this;
    const { hashes } = this.entries;
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0) {
      const entry = slots[slot] - 1;
      if (hashes[entry] === hash && this.hasKey(entry, bytes, ranges, from, to)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private hasKey(entry: number, bytes: Uint8Array, ranges: Uint32Array, from: number, to: number): boolean {
    const { lengths, labelCounts, addresses } = this.entries;
    // With as many labels as this key, one that isn't UTF-8 can't pass for another division of its bytes.
    if (lengths[entry] !== keyLength(ranges, from, to) || labelCounts[entry] !== to - from) return false;
    const address = addresses[entry];
    const page = this.pages[Math.floor(address / PAGE_BYTES)];
    let at = address % PAGE_BYTES;
    for (let k = 4 * from; k < 4 * to; k += 2) {
      for (let i = ranges[k], end = ranges[k + 1]; i < end; i++) if (page[at++] !== bytes[i]) return false;
      if (page[at++] !== SEPARATOR) return false;
    }
    return true;
  }

  private growSlots(): void {
    const { count, entries } = this;
    const size = this.slots.length * 2;
    this.slots = new Uint32Array(size);
    this.entries = createEntries(size / 2);
    for (const column of ["hashes", "addresses", "lengths", "labelCounts", "refs"] as const) this.entries[column].set(entries[column]);
    const { hashes } = entries;
    const mask = size - 1;
    for (let entry = 0; entry < count; entry++) {
      let slot = hashes[entry] & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = entry + 1;
    }
  }
}

function keyLength(ranges: Uint32Array, from: number, to: number): number {
  let length = 2 * (to - from);
  for (let k = 4 * from; k < 4 * to; k += 2) length += ranges[k + 1] - ranges[k];
  return length;
}

function writeKey(page: Uint8Array, top: number, bytes: Uint8Array, ranges: Uint32Array, from: number, to: number): number {
  let at = top;
  for (let k = 4 * from; k < 4 * to; k += 2) {
    for (let i = ranges[k], end = ranges[k + 1]; i < end; i++) page[at++] = bytes[i];
    page[at++] = SEPARATOR;
  }
  return at;
}

/** FNV-1a, 32 bits, over the key. */
function hashRanges(bytes: Uint8Array, ranges: Uint32Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let k = 4 * from; k < 4 * to; k += 2) {
    for (let i = ranges[k], end = ranges[k + 1]; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    hash = Math.imul(hash ^ SEPARATOR, 0x01000193);
  }
  return hash >>> 0;
}
