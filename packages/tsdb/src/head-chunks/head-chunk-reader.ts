import type { Files, OpenFile } from "@ferula/files";
import { PromError } from "@ferula/model";
import { decodeHeadChunk, type HeadChunk, headChunkLength } from "./chunk-entry.ts";
import { fileOfRef, headChunkFileName, offsetOfRef } from "./format.ts";

/** Read at once: nearly all chunks are shorter, so one read does. */
const READ_BYTES = 2048;

/**
 * Reads single chunks by reference. Chunks of one series lie far apart, so pages around them are not worth keeping: the operating system
 * keeps them. A thread has its own.
 */
export class HeadChunkReader {
  private readonly files: Files;
  private readonly folder: string;
  private readonly open = new Map<number, OpenFile>();
  private buffer: Uint8Array = new Uint8Array(READ_BYTES);

  constructor(files: Files, folder: string) {
    this.files = files;
    this.folder = folder;
  }

  /**
   * The chunk with a reference; its bytes are good until the next call. Throws PromError("internal") when it is damaged or not there,
   * which it is not before the writer's `flush`.
   */
  read(ref: number): HeadChunk {
    const path = `${this.folder}/${headChunkFileName(fileOfRef(ref))}`;
    const offset = offsetOfRef(ref);
    try {
      const file = this.fileOf(ref, path);
      let count = file.read(this.buffer, offset);
      const length = headChunkLength(this.buffer.subarray(0, count), 0);
      if (length > count) {
        // A damaged length must not take all memory.
        if (offset + length > file.size()) throw new RangeError(`${length} bytes are expected, but the file ends at ${file.size()}`);
        if (length > this.buffer.length) this.buffer = new Uint8Array(length);
        count = file.read(this.buffer, offset);
      }
      if (count < length) throw new RangeError(`${length} bytes are expected, but the file was cut short`);
      return decodeHeadChunk(this.buffer, 0, length);
    } catch (error) {
      throw new PromError("internal", `cannot read the head chunk at offset ${offset} of ${path}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  /** Lets go of the files before `number`, which are to be removed. */
  forgetBefore(number: number): void {
    for (const [fileNumber, file] of this.open) {
      if (fileNumber >= number) continue;
      this.open.delete(fileNumber);
      file.close();
    }
  }

  close(): void {
    this.forgetBefore(Infinity);
  }

  private fileOf(ref: number, path: string): OpenFile {
    const number = fileOfRef(ref);
    const found = this.open.get(number);
    if (found !== undefined) return found;
    const file = this.files.open(path, "read");
    this.open.set(number, file);
    return file;
  }
}
