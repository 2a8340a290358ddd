import { ByteWriter } from "@ferula/bytes";
import type { Files, OpenFile } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { PromError, type SampleBatch } from "@ferula/model";
import type { Head, HeadLog } from "../head/head.ts";
import { STORED } from "../head/verdicts.ts";
import { encodeSeries } from "./encode-series.ts";
import { PAGE_BYTES, segmentName } from "./format.ts";
import { FragmentWriter } from "./fragment-writer.ts";
import { SampleRecord } from "./sample-record.ts";

/** A larger batch becomes several records (in the same write), so that who reads the log needs no more memory for one. */
const MOST_ROWS_A_RECORD = 100_000;
const MOST_SERIES_A_RECORD = 2000;

/** How the log is written, see `TsdbOptions`. */
export interface WalWriterOptions {
  readonly files: Files;
  readonly logger: Logger;
  readonly folder: string;
  readonly segmentBytes: number;
  readonly fsync: "segment" | "commit";
  readonly onSync?: ((seconds: number) => void) | undefined;
}

/** What the writer has done since it was opened, for self metrics. */
export interface WalWriterCounters {
  /** Fragments of records, and their bytes with headers. */
  readonly recordParts: number;
  readonly recordPartBytes: number;
  /** Writes of a page, whole or in part. */
  readonly pageFlushes: number;
  readonly completedPages: number;
  readonly writesFailed: number;
}

/**
 * Appends batches to the log. A batch is one write into one segment. When the write fails, the segment is cut back to where it was, so
 * that neither we nor upstream meet half a record; while that can't be done, nothing more is taken.
 *
 * Records are not compressed: compressing them cost more CPU than all else that appending does.
 */
export class WalWriter implements HeadLog {
  private readonly counts = { recordParts: 0, recordPartBytes: 0, pageFlushes: 0, completedPages: 0, writesFailed: 0 };
  private readonly options: WalWriterOptions;
  private readonly fragments = new FragmentWriter();
  private readonly seriesRecord = new ByteWriter();
  private readonly sampleRecord = new SampleRecord();
  private file: OpenFile;
  private segment: number;
  private offset = 0;
  private isTailDamaged = false;
  private isClosed = false;
  /** Full segments that are on their way to the disk. */
  private readonly syncing = new Set<Promise<void>>();

  /** Starts segment `segment`, which must not exist yet. */
  constructor(options: WalWriterOptions, segment: number) {
    this.options = options;
    this.segment = segment;
    this.file = this.create(segment);
  }

  /** These go on counting. */
  get counters(): WalWriterCounters {
    return this.counts;
  }

  /** The number of the segment that is written to. */
  get currentSegment(): number {
    return this.segment;
  }

  /** See `HeadLog`. Throws PromError, with the place, when the log can't be written. */
  log(head: Head, batch: SampleBatch, verdicts: Uint8Array, newSeries: Uint32Array, newSeriesCount: number): void {
    if (this.isClosed) throw new PromError("internal", "cannot append: the database is closed");
    try {
      this.repairTail();
      this.frame(head, batch, verdicts, newSeries, newSeriesCount, this.offset);
      if (this.offset > 0 && this.offset + this.fragments.view().length > this.options.segmentBytes) {
        this.nextSegment();
        this.frame(head, batch, verdicts, newSeries, newSeriesCount, 0);
      }
      this.write();
    } catch (error) {
      this.counts.writesFailed++;
      const place = `segment ${segmentName(this.segment)} at offset ${this.offset}`;
      throw new PromError("internal", `cannot write ${place} of the write-ahead log: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Brings everything to the disk and closes. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await Promise.all(this.syncing);
    try {
      this.repairTail();
      await this.timedSync(this.file);
    } finally {
      this.file.close();
    }
  }

  private frame(
    head: Head,
    batch: SampleBatch,
    verdicts: Uint8Array,
    newSeries: Uint32Array,
    newSeriesCount: number,
    offset: number,
  ): void {
    this.fragments.begin(offset);
    for (let start = 0; start < newSeriesCount; start += MOST_SERIES_A_RECORD) {
      const count = Math.min(MOST_SERIES_A_RECORD, newSeriesCount - start);
      this.seriesRecord.reset();
      encodeSeries(this.seriesRecord, head, newSeries.subarray(start), count);
      this.fragments.add(this.seriesRecord.view());
    }
    for (let start = 0; start < batch.length; start += MOST_ROWS_A_RECORD) {
      const end = Math.min(batch.length, start + MOST_ROWS_A_RECORD);
      if (!hasStored(verdicts, start, end)) continue;
      this.sampleRecord.encode(batch, verdicts, head.series.walRefs, start, end);
      this.fragments.add(this.sampleRecord.view());
    }
  }

  private write(): void {
    const bytes = this.fragments.view();
    this.isTailDamaged = true;
    this.file.write(bytes, this.offset);
    if (this.options.fsync === "commit") this.syncData();
    this.isTailDamaged = false;
    this.countWrite(bytes.length);
    this.offset += bytes.length;
  }

  private countWrite(sizeBytes: number): void {
    const { counts, fragments, offset } = this;
    const end = offset + sizeBytes;
    counts.recordParts += fragments.fragmentCount;
    counts.recordPartBytes += fragments.fragmentBytes;
    counts.pageFlushes += Math.ceil(end / PAGE_BYTES) - Math.floor(offset / PAGE_BYTES);
    counts.completedPages += Math.floor(end / PAGE_BYTES) - Math.floor(offset / PAGE_BYTES);
  }

  /** Cuts off what a failed write left. */
  private repairTail(): void {
    if (!this.isTailDamaged) return;
    this.file.truncate(this.offset);
    this.isTailDamaged = false;
  }

  /** Fills the last page, as upstream does, and goes on in a new segment. The old one is synced meanwhile. */
  private nextSegment(): void {
    this.fragments.begin(this.offset);
    this.fragments.padPage();
    this.write();
    const full = this.file;
    this.file = this.create(this.segment + 1);
    this.segment++;
    this.offset = 0;
    const done = this.timedSync(full)
      .catch((error: unknown) => {
        this.options.logger.error("cannot sync a full segment of the write-ahead log", { err: error });
      })
      .finally(() => {
        full.close();
        this.syncing.delete(done);
      });
    this.syncing.add(done);
  }

  private create(segment: number): OpenFile {
    const { files, folder } = this.options;
    const file = files.open(`${folder}/${segmentName(segment)}`, "create");
    try {
      files.syncFolder(folder);
    } catch (error) {
      file.close();
      throw error;
    }
    return file;
  }

  private syncData(): void {
    const startMs = performance.now();
    this.file.syncData();
    this.tellSync(startMs);
  }

  private async timedSync(file: OpenFile): Promise<void> {
    const startMs = performance.now();
    await file.syncAsync();
    this.tellSync(startMs);
  }

  private tellSync(startMs: number): void {
    this.options.onSync?.((performance.now() - startMs) / 1000);
  }
}

function hasStored(verdicts: Uint8Array, start: number, end: number): boolean {
  for (let row = start; row < end; row++) if (verdicts[row] === STORED) return true;
  return false;
}
