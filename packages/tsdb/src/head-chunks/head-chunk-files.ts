import type { Files } from "@ferula/files";
import type { HeadChunk } from "./chunk-entry.ts";
import { fileOfRef } from "./format.ts";
import { HeadChunkWriter } from "./head-chunk-writer.ts";

/** The readers that there are, as pins: see `SlabAllocator`. */
export interface ReaderPins {
  /** The pin that was made last, or 0. */
  readonly newestPin: number;
  /** The pin that has been live for longest; Infinity when there is none. */
  readonly oldestPin: number;
}

/** What the head's files are written with. */
export interface HeadChunkFilesOptions {
  readonly files: Files;
  /** The folder `chunks_head`; it exists. */
  readonly folder: string;
  readonly pins: ReaderPins;
  /** Default: 128 MiB, as upstream. */
  readonly mostFileBytes?: number | undefined;
}

/** Files before number `file` go once all pins up to `pin` are released. */
interface Removal {
  readonly file: number;
  readonly pin: number;
}

/**
 * The head chunk files of a running head: which chunks in them are needed, and when a file can go. Files go oldest first, as a gap among
 * them is damage; and not before every reader that may know a chunk in them has been released.
 */
export class HeadChunkFiles {
  readonly folder: string;
  private readonly options: HeadChunkFilesOptions;
  private readonly writer: HeadChunkWriter;
  /** How many chunks of each file are needed. There are few files. */
  private readonly neededChunks = new Map<number, number>();
  private removals: Removal[] = [];

  /** `lastFile` is the highest number of a file there is, or 0. */
  constructor(options: HeadChunkFilesOptions, lastFile: number) {
    const { files, folder, mostFileBytes } = options;
    this.options = options;
    this.folder = folder;
    this.writer = new HeadChunkWriter({ files, folder, lastFile, mostFileBytes });
  }

  /** Writes a chunk, which is needed from now on, and returns its place. Throws as `HeadChunkWriter.write` does. */
  write(chunk: HeadChunk): number {
    const ref = this.writer.write(chunk);
    this.need(ref);
    return ref;
  }

  /** Counts a chunk that was found in a file as needed. */
  need(ref: number): void {
    const file = fileOfRef(ref);
    this.neededChunks.set(file, (this.neededChunks.get(file) ?? 0) + 1);
  }

  /** Says that the head needs a chunk no more. */
  release(ref: number): void {
    const file = fileOfRef(ref);
    const count = this.neededChunks.get(file) ?? 0;
    if (count <= 0) throw new Error(`BUG: a chunk of file ${file} was released that was not needed`);
    this.neededChunks.set(file, count - 1);
  }

  /** The chunk with a reference, while no file has it; its bytes are good until the next call of any kind. */
  unwritten(ref: number): HeadChunk | undefined {
    return this.writer.unwritten(ref);
  }

  /**
   * Hands all that was written to the operating system, so that readers in other threads find it; from time to time it goes to the disk
   * behind that. Throws the file system's errors.
   */
  flush(): void {
    this.writer.flush();
    this.writer.syncBehind();
  }

  /** The first file that holds a chunk that is needed, or the one that will be written next. */
  get oldestFile(): number {
    let oldest = this.writer.nextFileNumber;
    for (const [file, count] of this.neededChunks) if (count > 0 && file < oldest) oldest = file;
    return oldest;
  }

  /**
   * Lets files go that hold nothing that is needed, those that readers may know later; and begins another file with the next chunk, so
   * that this one can go in its turn. Throws the file system's errors; what was not removed then is removed by a later call.
   */
  truncate(): void {
    this.writer.cutFile();
    this.removals.push({ file: this.oldestFile, pin: this.options.pins.newestPin });
    this.removeUnpinned();
  }

  /** Whether files are left to readers that should go. */
  get hasPinned(): boolean {
    return this.removals.length > 0;
  }

  /** Removes what `truncate` had to leave to readers that are gone by now. Throws as that does. */
  removeUnpinned(): void {
    const { oldestPin } = this.options.pins;
    let file = 0;
    for (const removal of this.removals) if (removal.pin < oldestPin) file = Math.max(file, removal.file);
    if (file === 0) return;
    this.writer.truncateBefore(file);
    this.removals = this.removals.filter((removal) => removal.pin >= oldestPin);
    for (const number of this.neededChunks.keys()) if (number < file) this.neededChunks.delete(number);
  }

  /** Brings everything to the disk and closes. */
  async close(): Promise<void> {
    await this.writer.close();
  }
}
