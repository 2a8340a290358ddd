import { ByteWriter } from "@ferula/bytes";
import type { Files, OpenFile } from "@ferula/files";
import { PromError } from "@ferula/model";
import { decodeHeadChunk, encodeHeadChunk, type HeadChunk, headChunkLength } from "./chunk-entry.ts";
import {
  FILE_HEADER_BYTES,
  fileOfRef,
  HEAD_CHUNKS_MAGIC,
  HEAD_CHUNKS_VERSION,
  headChunkFileName,
  headChunkRef,
  MOST_FILE_BYTES,
  MOST_OVERHEAD_BYTES,
  offsetOfRef,
} from "./format.ts";
import { listHeadChunkFiles } from "./scan-head-chunks.ts";

/** Chunks are written once there are this many bytes of them. */
const BUFFER_BYTES = 1 << 20;

/** After so many bytes a file is synced in the background, so that the sync at its end, for which the head waits, is short. */
const SYNC_BYTES = 16 << 20;

/** How head chunk files are written. */
export interface HeadChunkWriterOptions {
  readonly files: Files;
  /** The folder `chunks_head`; it exists. */
  readonly folder: string;
  /** The highest number among the files there are, or 0, see `HeadChunkSummary`. A new file is begun behind it. */
  readonly lastFile: number;
  /** Default: 128 MiB, as upstream. */
  readonly mostFileBytes?: number | undefined;
  /** Default: 16 MiB. */
  readonly syncBytes?: number | undefined;
}

/**
 * Writes chunks that the head has closed, one behind the other, through a buffer. What a crash takes of the buffer is in the log still.
 *
 * No reference that was handed out goes bad: when a write fails, what was not written stays in the buffer, and can be read, until one
 * succeeds; the chunk that caused the write is refused.
 */
export class HeadChunkWriter {
  private readonly options: HeadChunkWriterOptions;
  private readonly mostFileBytes: number;
  private readonly buffer = new ByteWriter(BUFFER_BYTES);
  private file: OpenFile | undefined;
  private fileNumber: number;
  /** Where in the file the buffer's first byte goes. */
  private bufferOffset = 0;
  /** What of the file was not synced when it was asked last. */
  private unsyncedBytes = 0;
  private syncing: Promise<void> | undefined;
  /** Why that failed; told by the sync at the end of the file, which may succeed although bytes were lost. */
  private syncError: unknown;
  private isCutAsked = false;
  private isClosed = false;

  constructor(options: HeadChunkWriterOptions) {
    this.options = options;
    this.mostFileBytes = options.mostFileBytes ?? MOST_FILE_BYTES;
    this.fileNumber = options.lastFile;
  }

  /**
   * Takes a chunk, whose bytes are copied, and returns its reference. Throws PromError("internal") when the files can't take it: the chunk
   * then stays the caller's.
   */
  write(chunk: HeadChunk): number {
    if (this.isClosed) throw new PromError("internal", "cannot write a head chunk: the files are closed");
    if (!(chunk.seriesRef >= 1)) throw new Error(`BUG: a head chunk of series ${chunk.seriesRef}: zero marks the end of a file`);
    try {
      this.makeRoom(chunk.bytes.length + MOST_OVERHEAD_BYTES);
    } catch (error) {
      throw new PromError("internal", `cannot write a head chunk to ${this.path(this.fileNumber)}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    const ref = headChunkRef(this.fileNumber, this.bufferOffset + this.buffer.length);
    encodeHeadChunk(this.buffer, chunk);
    return ref;
  }

  /** The chunk with a reference, when it is in the buffer still; its bytes are good until the next call of any kind. */
  unwritten(ref: number): HeadChunk | undefined {
    // Before the first chunk is written, the number is that of a file of an earlier run.
    if (this.file === undefined || fileOfRef(ref) !== this.fileNumber || offsetOfRef(ref) < this.bufferOffset) return undefined;
    const bytes = this.buffer.view();
    const start = offsetOfRef(ref) - this.bufferOffset;
    return decodeHeadChunk(bytes, start, start + headChunkLength(bytes, start));
  }

  /** Hands what is in the buffer to the operating system, so that readers in other threads find it. Throws the file system's errors. */
  flush(): void {
    if (this.file === undefined || this.buffer.length === 0) return;
    this.file.write(this.buffer.view(), this.bufferOffset);
    this.bufferOffset += this.buffer.length;
    this.unsyncedBytes += this.buffer.length;
    this.buffer.reset();
  }

  /** Begins to sync what was written, when that is much and it is not being done already. */
  syncBehind(): void {
    const { file } = this;
    if (file === undefined || this.syncing !== undefined || this.unsyncedBytes < (this.options.syncBytes ?? SYNC_BYTES)) return;
    this.unsyncedBytes = 0;
    this.syncing = file
      .syncAsync()
      .catch((error: unknown) => {
        if (this.file === file) this.syncError = error;
      })
      .finally(() => {
        this.syncing = undefined;
        if (this.file !== file) file.close();
      });
  }

  /** The number that the next file will have. */
  get nextFileNumber(): number {
    return this.fileNumber + 1;
  }

  /** Sees to it that the next chunk begins a file, unless the one that is written to has none. */
  cutFile(): void {
    this.isCutAsked = this.bufferOffset + this.buffer.length > FILE_HEADER_BYTES;
  }

  /**
   * Removes the files before number `file`, oldest first, never the one that is written to. Throws the file system's errors; what was not
   * removed then is removed by the next call.
   */
  truncateBefore(file: number): void {
    const { files, folder } = this.options;
    for (const number of listHeadChunkFiles(files, folder)) {
      if (number >= file || (number === this.fileNumber && this.file !== undefined)) break;
      files.unlink(this.path(number));
    }
  }

  /** Brings everything to the disk and closes. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const { file } = this;
    if (file === undefined) return;
    try {
      await this.syncing;
      this.flush();
      await file.syncAsync();
    } finally {
      file.close();
    }
  }

  private makeRoom(sizeBytes: number): void {
    const end = this.bufferOffset + this.buffer.length + sizeBytes;
    if (this.file === undefined || this.isCutAsked || end > this.mostFileBytes) this.nextFile();
    if (this.buffer.length === 0 || this.buffer.length + sizeBytes <= BUFFER_BYTES) return;
    this.flush();
    this.syncBehind();
  }

  private nextFile(): void {
    this.endFile();
    const { files, folder } = this.options;
    const number = this.fileNumber + 1;
    const file = files.open(this.path(number), "create");
    try {
      files.syncFolder(folder);
    } catch (error) {
      file.close();
      throw error;
    }
    this.file = file;
    this.fileNumber = number;
    this.bufferOffset = 0;
    this.isCutAsked = false;
    this.buffer.u32be(HEAD_CHUNKS_MAGIC);
    this.buffer.u32be(HEAD_CHUNKS_VERSION * 2 ** 24);
    // Upstream takes an empty file for damaged unless it is the last.
    this.flush();
  }

  /**
   * Ends a file that is full. It must be on the disk before a chunk of the next one can be: were its end lost, at the edge of a chunk,
   * nothing would tell that samples are missing, and those of the log would be skipped.
   */
  private endFile(): void {
    const { file, syncError } = this;
    if (file === undefined) return;
    this.flush();
    this.syncError = undefined;
    if (syncError !== undefined) throw syncError;
    file.sync();
    this.file = undefined;
    this.unsyncedBytes = 0;
    // A file that is being synced is closed behind that.
    if (this.syncing === undefined) file.close();
  }

  private path(number: number): string {
    return `${this.options.folder}/${headChunkFileName(number)}`;
  }
}
