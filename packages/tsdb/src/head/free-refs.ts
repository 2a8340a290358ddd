/**
 * References that may be used again. The lowest comes first: series that are made together get references that ascend, which postings take
 * without being sorted again, and lie close together in every table.
 */
export class FreeRefs {
  /** Ascending from `next` on. */
  private refs: Uint32Array = new Uint32Array(0);
  private next = 0;

  /** The lowest of them, or 0 when there is none. */
  take(): number {
    return this.next < this.refs.length ? this.refs[this.next++] : 0;
  }

  /** Adds references, which ascend and are not there yet. */
  give(refs: Uint32Array): void {
    const rest = this.refs.subarray(this.next);
    const merged = new Uint32Array(rest.length + refs.length);
    let i = 0;
    let k = 0;
    for (let at = 0; at < merged.length; at++) {
      merged[at] = k === refs.length || (i < rest.length && rest[i] < refs[k]) ? rest[i++] : refs[k++];
    }
    this.refs = merged;
    this.next = 0;
  }
}
