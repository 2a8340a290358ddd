import { grown } from "./grown.ts";

/**
 * What is known of each series besides its labels and its open chunk: struct-of-arrays, indexed by the reference, grown by
 * doubling. Row 0 is no series.
 */
export class SeriesTable {
  /** References run from 1 to `count`. */
  count = 0;
  /** The time of the newest sample; -Infinity when there is none. */
  lastTimestampsMs: Float64Array = new Float64Array(1024);
  /** The newest value's words, low first. */
  lastBits: Uint32Array = new Uint32Array(2048);
  /** The open chunk ends before this time. */
  chunkEndsMs: Float64Array = new Float64Array(1024);
  /** The number of the newest finished chunk in the `ChunkTable`, or 0. */
  newestChunks: Uint32Array = new Uint32Array(1024);
  /** The reference that the log uses: it outlives a restart, ours need not. */
  walRefs: Float64Array = new Float64Array(1024);

  /** Adds a series and returns its reference. */
  add(walRef: number): number {
    const ref = ++this.count;
    if (ref === this.walRefs.length) this.grow();
    this.lastTimestampsMs[ref] = -Infinity;
    this.walRefs[ref] = walRef;
    return ref;
  }

  private grow(): void {
    const capacity = this.walRefs.length * 2;
    this.lastTimestampsMs = grown(this.lastTimestampsMs, new Float64Array(capacity));
    this.lastBits = grown(this.lastBits, new Uint32Array(capacity * 2));
    this.chunkEndsMs = grown(this.chunkEndsMs, new Float64Array(capacity));
    this.newestChunks = grown(this.newestChunks, new Uint32Array(capacity));
    this.walRefs = grown(this.walRefs, new Float64Array(capacity));
  }
}
