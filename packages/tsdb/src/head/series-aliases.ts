import type { SeriesRef } from "@ferula/storage";
import { grown } from "./grown.ts";
import { WalRefSet } from "./wal-ref-set.ts";

/**
 * Older references that the log has for series that are live: one that ended and came again while segments told of both lives still. The
 * series goes by the newest after a replay; chunks in files, and samples out of order in their log, may go by any.
 */
export class SeriesAliases {
  count = 0;
  /** None of the samples that go by them is newer; Infinity when that is not known yet. */
  newestMs = Infinity;
  /** The log's references. */
  walRefs: Float64Array = new Float64Array(16);
  /** The series that they mean. */
  refs: Uint32Array = new Uint32Array(16);
  private known = new WalRefSet(16);

  /** Adds one, once: the log may tell of it several times. */
  add(walRef: number, ref: SeriesRef): void {
    if (this.known.has(walRef)) return;
    this.known.add(walRef);
    if (this.count === this.refs.length) {
      this.walRefs = grown(this.walRefs, new Float64Array(2 * this.count));
      this.refs = grown(this.refs, new Uint32Array(2 * this.count));
    }
    this.walRefs[this.count] = walRef;
    this.refs[this.count++] = ref;
  }

  /** Forgets those of which `isNeeded` is not true. */
  keepOnly(isNeeded: (ref: SeriesRef) => boolean): void {
    const { walRefs, refs } = this;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (!isNeeded(refs[i])) continue;
      walRefs[kept] = walRefs[i];
      refs[kept++] = refs[i];
    }
    this.count = kept;
    if (kept === 0) this.known = new WalRefSet(16);
  }

  /** Whether it is one of them, or was while there were others that still are. */
  has(walRef: number): boolean {
    return this.count > 0 && this.known.has(walRef);
  }
}
