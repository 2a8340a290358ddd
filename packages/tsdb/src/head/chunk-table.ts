import { grown } from "./grown.ts";

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
