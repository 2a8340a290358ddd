import type { Logger } from "@ferula/logging";
import { PromError, type HistogramRow, type SampleBatch } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import type { MmapMarkerRow } from "../../wal/records/mmap-markers.ts";
import type { TombstoneRow } from "../../wal/records/tombstones.ts";
import type { WblBatch } from "../../wal/wbl-writer.ts";
import { beginCompaction, finishCompaction, type OutOfOrderCompaction } from "./compaction.ts";
import { LateBatch } from "./late-batch.ts";
import type { LateChunk } from "./late-chunks.ts";
import { LateStore, type LateStoreParts } from "./late-store.ts";

/** Where samples out of order are logged before they become visible, see `WblWriter`. */
export interface LateLog {
  readonly log: (batch: WblBatch) => void;
  readonly takeBack: () => void;
  readonly cut: () => number;
  readonly removeBefore: (segment: number) => void;
}

/**
 * Series that get their samples together are full together, and encoding a chunk costs as much as taking fifty samples. So a batch cuts no
 * more than this, or twice as many as its samples fill where that is more.
 */
const LEAST_CUTS = 64;

/**
 * The samples that came out of order, within the window that is set. A batch goes through `log` and `insert`; its samples are encoded and
 * written to the head chunk files soon after a series has `cap` of them.
 */
export class OutOfOrder {
  /** How far behind the newest sample of the head others are taken; 0: not at all. */
  windowMs = 0;
  /** How many samples of a series become a chunk. */
  cap = 32;
  logger: Logger | undefined;
  /** Undefined as long as there was no window. */
  lateLog: LateLog | undefined;
  readonly store: LateStore;
  private readonly parts: LateStoreParts;
  private readonly batch = new LateBatch();
  /** To be logged before the next samples are: what was logged of these series until now is in chunk files. */
  private markers: MmapMarkerRow[] = [];
  private isFailing = false;
  /** The last compaction, as long as the log tells of its samples still. */
  unfinished: OutOfOrderCompaction | undefined;

  constructor(parts: LateStoreParts) {
    this.parts = parts;
    this.store = new LateStore(parts);
  }

  /** The length of the blocks that the samples go to. */
  get chunkRangeMs(): number {
    return this.parts.rules.chunkRangeMs;
  }

  /** The time of the oldest sample, or an earlier one; Infinity when there is none. */
  get minTimeMs(): number {
    return this.store.minTimeMs;
  }

  /** The time of the newest sample, or a later one; -Infinity when there is none. */
  get maxTimeMs(): number {
    return this.store.maxTimeMs;
  }

  /** Whether the series has samples. */
  hasData(ref: SeriesRef): boolean {
    return this.store.hasData(ref);
  }

  /**
   * The chunks of a series with a part in the range, both ends inclusive: those in files, then its open samples as chunks. They may overlap,
   * and samples of other times than the range's are in them.
   */
  chunksOf(ref: SeriesRef, minTimeMs: number, maxTimeMs: number): readonly LateChunk[] {
    return this.store.chunksOf(ref, minTimeMs, maxTimeMs);
  }

  /**
   * Logs the samples of a batch that the checks found late: floats by their verdict, histograms in `late`. Throws PromError when that can't be
   * done; then nothing of them is logged.
   */
  log(batch: SampleBatch, verdicts: Uint8Array, late: readonly HistogramRow[]): void {
    if (this.lateLog === undefined) throw new Error("BUG: samples out of order are taken without a log for them");
    const { series } = this.parts;
    this.batch.fill(batch, verdicts, late, series, this.store);
    if (this.batch.length === 0) return;
    try {
      const histograms = this.batch.loggedHistograms(series);
      this.lateLog.log({ markers: this.markers, tombstones: [], samples: this.batch.samples, histograms });
    } catch (error) {
      this.batch.clear();
      throw error;
    }
  }

  /** Takes back what `log` did, as the rest of the batch can't be logged. */
  takeBack(): void {
    if (this.batch.length === 0) return;
    this.lateLog?.takeBack();
    this.batch.clear();
  }

