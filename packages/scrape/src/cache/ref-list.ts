import type { SeriesRef } from "@ferula/storage";

/** References of series in one typed array: a target may have a million, and a Set of them would be a million objects on the heap. */
export class RefList {
  private refs: Uint32Array = new Uint32Array(256);
  private count = 0;

  /** How many there are, the same one each time it was pushed. */
  get length(): number {
    return this.count;
  }

  /** The references, good until the next change. */
  view(): Uint32Array {
    return this.refs.subarray(0, this.count);
  }

  clear(): void {
    this.count = 0;
  }

  push(ref: SeriesRef): void {
    if (this.count === this.refs.length) {
      const refs = new Uint32Array(this.refs.length * 2);
      refs.set(this.refs);
      this.refs = refs;
    }
    this.refs[this.count++] = ref;
  }

  /** Puts them in ascending order, each once. */
  makeUnique(): void {
    const sorted = this.view().sort();
    let kept = 0;
    for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) this.refs[kept++] = sorted[i];
    this.count = kept;
  }

  /** Takes out those that are among `others`, in any order; the list must be unique. */
  remove(others: Uint32Array): void {
    const { refs, count } = this;
    const isGone = new Uint8Array(count);
    for (let i = 0; i < others.length; i++) {
      const at = this.indexOf(others[i]);
      if (at < count && refs[at] === others[i]) isGone[at] = 1;
    }
    let kept = 0;
    for (let i = 0; i < count; i++) if (isGone[i] === 0) refs[kept++] = refs[i];
    this.count = kept;
  }

  /** Where the reference stands, or would. */
  private indexOf(ref: SeriesRef): number {
    const { refs } = this;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (refs[middle] < ref) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
