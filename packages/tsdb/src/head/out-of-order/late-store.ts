import { chunkSampleCount } from "@ferula/chunks";
import type { HistogramRow } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import type { Interval } from "../../block/intervals.ts";
import type { BlockChunk } from "../../block/write-block.ts";
import type { FinishedChunks } from "../finished-chunks.ts";
import type { ChunkRules } from "../float-chunks.ts";
import type { HeadCounters } from "../head-counters.ts";
import type { SeriesTable } from "../series-table.ts";
import { type LateChunk, LateChunks } from "./late-chunks.ts";
import { LateSeries } from "./late-series.ts";
import { OpenSamples } from "./open-samples.ts";

/** What samples out of order are kept with. */
export interface LateStoreParts {
  readonly series: SeriesTable;
  readonly counters: HeadCounters;
  /** Knows the files that chunks go to. */
  readonly finished: Pick<FinishedChunks, "files">;
  readonly rules: ChunkRules;
}

/**
 * The samples that came out of order: those of each series that are no chunk yet, and its chunks, which lie in the head chunk files. A chunk
 * that the files can't take stays in memory and is tried again with the next one.
 */
export class LateStore {
  /** The time of the oldest sample, or an earlier one; Infinity when there is none. */
  minTimeMs = Infinity;
  /** The time of the newest sample, or a later one; -Infinity when there is none. */
  maxTimeMs = -Infinity;
  /** The highest place in the files that a chunk was ever found at or written to; 0 when there was none. */
  lastFileRef = 0;
  private readonly parts: LateStoreParts;
  private readonly late = new LateSeries();
  private readonly open: OpenSamples;
  private readonly chunks = new LateChunks();
  /** Why the files did not take a chunk the last time that one was left over. */
  writeError: unknown;
  private openCount = 0;

  constructor(parts: LateStoreParts) {
    this.parts = parts;
    this.open = new OpenSamples(parts.rules);
  }

  /** How many series have samples. */
  get seriesCount(): number {
    return this.late.count;
  }

  /** How many of them have samples that are no chunk yet. */
  get openSeriesCount(): number {
    return this.openCount;
  }

  /** How many chunks there are, open ones too. */
  get chunkCount(): number {
    return this.openCount + this.chunks.count;
  }

  /** How many chunks are in memory alone, as no file could take them. */
  get unwrittenCount(): number {
    return this.chunks.kept.size;
  }

  /** What open samples of floats take. */
  get openBytes(): number {
    return this.open.sizeBytes;
  }

  /** Whether the series has samples. */
  hasData(ref: SeriesRef): boolean {
    return this.late.row(ref) !== 0;
  }

  /** The series that have samples, in no order. */
  refs(): Uint32Array {
    const refs = new Uint32Array(this.late.count);
    let count = 0;
    for (let row = 1; row <= this.late.rowEnd; row++) if (this.late.ref(row) !== 0) refs[count++] = this.late.ref(row);
    return refs;
  }

  /** Whether the samples of the series that are no chunk yet have one of this time. */
  hasOpen(ref: SeriesRef, timestampMs: number): boolean {
    const row = this.late.row(ref);
    return row !== 0 && this.open.has(row, timestampMs);
  }

  /** How many samples of the series are no chunk yet. */
  openSamples(ref: SeriesRef): number {
    return this.open.count(this.late.row(ref));
  }

  /** Takes a float, unless there is an open sample of its time; then it returns false. */
  insertFloat(ref: SeriesRef, timestampMs: number, valueLow: number, valueHigh: number, startTimestampMs: number): boolean {
    const row = this.openRow(ref);
    if (this.open.has(row, timestampMs)) return false;
    this.open.insertFloat(row, timestampMs, valueLow, valueHigh, startTimestampMs);
    this.widen(timestampMs, timestampMs);
    return true;
  }

  /** The same for a histogram, of which it keeps a copy. */
  insertHistogram(histogram: HistogramRow): boolean {
    const row = this.openRow(histogram.ref);
    if (this.open.has(row, histogram.timestampMs)) return false;
    this.open.insertHistogram(row, histogram);
    this.widen(histogram.timestampMs, histogram.timestampMs);
    return true;
  }

