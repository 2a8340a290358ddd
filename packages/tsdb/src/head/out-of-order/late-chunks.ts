import { CHUNK_ENCODING_BYTES, type ChunkEncoding, chunkEncodingOf } from "@ferula/chunks";
import { grownColumn } from "@ferula/kernels";
import type { SeriesRef } from "@ferula/storage";

/** A chunk of samples out of order. */
export interface LateChunk {
  readonly encoding: ChunkEncoding;
  /** Where it lies in the head chunk files, see `headChunkRef`; 0 when `bytes` has it. */
  readonly fileRef: number;
  /** The whole chunk, header first, of one that is in no file. */
  readonly bytes: Uint8Array | undefined;
  readonly sampleCount: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** A chunk that is in memory alone. */
export interface KeptChunk {
  readonly ref: SeriesRef;
  readonly bytes: Uint8Array;
}

/** Chunks of samples out of order, numbered from 1, each linked to the one before it in its series. */
export class LateChunks {
  /** How many there are. */
  count = 0;
  private fileRefs: Float64Array = new Float64Array(64);
  private minTimesMs: Float64Array = new Float64Array(64);
  private maxTimesMs: Float64Array = new Float64Array(64);
  private sampleCounts: Uint16Array = new Uint16Array(64);
  private encodings: Uint8Array = new Uint8Array(64);
  /** 1 for those that the log has a marker of, or will have with what it takes next. */
  private areMarked: Uint8Array = new Uint8Array(64);
  /** The series' chunk before it, or 0. A free number's is the next free one. */
  private olderChunks: Uint32Array = new Uint32Array(64);
  private readonly unwritten = new Map<number, KeptChunk>();
  private firstFree = 0;
  private lastUsed = 0;

  /** Adds a chunk behind `older`, or behind none (0), and returns its number. */
  add(chunk: Omit<LateChunk, "bytes">, older: number): number {
    const number = this.take();
    this.fileRefs[number] = chunk.fileRef;
    this.minTimesMs[number] = chunk.minTimeMs;
    this.maxTimesMs[number] = chunk.maxTimeMs;
    this.sampleCounts[number] = chunk.sampleCount;
    this.encodings[number] = CHUNK_ENCODING_BYTES[chunk.encoding];
    this.areMarked[number] = 0;
    this.olderChunks[number] = older;
    this.count++;
    return number;
  }

  /** The series' chunk before this, or 0. */
  older(chunk: number): number {
    return this.olderChunks[chunk];
  }

  minTimeMs(chunk: number): number {
    return this.minTimesMs[chunk];
  }

  maxTimeMs(chunk: number): number {
    return this.maxTimesMs[chunk];
  }

  /** See `LateChunk`. */
  fileRef(chunk: number): number {
    return this.fileRefs[chunk];
  }

  /** Whether the log has a marker of the chunk, or will have one with what it takes next. */
  isMarked(chunk: number): boolean {
    return this.areMarked[chunk] === 1;
  }

  /** See `isMarked`. */
  mark(chunk: number): void {
    this.areMarked[chunk] = 1;
  }

  /** What is known of a chunk. */
  get(chunk: number): LateChunk {
    const encoding = chunkEncodingOf(this.encodings[chunk]);
    if (encoding === undefined) throw new Error(`BUG: there is no chunk out of order with number ${chunk}`);
    return {
      encoding,
      fileRef: this.fileRefs[chunk],
      bytes: this.unwritten.get(chunk)?.bytes,
      sampleCount: this.sampleCounts[chunk],
      minTimeMs: this.minTimesMs[chunk],
      maxTimeMs: this.maxTimesMs[chunk],
    };
  }

  /** Keeps a chunk of the series `ref` that no file could take (its `fileRef` is 0) until `setFileRef`. */
  keepBytes(chunk: number, ref: SeriesRef, bytes: Uint8Array): void {
    this.unwritten.set(chunk, { ref, bytes });
  }

  /** The chunks that are in no file. */
  get kept(): ReadonlyMap<number, KeptChunk> {
    return this.unwritten;
  }

  /** Notes that a file has the chunk now. */
  setFileRef(chunk: number, fileRef: number): void {
    this.fileRefs[chunk] = fileRef;
    this.unwritten.delete(chunk);
  }

  /**
   * Drops those of the row of chunks that ends with `newest` that were written up to `lastFileRef`, each of which `onDrop` is told the place
   * of, and returns the newest that is left, or 0.
   */
  dropUpTo(newest: number, lastFileRef: number, onDrop: (fileRef: number) => void): number {
    let first = 0;
    let last = 0;
    for (let chunk = newest; chunk !== 0;) {
      const older = this.olderChunks[chunk];
      if (this.fileRefs[chunk] !== 0 && this.fileRefs[chunk] <= lastFileRef) {
        onDrop(this.fileRefs[chunk]);
        this.release(chunk);
      } else {
        if (last === 0) first = chunk;
        else this.olderChunks[last] = chunk;
        last = chunk;
      }
      chunk = older;
    }
    if (last !== 0) this.olderChunks[last] = 0;
    return first;
  }

  private release(chunk: number): void {
    this.encodings[chunk] = 0;
    this.olderChunks[chunk] = this.firstFree;
    this.firstFree = chunk;
    this.count--;
  }

  private take(): number {
    if (this.firstFree !== 0) {
      const number = this.firstFree;
      this.firstFree = this.olderChunks[number];
      return number;
    }
    this.lastUsed++;
    if (this.lastUsed === this.fileRefs.length) this.grow();
    return this.lastUsed;
  }

  private grow(): void {
    const capacity = this.fileRefs.length * 2;
    this.fileRefs = grownColumn(this.fileRefs, capacity);
    this.minTimesMs = grownColumn(this.minTimesMs, capacity);
    this.maxTimesMs = grownColumn(this.maxTimesMs, capacity);
    this.sampleCounts = grownColumn(this.sampleCounts, capacity);
    this.encodings = grownColumn(this.encodings, capacity);
    this.areMarked = grownColumn(this.areMarked, capacity);
    this.olderChunks = grownColumn(this.olderChunks, capacity);
  }
}
