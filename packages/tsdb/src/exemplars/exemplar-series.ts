import { crc32c } from "@ferula/bytes";
import { grown } from "../head/grown.ts";
import { ByteRows } from "./byte-rows.ts";

/**
 * The series that have exemplars, numbered from 1, by their labels as `writeLabels` writes them: an exemplar stays when the head drops its
 * series, and belongs to it again when that comes back.
 */
export class ExemplarSeries {
  /** How many there are. */
  count = 0;
  /** Of each its oldest and its newest exemplar, by their places in the ring; 0 is none. */
  oldest: Uint32Array = new Uint32Array(64);
  newest: Uint32Array = new Uint32Array(64);
  private readonly labels: ByteRows = new ByteRows(63);
  private hashes: Uint32Array = new Uint32Array(64);
  /** Open addressing; a slot holds a series or 0. */
  private slots: Uint32Array = new Uint32Array(128);
  /** Numbers run to this; those in use no more are chained by `hashes`. */
  private last = 0;
  private firstFree = 0;

  /** The series with these labels, or 0. */
  find(labels: Uint8Array): number {
    return this.slots[this.slotOf(labels, crc32c(labels))];
  }

  /** The labels of a series: a view that is good until the next `add`. */
  labelsOf(series: number): Uint8Array {
    return this.labels.view(series);
  }

  /** Numbers up to this may be in use; those without a newest exemplar are not. */
  get highest(): number {
    return this.last;
  }

  /** Adds a series that `find` did not find. It has no exemplar. */
  add(labels: Uint8Array): number {
    if (this.count * 2 >= this.slots.length) this.growSlots();
    const series = this.takeNumber();
    const hash = crc32c(labels);
    this.labels.set(series, labels);
    this.hashes[series] = hash;
    this.slots[this.slotOf(labels, hash)] = series;
    this.count++;
    return series;
  }

  /** Forgets a series, whose number may be given to another. */
  remove(series: number): void {
    this.emptySlot(this.slotOf(this.labels.view(series), this.hashes[series]));
    this.labels.clear(series);
    this.oldest[series] = 0;
    this.newest[series] = 0;
    this.hashes[series] = this.firstFree;
    this.firstFree = series;
    this.count--;
  }

  private takeNumber(): number {
    const free = this.firstFree;
    if (free !== 0) {
      this.firstFree = this.hashes[free];
      return free;
    }
    const series = ++this.last;
    if (series === this.oldest.length) {
      const capacity = series * 2;
      this.oldest = grown(this.oldest, new Uint32Array(capacity));
      this.newest = grown(this.newest, new Uint32Array(capacity));
      this.hashes = grown(this.hashes, new Uint32Array(capacity));
    }
    return series;
  }

  /** The slot of the series with these labels, or the free one where it belongs. */
  private slotOf(labels: Uint8Array, hash: number): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0 && !(hashes[slots[slot]] === hash && equalBytes(this.labels.view(slots[slot]), labels)))
      slot = (slot + 1) & mask;
    return slot;
  }

  /** Moves back what was pushed on by the series in the slot, so that no search ends too early. */
  private emptySlot(start: number): void {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    let hole = start;
    for (let slot = (start + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const wanted = hashes[slots[slot]] & mask;
      if (((slot - wanted) & mask) < ((slot - hole) & mask)) continue;
      slots[hole] = slots[slot];
      hole = slot;
    }
    slots[hole] = 0;
  }

  private growSlots(): void {
    const from = this.slots;
    const mask = from.length * 2 - 1;
    const slots = new Uint32Array(mask + 1);
    for (const series of from) {
      if (series === 0) continue;
      let slot = this.hashes[series] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = series;
    }
    this.slots = slots;
  }
}

/** Whether two rows of bytes are the same. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
