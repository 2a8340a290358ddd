import { grown } from "./grown.ts";

/**
 * Finished chunks, numbered from 1, each linked to the one before it in its series: struct-of-arrays, grown by doubling, whose free rows
 * are used again. A chunk has its bytes in a slab, in a file or in both; histograms that are in no file yet have them in neither, see
 * `FinishedChunks`.
 */
export class ChunkTable {
  /** How many chunks there are. */
  count = 0;
  minTimesMs: Float64Array = new Float64Array(1024);
  maxTimesMs: Float64Array = new Float64Array(1024);
  /** The place in the head chunk files, or 0. */
  fileRefs: Float64Array = new Float64Array(1024);
  /** The slab in memory, which is encoded as xor, or 0. */
  slabs: Uint32Array = new Uint32Array(1024);
  /** Of the chunk in the slab: how many samples it has, and how many bytes, header included. */
  sampleCounts: Uint16Array = new Uint16Array(1024);
  byteLengths: Uint16Array = new Uint16Array(1024);
  /** The number of the series' next older chunk, or 0; of a free row, the next free one. */
  older: Uint32Array = new Uint32Array(1024);
  private firstFree = 0;
  private rowCount = 0;

  /** Adds a chunk that is nowhere yet and returns its number. `older` is the series' chunk before it, or 0. */
  add(minTimeMs: number, maxTimeMs: number, older: number): number {
    const chunk = this.takeRow();
    this.count++;
    this.minTimesMs[chunk] = minTimeMs;
    this.maxTimesMs[chunk] = maxTimeMs;
    this.fileRefs[chunk] = 0;
    this.slabs[chunk] = 0;
    this.sampleCounts[chunk] = 0;
    this.byteLengths[chunk] = 0;
    this.older[chunk] = older;
    return chunk;
  }

  /** Gives a chunk's number back, and returns the chunk before it. */
  free(chunk: number): number {
    const older = this.older[chunk];
    this.older[chunk] = this.firstFree;
    this.firstFree = chunk;
    this.count--;
    return older;
  }

  private takeRow(): number {
    const free = this.firstFree;
    if (free !== 0) {
      this.firstFree = this.older[free];
      return free;
    }
    const row = ++this.rowCount;
    if (row === this.slabs.length) this.grow();
    return row;
  }

  private grow(): void {
    const capacity = this.slabs.length * 2;
    this.minTimesMs = grown(this.minTimesMs, new Float64Array(capacity));
    this.maxTimesMs = grown(this.maxTimesMs, new Float64Array(capacity));
    this.fileRefs = grown(this.fileRefs, new Float64Array(capacity));
    this.slabs = grown(this.slabs, new Uint32Array(capacity));
    this.sampleCounts = grown(this.sampleCounts, new Uint16Array(capacity));
    this.byteLengths = grown(this.byteLengths, new Uint16Array(capacity));
    this.older = grown(this.older, new Uint32Array(capacity));
  }
}
