/**
 * Empties `slot` of a table with open addressing and linear probing, in which 0 is a free slot: entries that were pushed behind it move up,
 * so that no marker is left. `homeOf` gives the place, before masking, where an entry would stand if nothing were in its way.
 */
export function emptySlot(slots: Uint32Array, slot: number, homeOf: (entry: number) => number): void {
  const mask = slots.length - 1;
  let hole = slot;
  for (let at = (slot + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
    // An entry moves if its home does not lie between the hole and itself.
    if (((at - homeOf(slots[at])) & mask) < ((at - hole) & mask)) continue;
    slots[hole] = slots[at];
    hole = at;
  }
  slots[hole] = 0;
}
