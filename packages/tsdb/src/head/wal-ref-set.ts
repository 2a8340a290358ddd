import { hashWalRef, slotsFor } from "./wal-ref-index.ts";

/** A set of references of the log, all above 0. */
export class WalRefSet {
  /** Open addressing; 0 is a free slot. */
  private slots: Float64Array;
  private count = 0;

  /** With room for `expected` of them from the beginning, so that adding these takes no time at once. */
  constructor(expected: number) {
    this.slots = new Float64Array(slotsFor(expected));
  }

  has(walRef: number): boolean {
    return this.slots[slotOf(this.slots, walRef)] === walRef;
  }

  add(walRef: number): void {
    if (this.count * 2 >= this.slots.length) this.grow();
    const slot = slotOf(this.slots, walRef);
    if (this.slots[slot] === walRef) return;
    this.slots[slot] = walRef;
    this.count++;
  }

  private grow(): void {
    const slots = new Float64Array(this.slots.length * 2);
    for (const walRef of this.slots) if (walRef !== 0) slots[slotOf(slots, walRef)] = walRef;
    this.slots = slots;
  }
}

/** Where the reference is, or the free slot where it belongs. */
function slotOf(slots: Float64Array, walRef: number): number {
  const mask = slots.length - 1;
  let slot = hashWalRef(walRef) & mask;
  while (slots[slot] !== 0 && slots[slot] !== walRef) slot = (slot + 1) & mask;
  return slot;
}
