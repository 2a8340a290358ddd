import { createTimeSlice } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import type { HeadChunkFiles } from "../head-chunks/head-chunk-files.ts";
import type { FinishedChunks } from "./finished-chunks.ts";

/** Chunks are written this long after the first of them was finished: a scrape's chunks end together, and one write takes them all. */
const DELAY_MS = 1000;
/** After a failure, and where readers still need a file that should go, it is tried again. */
const RETRY_MS = 5000;
/** The event loop is given a turn after this long. */
const SLICE_MS = 5;
/** Between two looks at the clock. */
const CHUNKS_A_LOOK = 128;

/**
 * Writes the head's finished chunks to its files, a slice at a time, and removes files that are not needed any more. It says when that fails
 * and when it goes on.
 */
export class ChunkDrain {
  private readonly finished: FinishedChunks;
  private readonly files: HeadChunkFiles;
  private readonly logger: Logger;
  private readonly runsItself: boolean;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isTruncationAsked = false;
  private isFailing = false;
  private isClosed = false;

  /** Unless it `runsItself`, it only works where files should go and at the end, and sets no timer. */
  constructor(finished: FinishedChunks, files: HeadChunkFiles, logger: Logger, runsItself: boolean) {
    this.finished = finished;
    this.files = files;
    this.logger = logger;
    this.runsItself = runsItself;
    finished.onWaiting = () => this.schedule(DELAY_MS);
    finished.onTruncate = () => {
      this.isTruncationAsked = true;
      if (runsItself) this.schedule(DELAY_MS);
      else this.run();
    };
  }

  /** Writes all that waits and brings it to the disk. What the files don't take is in the log still. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.timer);
    this.finished.onWaiting = undefined;
    this.finished.onTruncate = undefined;
    const slice = createTimeSlice(SLICE_MS);
    try {
      while (this.writeSlice()) await slice.yield();
    } catch (error) {
      this.tellFailure(error);
    }
    this.finished.files = undefined;
    await this.files.close();
  }

  private schedule(delayMs: number): void {
    if (this.timer !== undefined || this.isClosed || !this.runsItself) return;
    this.timer = setTimeout(() => this.run(), delayMs);
    // Chunks that wait are in the log: nothing needs the process to stay for them.
    this.timer.unref();
  }

  private run(): void {
    this.timer = undefined;
    try {
      const isMore = this.writeSlice();
      if (!isMore) this.removeFiles();
      if (this.isFailing) this.logger.info("files of the head's chunks are written again", { waiting: this.finished.waitingCount });
      this.isFailing = false;
      if (isMore) this.schedule(0);
      else if (this.files.hasPinned) this.schedule(RETRY_MS);
    } catch (error) {
      this.tellFailure(error);
      this.schedule(RETRY_MS);
    }
  }

  /** Returns whether there is more to write. What it wrote is with the operating system. */
  private writeSlice(): boolean {
    const endMs = performance.now() + SLICE_MS;
    let isMore: boolean;
    do isMore = this.finished.writeWaiting(CHUNKS_A_LOOK);
    while (isMore && performance.now() < endMs);
    this.files.flush();
    return isMore;
  }

  private removeFiles(): void {
    if (this.isTruncationAsked) this.files.truncate();
    else this.files.removeUnpinned();
    this.isTruncationAsked = false;
  }

  private tellFailure(error: unknown): void {
    const waiting = this.finished.waitingCount;
    if (!this.isFailing)
      this.logger.error("cannot write or remove files of the head's chunks; chunks stay in memory", { waiting, err: error });
    this.isFailing = true;
  }
}
