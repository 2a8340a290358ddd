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

/** Finished chunks in memory, numbered from 1, each linked to the one before it in its series. */
export class ChunkTable {
  count = 0;
  minTimesMs: Float64Array = new Float64Array(1024);
  maxTimesMs: Float64Array = new Float64Array(1024);
  slabs: Uint32Array = new Uint32Array(1024);
  sampleCounts: Uint16Array = new Uint16Array(1024);
  /** Bytes of the chunk, header included. */
  byteLengths: Uint16Array = new Uint16Array(1024);
  /** The number of the series' next older chunk, or 0. */
  older: Uint32Array = new Uint32Array(1024);

  /** Adds a chunk and returns its number. `byteLength` counts its header; `older` is the series' chunk before it, or 0. */
  add(slab: number, sampleCount: number, byteLength: number, minTimeMs: number, maxTimeMs: number, older: number): number {
    const chunk = ++this.count;
    if (chunk === this.slabs.length) this.grow();
    this.slabs[chunk] = slab;
    this.sampleCounts[chunk] = sampleCount;
    this.byteLengths[chunk] = byteLength;
    this.minTimesMs[chunk] = minTimeMs;
    this.maxTimesMs[chunk] = maxTimeMs;
    this.older[chunk] = older;
    return chunk;
  }

  private grow(): void {
    const capacity = this.slabs.length * 2;
    this.minTimesMs = grown(this.minTimesMs, new Float64Array(capacity));
    this.maxTimesMs = grown(this.maxTimesMs, new Float64Array(capacity));
    this.slabs = grown(this.slabs, new Uint32Array(capacity));
    this.sampleCounts = grown(this.sampleCounts, new Uint16Array(capacity));
    this.byteLengths = grown(this.byteLengths, new Uint16Array(capacity));
    this.older = grown(this.older, new Uint32Array(capacity));
  }
}

function grown<T extends Uint16Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
