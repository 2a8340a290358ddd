/** Series' references, first in, first out, in a ring that is doubled when it is full. */
export class RefQueue {
  count = 0;
  private refs: Uint32Array = new Uint32Array(64);
  private start = 0;

  push(ref: number): void {
    if (this.count === this.refs.length) this.grow();
    this.refs[(this.start + this.count++) & (this.refs.length - 1)] = ref;
  }

  /** The one that has been in for longest; there is one. */
  first(): number {
    return this.refs[this.start];
  }

  removeFirst(): void {
    this.start = (this.start + 1) & (this.refs.length - 1);
    this.count--;
  }

  private grow(): void {
    const refs = new Uint32Array(this.refs.length * 2);
    refs.set(this.refs.subarray(this.start));
    refs.set(this.refs.subarray(0, this.start), this.refs.length - this.start);
    this.refs = refs;
    this.start = 0;
  }
}
