import { grownColumn } from "@ferula/kernels";
import type { SeriesRef } from "@ferula/storage";
import type { HeadChunk } from "../head-chunks/chunk-entry.ts";
import type { HeadChunkFiles } from "../head-chunks/head-chunk-files.ts";
import { WalRefs } from "../wal/wal-refs.ts";
import type { ChunkTable } from "./chunk-table.ts";
import type { FinishedChunks } from "./finished-chunks.ts";
import { FoundLateChunks } from "./found-late-chunks.ts";

/**
 * The chunks that were found in files when the head was opened. To which series they belong is known once the log has told of it; until then
 * they go by the log's reference.
 */
export class FoundChunks {
  /** The highest of the log's references that has chunks. */
  highestWalRef = 0;
  readonly late: FoundLateChunks = new FoundLateChunks();
  private readonly chunks: ChunkTable;
  private readonly finished: FinishedChunks;
  /** From the log's reference to the newest chunk that no series has claimed. */
  private readonly newest = new WalRefs();
  /** The references that have chunks. */
  private walRefs: Float64Array = new Float64Array(1024);
  private count = 0;

  constructor(chunks: ChunkTable, finished: FinishedChunks) {
    this.chunks = chunks;
    this.finished = finished;
  }

  /** Takes a chunk at `fileRef`. Those of one series come in the order in which they were written. */
  add(fileRef: number, chunk: HeadChunk, sampleCount: number): void {
    const { seriesRef: walRef, minTimeMs, maxTimeMs } = chunk;
    this.highestWalRef = Math.max(this.highestWalRef, walRef);
    if (chunk.isOutOfOrder) {
      this.late.add(fileRef, chunk, sampleCount);
      return;
    }
    const older = this.newest.get(walRef);
    if (older === 0) this.note(walRef);
    const row = this.chunks.add(minTimeMs, maxTimeMs, older);
    this.chunks.setFileRef(row, fileRef);
    if (older === 0 || this.chunks.maxTimeMs(older) <= maxTimeMs) this.newest.set(walRef, row);
    else this.putBehind(older, row, maxTimeMs);
  }

  /** The end of the newest chunk that goes by `walRef` and that no series has claimed; -Infinity when there is none. */
  newestMs(walRef: number): number {
    const row = this.newest.get(walRef);
    return row === 0 ? -Infinity : this.chunks.maxTimeMs(row);
  }

  /** Gives the chunks that go by `walRef` to the series. */
  attach(ref: SeriesRef, walRef: number): void {
    const row = this.newest.get(walRef);
    if (row === 0) return;
    this.newest.set(walRef, 0);
    this.finished.attach(ref, row);
  }

  /** Counts all chunks as needed in `files`. */
  need(files: HeadChunkFiles): void {
    this.late.need(files);
    for (let i = 0; i < this.count; i++) {
      for (let row = this.newest.get(this.walRefs[i]); row !== 0; row = this.chunks.older[row]) files.need(this.chunks.fileRef(row));
    }
  }

  /** Drops the chunks that no series has claimed: the log does not know them any more. Returns how many these were. */
  dropUnclaimed(): number {
    let dropped = 0;
    for (let i = 0; i < this.count; i++) {
      const row = this.newest.get(this.walRefs[i]);
      this.newest.set(this.walRefs[i], 0);
      if (row !== 0) dropped += this.finished.dropChain(row);
    }
    return dropped;
  }

  /** Of a chunk that was written late, see `FinishedChunks.hasUnwritten`: puts it where it belongs in time, behind `newest`. */
  private putBehind(newest: number, row: number, maxTimeMs: number): void {
    const { chunks } = this;
    const { older } = chunks;
    let newer = newest;
    while (older[newer] !== 0 && chunks.maxTimeMs(older[newer]) > maxTimeMs) newer = older[newer];
    older[row] = older[newer];
    older[newer] = row;
  }

  private note(walRef: number): void {
    if (this.count === this.walRefs.length) this.walRefs = grownColumn(this.walRefs, this.count * 2);
    this.walRefs[this.count++] = walRef;
  }
}
