/*
 * Head chunk files (tsdb/docs/format/head_chunks.md, tsdb/chunks/head_chunks.go): magic, version and three bytes of padding, then chunks.
 * A chunk: the series' reference, the first and the last time, eight bytes each; the encoding; the length of the data as a varint; the
 * data; the CRC32C of all that. Zeros behind the last chunk are room that was never used.
 */

/** The first four bytes of a file (`MagicHeadChunks`). */
export const HEAD_CHUNKS_MAGIC = 0x0130bc91;
export const HEAD_CHUNKS_VERSION = 1;
/** Magic, version and padding. */
export const FILE_HEADER_BYTES = 8;
/** A file is not grown past this (`MaxHeadChunkFileSize`). */
export const MOST_FILE_BYTES: number = 128 * 1024 * 1024;

/** The bit of an encoding that says that the chunk's samples came out of order. */
export const OUT_OF_ORDER_MASK = 0x80;
/** Reference, times and encoding. */
export const CHUNK_HEADER_BYTES: number = 8 + 8 + 8 + 1;
/** The most that the length takes. */
export const MOST_LENGTH_BYTES = 5;
export const CRC_BYTES = 4;
/** The most that a chunk takes beside its data. Upstream reads no chunk that ends a file and is shorter than this. */
export const MOST_OVERHEAD_BYTES: number = CHUNK_HEADER_BYTES + MOST_LENGTH_BYTES + CRC_BYTES;

const OFFSETS_A_FILE = 2 ** 32;

/** The reference of the chunk at `offset` of a file: upstream's 64 bits, which fit a double. */
export function headChunkRef(file: number, offset: number): number {
  return file * OFFSETS_A_FILE + offset;
}

/** The number of the file that holds a chunk. */
export function fileOfRef(ref: number): number {
  return Math.floor(ref / OFFSETS_A_FILE);
}

/** The place of a chunk in its file. */
export function offsetOfRef(ref: number): number {
  return ref % OFFSETS_A_FILE;
}

/** `000012` for file 12. */
export function headChunkFileName(file: number): string {
  return String(file).padStart(6, "0");
}

/** The number of a file, or undefined when the name is none of a head chunk file. */
export function headChunkFileNumber(name: string): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : undefined;
}
