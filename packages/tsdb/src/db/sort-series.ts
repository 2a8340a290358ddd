import type { SharedMemory } from "@ferula/kernels";

/**
 * Series in the order of their labels. A symbol of the head is replaced by its rank among all symbols that the series have, by their UTF-8
 * bytes; so label sets are compared as rows of numbers, and the ranks are what the index of a block numbers its symbols by.
 */
export interface SortedSeries {
  /** Indexes into what was sorted. */
  readonly order: Uint32Array;
  /** The address of the symbol of each rank. */
  readonly symbols: Uint32Array;
  /** Of the series with index i: the ranks of name, value, name, value … from `rowStart[i]` to before `rowStart[i + 1]`. */
  readonly ranks: Uint32Array;
  readonly rowStart: Uint32Array;
}

/** Sorts series by the label blocks at `labelAddresses`, see head/label-sets.ts. Takes 20 bytes a label meanwhile; any thread may do it. */
export function sortSeries(shared: SharedMemory, labelAddresses: Uint32Array): SortedSeries {
  shared.refresh();
  const numbers = new SymbolNumbers();
  const { ranks, rowStart } = readRows(shared, labelAddresses, numbers);
  const symbols = numbers.symbols();
  const byText = Uint32Array.from(symbols, (_, i) => i).sort((a, b) => compareSymbols(shared, symbols[a], symbols[b]));
  const rankOf = new Uint32Array(byText.length);
  for (let rank = 0; rank < byText.length; rank++) rankOf[byText[rank]] = rank;
  for (let i = 0; i < ranks.length; i++) ranks[i] = rankOf[ranks[i]];
  const order = Uint32Array.from(labelAddresses, (_, i) => i).sort((a, b) => compareRows(ranks, rowStart, a, b));
  return { order, symbols: byText.map((number) => symbols[number]), ranks, rowStart };
}

/** The labels of all series, each symbol as its number in `numbers`. */
function readRows({ u32 }: SharedMemory, labelAddresses: Uint32Array, numbers: SymbolNumbers): Pick<SortedSeries, "ranks" | "rowStart"> {
  const rowStart = new Uint32Array(labelAddresses.length + 1);
  for (let i = 0; i < labelAddresses.length; i++) rowStart[i + 1] = rowStart[i] + 2 * u32[labelAddresses[i] >>> 2];
  const ranks = new Uint32Array(rowStart[labelAddresses.length]);
  for (let i = 0; i < labelAddresses.length; i++) {
    const word = (labelAddresses[i] >>> 2) + 1;
    const start = rowStart[i];
    const length = rowStart[i + 1] - start;
    for (let k = 0; k < length; k++) ranks[start + k] = numbers.numberOf(u32[word + k]);
  }
  return { ranks, rowStart };
}

function compareSymbols({ u8, u32 }: SharedMemory, a: number, b: number): number {
  const aLength = u32[a >>> 2];
  const bLength = u32[b >>> 2];
  const shorter = aLength < bLength ? aLength : bLength;
  for (let i = 4; i < shorter + 4; i++) {
    const difference = u8[a + i] - u8[b + i];
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

function compareRows(ranks: Uint32Array, rowStart: Uint32Array, a: number, b: number): number {
  const aStart = rowStart[a];
  const bStart = rowStart[b];
  const aLength = rowStart[a + 1] - aStart;
  const bLength = rowStart[b + 1] - bStart;
  const shorter = aLength < bLength ? aLength : bLength;
  for (let i = 0; i < shorter; i++) {
    const difference = ranks[aStart + i] - ranks[bStart + i];
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

/** Numbers symbols from 0 in the order they are met. */
class SymbolNumbers {
  /** Open addressing; a slot holds a symbol or 0, and beside it its number. */
  private slots: Uint32Array = new Uint32Array(4096);
  private numbers: Uint32Array = new Uint32Array(4096);
  private count = 0;

  numberOf(symbol: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = hashOf(symbol) & mask;
    while (slots[slot] !== 0) {
      if (slots[slot] === symbol) return this.numbers[slot];
      slot = (slot + 1) & mask;
    }
    if (this.count * 2 >= slots.length) {
      this.grow();
      return this.numberOf(symbol);
    }
    slots[slot] = symbol;
    this.numbers[slot] = this.count;
    return this.count++;
  }

  /** By number. */
  symbols(): Uint32Array {
    const symbols = new Uint32Array(this.count);
    for (let slot = 0; slot < this.slots.length; slot++) if (this.slots[slot] !== 0) symbols[this.numbers[slot]] = this.slots[slot];
    return symbols;
  }

  private grow(): void {
    const { slots, numbers } = this;
    const mask = slots.length * 2 - 1;
    this.slots = new Uint32Array(mask + 1);
    this.numbers = new Uint32Array(mask + 1);
    for (let from = 0; from < slots.length; from++) {
      if (slots[from] === 0) continue;
      let to = hashOf(slots[from]) & mask;
      while (this.slots[to] !== 0) to = (to + 1) & mask;
      this.slots[to] = slots[from];
      this.numbers[to] = numbers[from];
    }
  }
}

/** Symbols are addresses at multiples of four. */
function hashOf(symbol: number): number {
  const hash = Math.imul(symbol >>> 2, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) >>> 0;
}
