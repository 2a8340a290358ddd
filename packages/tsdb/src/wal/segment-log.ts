import type { Files, OpenFile } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { PromError } from "@ferula/model";
import type { LogPosition } from "../snapshot/snapshot-folder.ts";
import { codecFor, type WalCompression } from "./compression.ts";
import { PAGE_BYTES, segmentName } from "./format.ts";
import { FragmentWriter } from "./fragment-writer.ts";

/** How a log is written. */
export interface SegmentLogOptions {
  readonly files: Files;
  readonly logger: Logger;
  /** The log's folder; it exists. */
  readonly folder: string;
  /** For messages: `write-ahead log`. */
  readonly name: string;
  readonly segmentBytes: number;
  readonly fsync: "segment" | "commit";
  readonly compression: WalCompression;
  readonly onSync?: ((seconds: number) => void) | undefined;
}

/** What a log has written since it was opened, for self metrics. */
export interface SegmentLogCounters {
  /** Fragments of records, and their bytes with headers. */
  readonly recordParts: number;
  readonly recordPartBytes: number;
  /** Writes of a page, whole or in part. */
  readonly pageFlushes: number;
  readonly completedPages: number;
  readonly writesFailed: number;
  /** By how much compression made records shorter. */
  readonly savedBytes: number;
}

/** Takes the records of one write; their bytes are copied. */
export type RecordSink = (record: Uint8Array) => void;

/** Takes records, each call whole or not at all, see `SegmentLog.append`. */
export type RecordLog = Pick<SegmentLog, "append">;

/**
 * A log of records in segments: the one of samples in order and the one of those out of order. An append is one write into one segment.
 * When the write fails, the segment is cut back to where it was, so that neither we nor upstream meet half a record; while that can't be
 * done, nothing more is taken.
 */
export class SegmentLog {
  private readonly counts = { recordParts: 0, recordPartBytes: 0, pageFlushes: 0, completedPages: 0, writesFailed: 0, savedBytes: 0 };
  private readonly options: SegmentLogOptions;
  private readonly fragments: FragmentWriter;
  private readonly sink: RecordSink = (record) => {
    this.fragments.add(record);
  };
  private file: OpenFile;
  private segment: number;
  private offset = 0;
  /** Where the last append begins. */
  private lastAppend = 0;
  private isTailDamaged = false;
  private isClosed = false;
  /** Full segments that are on their way to the disk. */
  private readonly syncing = new Set<Promise<void>>();

  /** Starts segment `segment`, which must not exist yet. Throws PromError("bad_data") for a compression that is not to be had. */
  constructor(options: SegmentLogOptions, segment: number) {
    this.options = options;
    this.fragments = new FragmentWriter(codecFor(options.compression));
    this.segment = segment;
    this.file = this.create(segment);
  }

  /** These go on counting. */
  get counters(): SegmentLogCounters {
    return this.counts;
  }

  /** The number of the segment that is written to. */
  get currentSegment(): number {
    return this.segment;
  }

  /** Where the next append goes, unless it does not fit. */
  get position(): LogPosition {
    return { segment: this.segment, offset: this.offset };
  }

  /**
   * Writes the records that `emit` gives to its sink. It is called a second time when they don't fit the segment, and must give the same.
   * Throws PromError, with the place, when they can't be written; then none of them is.
   */
  append(emit: (sink: RecordSink) => void): void {
    if (this.isClosed) throw new PromError("internal", "cannot append: the database is closed");
    try {
      this.repairTail();
      this.frame(emit, this.offset);
      if (this.offset > 0 && this.offset + this.fragments.view().length > this.options.segmentBytes) {
        this.nextSegment();
        this.frame(emit, 0);
      }
      this.lastAppend = this.offset;
      this.write();
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Takes the last append, which went well, out again. Where that fails now, it is done before anything else is written. */
  takeBack(): void {
    this.offset = this.lastAppend;
    this.isTailDamaged = true;
    try {
      this.repairTail();
    } catch (error) {
      this.options.logger.error(`cannot take a write to the ${this.options.name} back yet`, { err: error });
    }
  }

  /** Goes on in a new segment, unless this one is empty. Throws PromError when there can't be one. */
  cut(): void {
    if (this.isClosed) throw new PromError("internal", "cannot start a segment: the database is closed");
    try {
      this.repairTail();
      if (this.offset > 0) this.nextSegment();
    } catch (error) {
      throw this.failure(error);
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

  private frame(emit: (sink: RecordSink) => void, offset: number): void {
    this.fragments.begin(offset);
    emit(this.sink);
  }

  private failure(error: unknown): PromError {
    this.counts.writesFailed++;
    const place = `segment ${segmentName(this.segment)} at offset ${this.offset}`;
    return new PromError("internal", `cannot write ${place} of the ${this.options.name}: ${(error as Error).message}`, { cause: error });
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
    counts.savedBytes += fragments.savedBytes;
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
        this.options.logger.error(`cannot sync a full segment of the ${this.options.name}`, { err: error });
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
