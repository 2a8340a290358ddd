/** The first four bytes of an index (tsdb/index/index.go `MagicIndex`). */
export const INDEX_MAGIC = 0xbaaad700;
/** Magic and version. */
export const INDEX_HEADER_BYTES = 5;
/** In the first version symbols and series are named by their offsets, and the postings table is in no order. */
export const INDEX_V1 = 1;
/** The version that is written. */
export const INDEX_V2 = 2;
/** Differs from the second in nothing that is read here. */
export const INDEX_V3 = 3;
/** Six offsets of 64 bits and their checksum, at the end of the file. */
export const TOC_BYTES: number = 6 * 8 + 4;
/** Series begin at multiples of this, and from version 2 on their references count in it. */
export const SERIES_ALIGNMENT_BYTES = 16;
/** References have 32 bits, so an index may not be larger (64 GiB). */
export const MOST_INDEX_BYTES: number = SERIES_ALIGNMENT_BYTES * 2 ** 32;
/** One symbol, and one entry of a name in the postings table, in this many is kept in memory. */
export const SAMPLING_DISTANCE = 32;
/** So many entries of a table are read in one step. */
export const ENTRIES_A_STEP = 1024;

/** The first four bytes of a chunk segment (tsdb/chunks/chunks.go `MagicChunks`). */
export const CHUNKS_MAGIC = 0x85bd40dd;
/** The only version of chunk segments. */
export const CHUNKS_VERSION = 1;
/** Magic, version and three bytes of padding. */
export const SEGMENT_HEADER_BYTES = 8;
/** A segment is not grown past this, unless one chunk alone does (tsdb/chunks/chunks.go `DefaultChunkSegmentSize`). */
export const SEGMENT_BYTES: number = 512 * 1024 * 1024;
/** The most that the length of a chunk or a series takes. */
export const MOST_LENGTH_BYTES = 5;

/** The reference of a chunk is the number of its segment, from 0, times this, plus its offset. */
export const OFFSETS_A_SEGMENT: number = 2 ** 32;

/** The file of the segment with this number, from 0. */
export function chunkSegmentName(number: number): string {
  return String(number + 1).padStart(6, "0");
}

/** The first four bytes of a tombstone file (tsdb/tombstones/tombstones.go `MagicTombstone`). */
export const TOMBSTONES_MAGIC = 0x0130ba30;
/** The only version of tombstones. */
export const TOMBSTONES_VERSION = 1;

/** Checksums are CRC32C. */
export const CRC_BYTES = 4;

/** Labels, series and postings. */
export const INDEX_FILE = "index";
/** The description of a block. */
export const META_FILE = "meta.json";
/** What was deleted. */
export const TOMBSTONES_FILE = "tombstones";
/** The folder of the chunk segments. */
export const CHUNKS_FOLDER = "chunks";
/** What is being written has this behind its name; a start removes what it finds of it (tsdb/db.go `tmpForCreationBlockDirSuffix`). */
export const CREATION_SUFFIX = ".tmp-for-creation";