  /** Takes a chunk that was found in a file, which counts as needed there. */
  addChunk(ref: SeriesRef, chunk: Omit<LateChunk, "bytes">): void {
    const { late } = this;
    const row = late.add(ref);
    late.newestChunks[row] = this.chunks.add(chunk, late.newestChunks[row]);
    this.lastFileRef = Math.max(this.lastFileRef, chunk.fileRef);
    this.parts.counters.chunksCreated++;
    this.widen(chunk.minTimeMs, chunk.maxTimeMs);
  }

  /** Notes that the log has a marker of the chunk with this place in the files; false when the series has no such chunk. */
  noteMarked(ref: SeriesRef, fileRef: number): boolean {
    for (let chunk = this.late.newestChunks[this.late.row(ref)]; chunk !== 0; chunk = this.chunks.older(chunk)) {
      if (this.chunks.fileRef(chunk) !== fileRef) continue;
      this.chunks.mark(chunk);
      return true;
    }
    return false;
  }

  /**
   * The places of the series' chunks that no marker names yet, newest first; from now on they count as marked. None while one of them is in
   * no file: the log must not forget its samples.
   */
  takeUnmarked(ref: SeriesRef): number[] {
    const { chunks } = this;
    const newest = this.late.newestChunks[this.late.row(ref)];
    const places: number[] = [];
    for (let chunk = newest; chunk !== 0; chunk = chunks.older(chunk)) {
      if (chunks.isMarked(chunk)) continue;
      if (chunks.fileRef(chunk) === 0) return [];
      places.push(chunks.fileRef(chunk));
    }
    if (places.length > 0) for (let chunk = newest; chunk !== 0; chunk = chunks.older(chunk)) chunks.mark(chunk);
    return places;
  }

  /** Forgets the series' open samples: its chunks have them. */
  clearOpen(ref: SeriesRef): void {
    const row = this.late.row(ref);
    if (this.open.count(row) === 0) return;
    this.closeRow(row);
    if (this.late.newestChunks[row] === 0) this.late.remove(row);
  }

  /** Makes the series' open samples chunks. */
  cut(ref: SeriesRef): void {
    const row = this.late.row(ref);
    if (this.open.count(row) === 0) throw new Error(`BUG: the series ${ref} has no samples to make a chunk of`);
    this.retryUnwritten();
    const chunks = this.open.encode(row);
    for (const chunk of chunks) this.addEncoded(ref, row, chunk);
    this.closeRow(row);
    this.parts.counters.chunksCreated += chunks.length - 1;
  }

  /** The chunks of a series with a part in the range, both ends inclusive, in no order; open samples are encoded. They may overlap. */
  chunksOf(ref: SeriesRef, minTimeMs: number, maxTimeMs: number): LateChunk[] {
    const row = this.late.row(ref);
    if (row === 0 || this.minTimeMs > maxTimeMs || this.maxTimeMs < minTimeMs) return [];
    const found: LateChunk[] = [];
    for (let chunk = this.late.newestChunks[row]; chunk !== 0; chunk = this.chunks.older(chunk)) {
      if (this.chunks.minTimeMs(chunk) <= maxTimeMs && this.chunks.maxTimeMs(chunk) >= minTimeMs) found.push(this.chunks.get(chunk));
    }
    found.reverse();
    if (this.open.count(row) === 0 || this.open.minTimeMs(row) > maxTimeMs || this.open.maxTimeMs(row) < minTimeMs) return found;
    for (const chunk of this.open.encode(row)) {
      if (chunk.minTimeMs > maxTimeMs || chunk.maxTimeMs < minTimeMs) continue;
      found.push({ ...chunk, fileRef: 0, sampleCount: chunkSampleCount(chunk.encoding, chunk.bytes) });
    }
    return found;
  }

  /** Writes the chunks that no file could take until now; false when one still can't be. */
  retryUnwritten(): boolean {
    for (const [chunk, { ref, bytes }] of this.chunks.kept) {
      const { encoding, minTimeMs, maxTimeMs } = this.chunks.get(chunk);
      const fileRef = this.tryWrite(ref, { encoding, minTimeMs, maxTimeMs, bytes });
      if (fileRef === 0) return false;
      this.chunks.setFileRef(chunk, fileRef);
    }
    return true;
  }

  /** The series that have samples that are no chunk yet, in no order. */
  openRefs(): Uint32Array {
    const refs = new Uint32Array(this.openCount);
    let count = 0;
    for (let row = 1; row <= this.late.rowEnd; row++) if (this.open.count(row) > 0) refs[count++] = this.late.ref(row);
    return refs;
  }

