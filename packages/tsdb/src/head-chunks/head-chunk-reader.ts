import type { Files, OpenFile } from "@ferula/files";
import { PromError } from "@ferula/model";
import { PageCache } from "../block/page-cache.ts";
import { type ChunkData, decodeHeadChunk, type HeadChunk, headChunkLength, readChunkData } from "./chunk-entry.ts";
import { CHUNK_HEADER_BYTES, fileOfRef, headChunkFileName, MOST_LENGTH_BYTES, offsetOfRef } from "./format.ts";

/** Most chunks are shorter, and then it takes one look into the cache. */
const USUAL_BYTES = 512;
/** More than nearly all chunks have. */
const LONG_BYTES = 65_536;

interface ReadFile {
  readonly number: number;
  readonly file: OpenFile;
  /** Its number in the page cache. */
  readonly cacheNumber: number;
}

/** What the head chunks of one thread are read with. */
export interface HeadChunkReaderOptions {
  readonly files: Files;
  /** The folder `chunks_head`. */
  readonly folder: string;
  /** One that the thread has for other files too; a small one of its own by default. */
  readonly pageCache?: PageCache;
}

/** Chunks that are read at one time were mostly cut at one time too, and lie side by side: few pages do. */
const OWN_CACHE_BYTES = 1 << 20;

/** Reads single chunks by reference. A thread has its own. */
export class HeadChunkReader {
  private readonly files: Files;
  private readonly folder: string;
  private readonly pageCache: PageCache;
  private readonly open = new Map<number, ReadFile>();
  /** The one that was read last: mostly it is the next one too. */
  private last: ReadFile | undefined;
  private readonly data: ChunkData = { encoding: "xor", bytes: new Uint8Array(0) };

  constructor({ files, folder, pageCache = new PageCache(OWN_CACHE_BYTES) }: HeadChunkReaderOptions) {
    this.files = files;
    this.folder = folder;
    this.pageCache = pageCache;
  }

  /**
   * The chunk with a reference; its bytes are good until the next call for any file of the cache. Throws PromError("internal") when it is
   * damaged or not there, which it is not before the writer's `flush`.
   */
  read(ref: number): HeadChunk {
    try {
      const bytes = this.bytesOf(ref);
      return decodeHeadChunk(bytes, 0, headChunkLength(bytes, 0));
    } catch (error) {
      throw this.unreadable(ref, error);
    }
  }

  /** As `read`, what the chunk holds alone; the object is the same each time. */
  readData(ref: number): Readonly<ChunkData> {
    const { data } = this;
    try {
      const bytes = this.bytesOf(ref);
      readChunkData(bytes, headChunkLength(bytes, 0), data);
      return data;
    } catch (error) {
      throw this.unreadable(ref, error);
    }
  }

  /** What to throw when the chunk with a reference can't be read. */
  unreadable(ref: number, error: unknown): PromError {
    const place = `offset ${offsetOfRef(ref)} of ${this.pathOf(fileOfRef(ref))}`;
    return new PromError("internal", `cannot read the head chunk at ${place}: ${(error as Error).message}`, { cause: error });
  }

  /** Lets go of the files before `number`, which are no longer needed. */
  forgetBefore(number: number): void {
    if (this.open.size === 0) return;
    for (const file of this.open.values()) {
      if (file.number >= number) continue;
      this.open.delete(file.number);
      this.pageCache.removeFile(file.cacheNumber);
      file.file.close();
      if (this.last === file) this.last = undefined;
    }
  }

  close(): void {
    this.forgetBefore(Infinity);
  }

  /** The chunk with a reference, and maybe what comes behind it. */
  private bytesOf(ref: number): Uint8Array {
    const offset = offsetOfRef(ref);
    const file = this.fileOf(fileOfRef(ref));
    let bytes = this.bytesAt(file, offset);
    if (bytes === undefined) {
      // The file that is written to grows, and its last page with it.
      this.pageCache.removeFile(file.cacheNumber);
      bytes = this.bytesAt(file, offset);
    }
    if (bytes === undefined) throw new RangeError("the file ends before it");
    return bytes;
  }

  /** The chunk at `offset`, and maybe what comes behind it; undefined where the file, as far as its pages are kept, ends before the chunk does. */
  private bytesAt({ cacheNumber, file }: ReadFile, offset: number): Uint8Array | undefined {
    const first = this.pageCache.read(cacheNumber, file, offset, USUAL_BYTES);
    if (first.length < CHUNK_HEADER_BYTES + MOST_LENGTH_BYTES) return undefined;
    const length = headChunkLength(first, 0);
    if (length <= first.length) return first;
    // A damaged length must not take all memory; few are long enough to ask the file system.
    if (length > LONG_BYTES && offset + length > file.size()) {
      throw new RangeError(`${length} bytes are expected, but the file ends at ${file.size()}`);
    }
    const whole = this.pageCache.read(cacheNumber, file, offset, length);
    return whole.length < length ? undefined : whole;
  }

  private fileOf(number: number): ReadFile {
    if (this.last?.number === number) return this.last;
    let found = this.open.get(number);
    if (found === undefined) {
      found = { number, file: this.files.open(this.pathOf(number), "read"), cacheNumber: this.pageCache.addFile() };
      this.open.set(number, found);
    }
    this.last = found;
    return found;
  }

  private pathOf(number: number): string {
    return `${this.folder}/${headChunkFileName(number)}`;
  }
}
