import type { SeriesRef } from "@ferula/storage";

const SMALLEST = 256;

/** References of series in one typed array: a target may have a million, and a Set of them would be a million objects on the heap. */
export class RefList {
  private refs: Uint32Array = new Uint32Array(SMALLEST);
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

  /** Empties the list and gives back what it took beyond a little. */
  shrink(): void {
    this.count = 0;
    if (this.refs.length > SMALLEST) this.refs = new Uint32Array(SMALLEST);
  }

  push(ref: SeriesRef): void {
    if (this.count === this.refs.length) {
      const refs = new Uint32Array(this.refs.length * 2);
      refs.set(this.refs);
      this.refs = refs;
    }
    this.refs[this.count++] = ref;
  }

  /** Whether the reference is among them; the list must be unique. */
  has(ref: SeriesRef): boolean {
    const at = this.indexOf(ref);
    return at < this.count && this.refs[at] === ref;
  }

  /** Puts them in ascending order, each once. */
  makeUnique(): void {
    const sorted = this.view();
    // Series that are new mostly come with ascending references, and sorting a million takes far longer than looking.
    if (!isAscending(sorted)) sorted.sort();
    let kept = 0;
    for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) this.refs[kept++] = sorted[i];
    this.count = kept;
  }

  /** Takes out those that are among `others`, in any order; the list must be unique. */
  remove(others: Uint32Array): void {
    const isMet = new Uint8Array(this.count);
    this.meet(others, isMet);
    this.removeMet(isMet);
  }

  /** Sets `isMet[i]` to 1 where the reference number i is among `others`, in any order; the list must be unique. */
  meet(others: Uint32Array, isMet: Uint8Array): void {
    const { refs, count } = this;
    for (let i = 0; i < others.length; i++) {
      const at = this.indexOf(others[i]);
      if (at < count && refs[at] === others[i]) isMet[at] = 1;
    }
  }

  /** Takes out those whose entry in `isMet` is not 0. */
  removeMet(isMet: Uint8Array): void {
    const { refs, count } = this;
    let kept = 0;
    for (let i = 0; i < count; i++) if (isMet[i] === 0) refs[kept++] = refs[i];
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

function isAscending(refs: Uint32Array): boolean {
  for (let i = 1; i < refs.length; i++) if (refs[i] < refs[i - 1]) return false;
  return true;
}