  /** Makes the samples that were logged visible. */
  insert(): void {
    const { batch } = this;
    if (batch.length === 0) return;
    this.markers = [];
    const { counters } = this.parts;
    const full: SeriesRef[] = [];
    counters.floats.addLate(this.insertFloats(full));
    counters.histograms.addLate(this.insertHistograms(full));
    const mostCuts = Math.max(LEAST_CUTS, Math.ceil((2 * batch.length) / this.cap));
    batch.clear();
    this.cutSome(full, mostCuts);
  }

  /** Makes the open samples of a series chunks. */
  cut(ref: SeriesRef): void {
    this.store.cut(ref);
    this.tellFailure();
    this.mark(ref);
  }

  /** Has the log name all chunks of a series, which has no open samples. */
  mark(ref: SeriesRef): void {
    const walRef = this.parts.series.walRefs[ref];
    for (const chunkRef of this.store.takeUnmarked(ref)) this.markers.push({ ref: walRef, chunkRef });
  }

  /** Logs the markers that wait for samples. Throws PromError when it can't. */
  flushMarkers(): void {
    if (this.markers.length > 0) this.logRows([]);
  }

  /**
   * Logs what is deleted of samples out of order, by the log's references; it is forgotten when these are in blocks. Throws PromError when
   * it can't.
   */
  logTombstones(tombstones: readonly TombstoneRow[]): void {
    if (tombstones.length > 0) this.logRows(tombstones);
  }

  /** Throws PromError when chunks are in no file still. */
  checkWritten(): void {
    if (this.store.retryUnwritten()) return;
    const reason = (this.store.writeError as Error | undefined)?.message ?? "there are no files";
    throw new PromError("internal", `cannot write ${this.store.unwrittenCount} chunks out of order: ${reason}`, {
      cause: this.store.writeError,
    });
  }

  /** See compaction.ts: what there is now, to be written to blocks. */
  beginCompaction(): Promise<OutOfOrderCompaction | undefined> {
    return beginCompaction(this);
  }

  /** See compaction.ts: drops what was written to blocks that are served by now. */
  finishCompaction(compaction: OutOfOrderCompaction): Promise<void> {
    return finishCompaction(this, compaction);
  }

  private logRows(tombstones: readonly TombstoneRow[]): void {
    if (this.lateLog === undefined) return;
    this.batch.clear();
    this.lateLog.log({ markers: this.markers, tombstones, samples: this.batch.samples, histograms: [] });
    this.markers = [];
  }

  private insertFloats(full: SeriesRef[]): number {
    const { refs, samples } = this.batch;
    const { timestampsMs, startTimestampsMs, valueBits } = samples;
    let count = 0;
    for (let i = 0; i < samples.length; i++) {
      const ref = refs[i];
      if (!this.store.insertFloat(ref, timestampsMs[i], valueBits[2 * i], valueBits[2 * i + 1], startTimestampsMs[i])) continue;
      count++;
      this.noteFull(ref, full);
    }
    return count;
  }

  private insertHistograms(full: SeriesRef[]): number {
    let count = 0;
    for (const row of this.batch.histograms) {
      if (!this.store.insertHistogram(row)) continue;
      count++;
      this.noteFull(row.ref, full);
    }
    return count;
  }

  /** A series that is left over is full still when it gets its next sample. */
  private cutSome(full: readonly SeriesRef[], mostCuts: number): void {
    let cuts = 0;
    for (let i = 0; i < full.length && cuts < mostCuts; i++) {
      if (this.store.openSamples(full[i]) === 0) continue;
      this.cut(full[i]);
      cuts++;
    }
  }

  /**
   * Notes a series that has enough samples for a chunk. It is cut behind the batch, not in it: a marker says that all that was logged before
   * it is in chunks, and the whole batch was.
   */
  private noteFull(ref: SeriesRef, full: SeriesRef[]): void {
    if (this.store.openSamples(ref) >= this.cap && full.at(-1) !== ref) full.push(ref);
  }

  private tellFailure(): void {
    const isFailing = this.store.unwrittenCount > 0;
    if (isFailing && !this.isFailing) {
      this.logger?.error("cannot write a chunk of samples out of order; it stays in memory and is tried again", {
        err: this.store.writeError,
      });
    }
    this.isFailing = isFailing;
  }
}
