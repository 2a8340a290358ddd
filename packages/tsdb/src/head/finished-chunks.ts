import { type ChunkEncoding, type Slab, slabAddress, type SlabAllocator } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";
import type { SeriesRef } from "@ferula/storage";
import type { HeadChunkFiles } from "../head-chunks/head-chunk-files.ts";
import type { ChunkTable } from "./chunk-table.ts";
import type { FoundChunks } from "./found-chunks.ts";
import type { HeadCounters } from "./head-counters.ts";
import type { HeadTimes } from "./head-times.ts";
import { RefQueue } from "./ref-queue.ts";
import type { SeriesTable } from "./series-table.ts";

/** A chunk that gets no further sample. The bytes are a whole chunk, header first, and are not written to any more. */
export interface FinishedChunk {
  readonly encoding: ChunkEncoding;
  readonly bytes: Uint8Array;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** What the finished chunks are part of. */
export interface FinishedChunksParts {
  readonly shared: SharedMemory;
  readonly slabAllocator: SlabAllocator;
  readonly series: SeriesTable;
  readonly chunks: ChunkTable;
  readonly counters: HeadCounters;
  readonly times: HeadTimes;
}

/** With more waiting than this, chunks are written as soon as they are finished: memory must not grow with the log that is replayed. */
const MOST_WAITING = 8192;

/**
 * The finished chunks of all series, newest first, and their way out of memory: each is written to a file soon after it was finished. The
 * newest of a series keeps its slab beside that, as most queries ask for it; those before it are in the files alone. What the files can't
 * take stays in memory until they can.
 *
 * Those of a series that are in no file are its newest: in the files a series' chunks stand in the order of time. Only where the files failed
 * while the log was replayed may one stand before others in time that were found in files.
 */
export class FinishedChunks {
  /** Where chunks are written to; without it they stay in memory. */
  files: HeadChunkFiles | undefined;
  /** What was found in files, while the log is replayed. */
  found: FoundChunks | undefined;
  /** Told when chunks begin to wait for the files. */
  onWaiting: (() => void) | undefined;
  /** Told when files should go, see `truncateFiles`. */
  onTruncate: (() => void) | undefined;
  private readonly parts: FinishedChunksParts;
  /** The series of each chunk that was not written yet, oldest first. */
  private readonly waiting = new RefQueue();
  /** Chunks that are in no slab, as long as they are in no file, by number. */
  private readonly kept = new Map<number, FinishedChunk>();
  private unwritten: Uint32Array = new Uint32Array(16);
  /** Series with a chunk that may be in no file behind one that is. */
  private readonly mixed = new Set<SeriesRef>();
  private isFailing = false;

  constructor(parts: FinishedChunksParts) {
    this.parts = parts;
  }

  /** How many chunks are in no file. */
  get waitingCount(): number {
    return this.files === undefined ? 0 : this.waiting.count;
  }

  /** Takes a chunk of any encoding, whose bytes are kept. */
  add(ref: SeriesRef, chunk: FinishedChunk): void {
    this.kept.set(this.addRow(ref, chunk.minTimeMs, chunk.maxTimeMs), chunk);
    this.enqueue(ref);
  }

  /** Takes an xor chunk in a slab. `byteLength` counts its header. */
  addSlab(ref: SeriesRef, slab: Slab, sampleCount: number, byteLength: number, minTimeMs: number, maxTimeMs: number): void {
    const { chunks } = this.parts;
    const row = this.addRow(ref, minTimeMs, maxTimeMs);
    chunks.slabs[row] = slab;
    chunks.sampleCounts[row] = sampleCount;
    chunks.byteLengths[row] = byteLength;
    this.enqueue(ref);
  }

  /** The chunk that is in neither a slab nor a file. */
  bytesOf(row: number): FinishedChunk {
    const chunk = this.kept.get(row);
    if (chunk === undefined) throw new Error(`BUG: the bytes of chunk ${row} are nowhere`);
    return chunk;
  }

  /** Samples of the series up to this time are in finished chunks; -Infinity when there are none. */
  coveredUntilMs(ref: SeriesRef): number {
    const { series, chunks } = this.parts;
    const newest = series.newestChunks[ref];
    return newest === 0 ? -Infinity : chunks.maxTimeMs(newest);
  }

  /**
   * Drops the series' chunks that end before `timeMs`, all of them for Infinity, and returns how many these were. Looks at each: where the
   * log has had several references of the series, a replay may have finished one behind others that are newer.
   */
  dropChunksBefore(ref: SeriesRef, timeMs: number): number {
    const { series, chunks } = this.parts;
    let count = 0;
    let kept = 0;
    for (let row = series.newestChunks[ref]; row !== 0;) {
      if (chunks.maxTimeMs(row) >= timeMs) {
        kept = row;
        row = chunks.older[row];
        continue;
      }
      row = this.dropRow(row);
      count++;
      if (kept === 0) series.newestChunks[ref] = row;
      else chunks.older[kept] = row;
    }
    return count;
  }

  /** Sees to it that files of which nothing is needed go soon, once many chunks were dropped; and that later the newest can go, too. */
  truncateFiles(): void {
    this.onTruncate?.();
  }

  /** Drops a chunk and all before it in its series, which no series names any more. */
  dropChain(newest: number): number {
    let count = 0;
    for (let row = newest; row !== 0; count++) row = this.dropRow(row);
    return count;
  }

  /** Returns the one before it. */
  private dropRow(row: number): number {
    const { chunks, counters } = this.parts;
    this.retireSlab(row);
    if (!chunks.isInFile(row)) this.kept.delete(row);
    else this.files?.release(chunks.fileRef(row));
    counters.chunksRemoved++;
    return chunks.free(row);
  }

