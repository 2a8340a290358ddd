/** Series that the log has not been told of yet. */
export class NewSeries {
  refs: Uint32Array = new Uint32Array(64);
  count = 0;

  push(ref: number): void {
    if (this.count === this.refs.length) {
      const refs = new Uint32Array(this.refs.length * 2);
      refs.set(this.refs);
      this.refs = refs;
    }
    this.refs[this.count++] = ref;
  }

  clear(): void {
    this.count = 0;
  }
}
