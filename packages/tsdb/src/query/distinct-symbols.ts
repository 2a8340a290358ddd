/** Symbols, each once, in the order in which they came. By open addressing: a Set of as many would cost more than finding them. */
export class DistinctSymbols {
  private readonly mask: number;
  private readonly slots: Uint32Array;
  private readonly symbols: Uint32Array;
  private count = 0;

  /** Holds at most so many. */
  constructor(most: number) {
    // More than half of the slots are free.
    this.mask = 2 ** (33 - Math.clz32(most)) - 1;
    this.slots = new Uint32Array(this.mask + 1);
    this.symbols = new Uint32Array(most);
  }

  /** 0, which is none, is left out. */
  add(symbol: number): void {
    if (symbol === 0) return;
    const { slots, mask } = this;
    let slot = (Math.imul(symbol, 0x9e3779b1) >>> 7) & mask;
    while (slots[slot] !== 0) {
      if (slots[slot] === symbol) return;
      slot = (slot + 1) & mask;
    }
    slots[slot] = symbol;
    this.symbols[this.count++] = symbol;
  }

  /** Those that were added. */
  list(): Uint32Array {
    return this.symbols.subarray(0, this.count);
  }
}
