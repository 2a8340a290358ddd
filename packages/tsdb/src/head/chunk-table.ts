import { grownCapacity, grownColumn } from "@ferula/kernels";
import { fileOfRef, headChunkRef, offsetOfRef } from "../head-chunks/format.ts";
import { ChunkTimes } from "./chunk-times.ts";

/**
 * Finished chunks, numbered from 1, each linked to the one before it in its series: struct-of-arrays, 28 bytes a chunk, whose free rows are
 * used again. A chunk has its bytes in a slab, in a file or in both; histograms that are in no file yet have them in neither, see
 * `FinishedChunks`.
 */
export class ChunkTable {
  /** How many chunks there are. */
  count = 0;
  /** The slab in memory, which is encoded as xor, or 0. */
  slabs: Uint32Array = new Uint32Array(1024);
  /** Of the chunk in the slab: how many samples it has, and how many bytes, header included. */
  sampleCounts: Uint16Array = new Uint16Array(1024);
  byteLengths: Uint16Array = new Uint16Array(1024);
  /** The number of the series' next older chunk, or 0; of a free row, the next free one. */
  older: Uint32Array = new Uint32Array(1024);
  readonly times: ChunkTimes = new ChunkTimes(1024);
  /** The place in the head chunk files: the file's number, or 0, and where in it. */
  private fileNumbers: Uint32Array = new Uint32Array(1024);
  private fileOffsets: Uint32Array = new Uint32Array(1024);
  private firstFree = 0;
  private rowCount = 0;

  /** Adds a chunk that is nowhere yet and returns its number. `older` is the series' chunk before it, or 0. */
  add(minTimeMs: number, maxTimeMs: number, older: number): number {
    const chunk = this.takeRow();
    this.count++;
    this.times.set(chunk, minTimeMs, maxTimeMs);
    this.fileNumbers[chunk] = 0;
    this.slabs[chunk] = 0;
    this.sampleCounts[chunk] = 0;
    this.byteLengths[chunk] = 0;
    this.older[chunk] = older;
    return chunk;
  }

  /** Gives a chunk's number back, and returns the chunk before it. */
  free(chunk: number): number {
    const older = this.older[chunk];
    this.times.clear(chunk);
    this.older[chunk] = this.firstFree;
    this.firstFree = chunk;
    this.count--;
    return older;
  }

  minTimeMs(chunk: number): number {
    return this.times.minTimeMs(chunk);
  }

  maxTimeMs(chunk: number): number {
    return this.times.maxTimeMs(chunk);
  }

  /** Whether the chunk is in a file. */
  isInFile(chunk: number): boolean {
    return this.fileNumbers[chunk] !== 0;
  }

  /** The chunk's place in the head chunk files, or 0. */
  fileRef(chunk: number): number {
    const file = this.fileNumbers[chunk];
    return file === 0 ? 0 : headChunkRef(file, this.fileOffsets[chunk]);
  }

  setFileRef(chunk: number, fileRef: number): void {
    this.fileNumbers[chunk] = fileOfRef(fileRef);
    this.fileOffsets[chunk] = offsetOfRef(fileRef);
  }

  /** To be called now and then, see `ChunkTimes.moveTo`. */
  moveTimesTo(timeMs: number): void {
    this.times.moveTo(timeMs);
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
    const capacity = grownCapacity(this.slabs.length);
    this.times.grow(capacity);
    this.slabs = grownColumn(this.slabs, capacity);
    this.sampleCounts = grownColumn(this.sampleCounts, capacity);
    this.byteLengths = grownColumn(this.byteLengths, capacity);
    this.older = grownColumn(this.older, capacity);
    this.fileNumbers = grownColumn(this.fileNumbers, capacity);
    this.fileOffsets = grownColumn(this.fileOffsets, capacity);
  }
}
