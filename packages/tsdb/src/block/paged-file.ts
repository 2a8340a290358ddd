import type { Files, OpenFile } from "@ferula/files";
import { damaged } from "./damage.ts";
import type { PageCache } from "./page-cache.ts";

/** A file that never changes, read by offset. */
export interface PagedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /**
   * `length` bytes from `offset` on, through the cache: a view that is good until the next call for any file of the cache. Throws
   * PromError("internal") when the file ends before.
   */
  readonly bytes: (offset: number, length: number) => Uint8Array;
  /** Fills `target` from `offset` past the cache, for what is read once from beginning to end; returns how many bytes there were. */
  readonly fill: (target: Uint8Array, offset: number) => number;
  readonly close: () => void;
}

/** Opens a file whose pages `cache` keeps. */
export function openPagedFile(files: Files, path: string, cache: PageCache): PagedFile {
  const file: OpenFile = files.open(path, "read");
  const sizeBytes = file.size();
  const fileNumber = cache.addFile();
  return {
    path,
    sizeBytes,
    bytes(offset, length) {
      // Damaged offsets may be anything.
      if (!(offset >= 0 && length >= 0 && offset + length <= sizeBytes)) {
        throw damaged(path, offset, `${length} bytes are expected, but the file ends at ${sizeBytes}`);
      }
      const bytes = cache.read(fileNumber, file, offset, length);
      if (bytes.length < length) throw damaged(path, offset, `${length} bytes are expected, but the file was cut short`);
      return bytes;
    },
    fill: (target, offset) => file.read(target, offset),
    close() {
      cache.removeFile(fileNumber);
      file.close();
    },
  };
}