  /**
   * Puts chunks that were found in files, `newest` and those before it, among those of a series, and says what the series has by that. A
   * series may have had several references in the log, so that chunks came apart; should they overlap, all are kept.
   */
  attach(ref: SeriesRef, newest: number): void {
    const { series, chunks, times } = this.parts;
    if (this.hasUnwritten(ref)) this.mixed.add(ref);
    const merged = mergeChains(chunks, series.newestChunks[ref], newest);
    series.newestChunks[ref] = merged;
    const newestMs = chunks.maxTimeMs(merged);
    if (newestMs > series.lastTimestampsMs[ref]) series.lastTimestampsMs[ref] = newestMs;
    if (newestMs > times.newestMs) times.newestMs = newestMs;
    for (let row = newest; row !== 0; row = chunks.older[row]) {
      if (chunks.minTimeMs(row) < times.oldestMs) times.oldestMs = chunks.minTimeMs(row);
    }
  }

  /**
   * Writes chunks that wait, `limit` at most, and returns whether some are left. Throws PromError("internal") when the files can't take
   * one; it and those after it wait on.
   */
  writeWaiting(limit: number): boolean {
    const { files, waiting } = this;
    if (files === undefined) return false;
    this.isFailing = true;
    for (let i = 0; i < limit && waiting.count > 0; i++) {
      this.writeChunksOf(files, waiting.first());
      waiting.removeFirst();
    }
    this.isFailing = false;
    return waiting.count > 0;
  }

  /** Whether a chunk of the series is in no file. */
  hasUnwritten(ref: SeriesRef): boolean {
    const { series, chunks } = this.parts;
    let row = series.newestChunks[ref];
    if (this.mixed.has(ref)) while (row !== 0 && chunks.isInFile(row)) row = chunks.older[row];
    return row !== 0 && !chunks.isInFile(row);
  }

  /** Writes the chunks of a series that are in no file, before the log calls it another name. What the files can't take waits on. */
  writeSeries(ref: SeriesRef): void {
    const { files } = this;
    if (files === undefined) return;
    try {
      this.writeChunksOf(files, ref);
    } catch {
      // `writeWaiting` tries again, and tells.
    }
  }

  private addRow(ref: SeriesRef, minTimeMs: number, maxTimeMs: number): number {
    const { series, chunks } = this.parts;
    const older = series.newestChunks[ref];
    if (older !== 0 && chunks.isInFile(older)) this.retireSlab(older);
    const row = chunks.add(minTimeMs, maxTimeMs, older);
    series.newestChunks[ref] = row;
    return row;
  }

  private enqueue(ref: SeriesRef): void {
    const { files, waiting } = this;
    if (files === undefined) return;
    waiting.push(ref);
    if (waiting.count === 1) this.onWaiting?.();
    if (waiting.count < MOST_WAITING || this.isFailing) return;
    try {
      this.writeWaiting(MOST_WAITING / 2);
    } catch {
      // It stays failing, and is told of where `writeWaiting` is called at leisure.
    }
  }

  private writeChunksOf(files: HeadChunkFiles, ref: SeriesRef): void {
    const { series, chunks } = this.parts;
    const isMixed = this.mixed.has(ref);
    let count = 0;
    for (let row = series.newestChunks[ref]; row !== 0; row = chunks.older[row]) {
      if (chunks.isInFile(row)) {
        if (isMixed) continue;
        break;
      }
      if (count === this.unwritten.length) this.unwritten = doubled(this.unwritten);
      this.unwritten[count++] = row;
    }
    while (count > 0) this.writeChunk(files, ref, this.unwritten[--count]);
    if (isMixed) this.mixed.delete(ref);
  }

  private writeChunk(files: HeadChunkFiles, ref: SeriesRef, row: number): void {
    const { shared, series, chunks, counters } = this.parts;
    const seriesRef = series.walRefs[ref];
    const minTimeMs = chunks.minTimeMs(row);
    const maxTimeMs = chunks.maxTimeMs(row);
    const slab = chunks.slabs[row];
    if (slab === 0) {
      chunks.setFileRef(row, files.write({ ...this.bytesOf(row), seriesRef, isOutOfOrder: false }));
      this.kept.delete(row);
    } else {
      const start = slabAddress(slab);
      const bytes = shared.u8.subarray(start, start + chunks.byteLengths[row]);
      chunks.setFileRef(row, files.write({ seriesRef, minTimeMs, maxTimeMs, encoding: "xor", isOutOfOrder: false, bytes }));
      if (row !== series.newestChunks[ref]) this.retireSlab(row);
    }
    counters.chunksWritten++;
  }

  private retireSlab(row: number): void {
    const { chunks, slabAllocator } = this.parts;
    if (chunks.slabs[row] === 0) return;
    slabAllocator.retire(chunks.slabs[row]);
    chunks.slabs[row] = 0;
  }
}

/** Makes one chain of two, by the end of their chunks, and returns its newest. */
function mergeChains(chunks: ChunkTable, first: number, second: number): number {
  const { older } = chunks;
  let a = first;
  let b = second;
  let newest = 0;
  let last = 0;
  while (a !== 0 || b !== 0) {
    const takesA = b === 0 || (a !== 0 && chunks.maxTimeMs(a) > chunks.maxTimeMs(b));
    const row = takesA ? a : b;
    if (takesA) a = older[a];
    else b = older[b];
    if (last === 0) newest = row;
    else older[last] = row;
    last = row;
  }
  return newest;
}

function doubled(from: Uint32Array): Uint32Array {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
}
