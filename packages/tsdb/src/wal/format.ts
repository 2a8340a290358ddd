/*
 * The log's files (tsdb/docs/format/wal.md, tsdb/wlog). A segment is a row of pages; a record is cut into fragments so that none crosses
 * a page, and no record crosses a segment. A fragment: one byte of type and compression, two of length, four of CRC32C of its bytes,
 * big-endian, then the bytes. What is left of a page when no header fits, or when the segment ends, is zeros.
 */

/** Bytes of a page; no fragment crosses one. */
export const PAGE_BYTES = 32_768;
/** One byte of type and compression, two of length, four of checksum. */
export const FRAGMENT_HEADER_BYTES = 7;

/** The bits of a fragment's first byte that say what it is of its record. */
export const FRAGMENT_TYPE_MASK = 7;
/** No fragment: the rest of the page is padding. */
export const FRAGMENT_NONE = 0;
/** A whole record. */
export const FRAGMENT_FULL = 1;
/** The first of several fragments. */
export const FRAGMENT_FIRST = 2;
/** One with others before it and after it. */
export const FRAGMENT_MIDDLE = 3;
/** The last of several. */
export const FRAGMENT_LAST = 4;
/** The bit of a fragment's first byte that says that the record (not the fragment) is compressed by snappy. */
export const SNAPPY_MASK = 8;
/** The same for zstd. */
export const ZSTD_MASK = 16;

/** The bits that say how a record is compressed. */
export const COMPRESSION_MASK: number = SNAPPY_MASK | ZSTD_MASK;

/** `00000012` for segment 12. */
export function segmentName(segment: number): string {
  return String(segment).padStart(8, "0");
}

/** The number of a segment, or undefined when the name is none: checkpoints and left-over temporary files lie beside segments. */
export function segmentNumber(name: string): number | undefined {
  return /^\d{8,}$/.test(name) ? Number(name) : undefined;
}

/** The last segment that a checkpoint's folder replaces, or undefined when the name is none. */
export function checkpointNumber(name: string): number | undefined {
  const digits = /^checkpoint\.(\d+)$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The folder of the checkpoint that replaces the segments up to `segment`. */
export function checkpointName(segment: number): string {
  return `checkpoint.${segmentName(segment)}`;
}
