import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { PromError } from "@ferula/model";
import type { WalCompression } from "../../wal/compression.ts";
import { folderBytes } from "../../wal/folder-bytes.ts";
import type { SegmentLogCounters } from "../../wal/segment-log.ts";
import type { WalRefs } from "../../wal/wal-refs.ts";
import { replayWbl, type WblReplay, type WblSummary } from "../../wal/wbl-replay.ts";
import { type WblBatch, WblWriter } from "../../wal/wbl-writer.ts";
import type { Head } from "../head.ts";
import type { LateLog, OutOfOrder } from "./out-of-order.ts";

/** How samples out of order are taken, see `TsdbOptions`. */
export interface OutOfOrderOptions {
  readonly files: Files;
  readonly logger: Logger;
  /** The folder of their log, `wbl`; made when it is needed. */
  readonly folder: string;
  readonly head: Head;
  readonly cap: number;
  readonly segmentBytes: number;
  readonly fsync: "segment" | "commit";
  readonly compression: WalCompression;
  /** Whether records keep start timestamps. */
  readonly keepsStarts: boolean;
  readonly onSync?: ((seconds: number) => void) | undefined;
}

/** The head's connection with the log of samples out of order. At a start `replay` is called, then `configure`. */
export class OutOfOrderLog implements LateLog {
  private readonly options: OutOfOrderOptions;
  private readonly outOfOrder: OutOfOrder;
  private writer: WblWriter | undefined;
  private nextSegment = 0;
  private isClosed = false;
  /** Removals of segments, since the database was opened. */
  readonly truncations = { attempted: 0, failed: 0 };

  constructor(options: OutOfOrderOptions) {
    const { head, cap, logger } = options;
    this.options = options;
    this.outOfOrder = head.outOfOrder;
    this.outOfOrder.cap = cap;
    this.outOfOrder.logger = logger;
  }

  /** Replays the log, if there is one, behind the write-ahead log and the chunks that were found in files. */
  async replay(walRefs: WalRefs): Promise<WblSummary | undefined> {
    const { files, logger, folder, head } = this.options;
    if (files.stat(folder) === undefined) return undefined;
    const replayed = await replayWbl({ files, logger, folder, head, walRefs });
    const { summary } = replayed;
    this.nextSegment = summary.nextSegment;
    if (summary.segments === 0) return summary;
    const { unknownRefs, ...told } = summary;
    logger.info("replayed the out-of-order log", told);
    if (Object.values(unknownRefs).some((count) => count > 0)) logger.warn("Unknown series references for ooo WAL replay", unknownRefs);
    // What is there is compacted as if there were a window.
    this.openWriter();
    if (replayed.hasHoles) {
      await this.keepFound(replayed);
    } else {
      replayed.late.dropCompacted();
      replayed.repair();
    }
    return summary;
  }

  /** Sets the window, 0 for none; samples that were taken stay. A log that can't be made now is made with the next sample. */
  configure(windowMs: number): void {
    this.outOfOrder.windowMs = Math.max(0, windowMs);
    if (this.outOfOrder.windowMs > 0) this.openWriter();
  }

  /** See `LateLog`. */
  log(batch: WblBatch): void {
    this.requireWriter().log(batch);
  }

  /** See `LateLog`. */
  takeBack(): void {
    this.writer?.takeBack();
  }

  /** See `LateLog`. */
  cut(): number {
    return this.requireWriter().cut();
  }

  /** See `LateLog`. */
  removeBefore(segment: number): void {
    this.truncations.attempted++;
    try {
      this.requireWriter().removeBefore(segment);
    } catch (error) {
      this.truncations.failed++;
      throw error;
    }
  }

  /** What was written since the log was made; undefined without a log. */
  get counters(): SegmentLogCounters | undefined {
    return this.writer?.counters;
  }

  /** The segment that is written to; 0 without a log. */
  get currentSegment(): number {
    return this.writer?.currentSegment ?? 0;
  }

  /** The size of the log's folder. */
  sizeBytes(): number {
    const { files, folder } = this.options;
    return files.stat(folder) === undefined ? 0 : folderBytes(files, folder);
  }

  /** Brings the log to the disk and closes it. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.writer?.close();
  }

  /**
   * The log lost what it told of some chunks: all that were found are kept, and named on the disk before it can't be seen any more that
   * there was damage.
   */
  private async keepFound({ late, repair }: WblReplay): Promise<void> {
    try {
      late.markAll();
      this.nextSegment = this.currentSegment + 1;
      await this.writer?.close();
      this.writer = undefined;
      repair();
    } catch (error) {
      this.options.logger.error("cannot write what a damaged out-of-order log lost; it stays as it is until the next start", {
        err: error,
      });
    }
    this.openWriter();
  }

  private openWriter(): void {
    this.outOfOrder.lateLog = this;
    try {
      this.requireWriter();
    } catch (error) {
      this.options.logger.error("cannot make the out-of-order log; it is tried again with the next sample", { err: error });
    }
  }

  private requireWriter(): WblWriter {
    if (this.writer !== undefined) return this.writer;
    const { files, folder } = this.options;
    if (this.isClosed) throw new PromError("internal", "cannot append out of order: the database is closed");
    try {
      files.makeFolder(folder);
      files.syncFolder(folder.slice(0, folder.lastIndexOf("/")));
      this.writer = new WblWriter(this.options, this.nextSegment);
    } catch (error) {
      throw new PromError("internal", `cannot make the out-of-order log in ${folder}: ${(error as Error).message}`, { cause: error });
    }
    return this.writer;
  }
}
