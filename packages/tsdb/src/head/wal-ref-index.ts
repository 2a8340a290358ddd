import type { SeriesTable } from "./series-table.ts";

/** Tells which references of the log are those of certain series. */
export class WalRefIndex {
  private readonly series: SeriesTable;
  /** Open addressing; a slot holds one of our references or 0. */
  private readonly slots: Uint32Array;

  /** With room for `mostSeries`. */
  constructor(series: SeriesTable, mostSeries: number) {
    this.series = series;
    this.slots = new Uint32Array(slotsFor(mostSeries));
  }

  /** Adds a series. */
  add(ref: number): void {
    const walRef = this.series.walRefs[ref];
    const slot = this.slotOf(walRef);
    this.slots[slot] = ref;
  }

  /** Whether a series was added whose reference this is, and no other has its place by now. */
  has(walRef: number): boolean {
    return this.slots[this.slotOf(walRef)] !== 0;
  }

  private slotOf(walRef: number): number {
    const { slots } = this;
    const { walRefs } = this.series;
    const mask = slots.length - 1;
    let slot = hashWalRef(walRef) & mask;
    while (slots[slot] !== 0 && walRefs[slots[slot]] !== walRef) slot = (slot + 1) & mask;
    return slot;
  }
}

/** How many slots a table of `count` entries has: twice as many at least, a power of two. */
export function slotsFor(count: number): number {
  return 2 ** Math.max(4, 33 - Math.clz32(count));
}

/** The log counts its references up, so that most of them differ in their low bits. */
export function hashWalRef(walRef: number): number {
  const hash = Math.imul(walRef ^ Math.floor(walRef / 0x1_0000_0000), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}
