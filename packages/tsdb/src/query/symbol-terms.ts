/** The terms of one source's symbols: open addressing in typed arrays, as this is asked for every label of every series. */
export class SymbolTerms {
  private symbols: Uint32Array = new Uint32Array(1024);
  /** A term's number and 1; 0 is a free slot. */
  private terms: Uint32Array = new Uint32Array(1024);
  private count = 0;

  /** -1 when the symbol was not added. */
  find(symbol: number): number {
    return this.terms[this.slotOf(symbol)] - 1;
  }

  /** Adds a symbol that `find` did not find. */
  add(symbol: number, term: number): void {
    if (2 * this.count >= this.terms.length) this.grow();
    const slot = this.slotOf(symbol);
    this.symbols[slot] = symbol;
    this.terms[slot] = term + 1;
    this.count++;
  }

  private slotOf(symbol: number): number {
    const { symbols, terms } = this;
    const mask = terms.length - 1;
    let slot = (Math.imul(symbol, 0x9e3779b1) >>> 7) & mask;
    while (terms[slot] !== 0 && symbols[slot] !== symbol) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { symbols, terms } = this;
    this.symbols = new Uint32Array(2 * symbols.length);
    this.terms = new Uint32Array(2 * terms.length);
    for (let i = 0; i < terms.length; i++) {
      if (terms[i] === 0) continue;
      const slot = this.slotOf(symbols[i]);
      this.symbols[slot] = symbols[i];
      this.terms[slot] = terms[i];
    }
  }
}