  /** Adds the beginnings of all ranges, aligned to the epoch, that a chunk of the series reaches into. */
  addRangeStarts(ref: SeriesRef, rangeMs: number, starts: Set<number>): void {
    for (let chunk = this.late.newestChunks[this.late.row(ref)]; chunk !== 0; chunk = this.chunks.older(chunk)) {
      const maxTimeMs = this.chunks.maxTimeMs(chunk);
      for (let start = Math.floor(this.chunks.minTimeMs(chunk) / rangeMs) * rangeMs; start <= maxTimeMs; start += rangeMs)
        starts.add(start);
    }
  }

  /** The times that the samples of the series lie in, both ends inclusive; undefined when it has none. */
  timesOf(ref: SeriesRef): Interval | undefined {
    const row = this.late.row(ref);
    if (row === 0) return undefined;
    const isOpen = this.open.count(row) > 0;
    let minTimeMs = isOpen ? this.open.minTimeMs(row) : Infinity;
    let maxTimeMs = isOpen ? this.open.maxTimeMs(row) : -Infinity;
    for (let chunk = this.late.newestChunks[row]; chunk !== 0; chunk = this.chunks.older(chunk)) {
      minTimeMs = Math.min(minTimeMs, this.chunks.minTimeMs(chunk));
      maxTimeMs = Math.max(maxTimeMs, this.chunks.maxTimeMs(chunk));
    }
    return { minTimeMs, maxTimeMs };
  }

  /** Drops the chunks of a series that were written up to `lastFileRef`. */
  dropUpTo(ref: SeriesRef, lastFileRef: number): void {
    const { late, chunks } = this;
    const row = late.row(ref);
    if (row === 0) return;
    const { files } = this.parts.finished;
    late.newestChunks[row] = chunks.dropUpTo(late.newestChunks[row], lastFileRef, (fileRef) => {
      files?.release(fileRef);
      this.parts.counters.chunksRemoved++;
    });
    if (late.newestChunks[row] === 0 && this.open.count(row) === 0) late.remove(row);
  }

  /** Finds the times of the oldest and the newest sample anew. */
  measureTimes(): void {
    this.minTimeMs = Infinity;
    this.maxTimeMs = -Infinity;
    for (let row = 1; row <= this.late.rowEnd; row++) {
      if (this.late.ref(row) === 0) continue;
      if (this.open.count(row) > 0) this.widen(this.open.minTimeMs(row), this.open.maxTimeMs(row));
      for (let chunk = this.late.newestChunks[row]; chunk !== 0; chunk = this.chunks.older(chunk)) {
        this.widen(this.chunks.minTimeMs(chunk), this.chunks.maxTimeMs(chunk));
      }
    }
  }

  /** The row that takes the series' next sample. */
  private openRow(ref: SeriesRef): number {
    let row = this.late.add(ref);
    if (this.open.isFull(row)) {
      this.cut(ref);
      row = this.late.add(ref);
    }
    if (this.open.count(row) === 0) {
      this.openCount++;
      this.parts.counters.chunksCreated++;
    }
    return row;
  }

  private closeRow(row: number): void {
    this.open.clear(row);
    this.openCount--;
  }

  private addEncoded(ref: SeriesRef, row: number, chunk: BlockChunk): void {
    const { encoding, minTimeMs, maxTimeMs, bytes } = chunk;
    const fileRef = this.tryWrite(ref, chunk);
    const sampleCount = chunkSampleCount(encoding, bytes);
    const number = this.chunks.add({ encoding, fileRef, sampleCount, minTimeMs, maxTimeMs }, this.late.newestChunks[row]);
    this.late.newestChunks[row] = number;
    if (fileRef === 0) this.chunks.keepBytes(number, ref, bytes);
  }

  private tryWrite(ref: SeriesRef, chunk: BlockChunk): number {
    const { finished, series, counters } = this.parts;
    if (finished.files === undefined) return 0;
    try {
      const fileRef = finished.files.write({ ...chunk, seriesRef: series.walRefs[ref], isOutOfOrder: true });
      counters.chunksWritten++;
      this.lastFileRef = Math.max(this.lastFileRef, fileRef);
      return fileRef;
    } catch (error) {
      this.writeError = error;
      return 0;
    }
  }

  private widen(minTimeMs: number, maxTimeMs: number): void {
    if (minTimeMs < this.minTimeMs) this.minTimeMs = minTimeMs;
    if (maxTimeMs > this.maxTimeMs) this.maxTimeMs = maxTimeMs;
  }
}
