import { ByteReader } from "@ferula/bytes";
import { chunkEncodingOf, type ChunkEncoding } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import { PromError } from "@ferula/model";
import { damaged, placed } from "./damage.ts";
import { CHUNKS_FOLDER, CHUNKS_MAGIC, CHUNKS_VERSION, chunkSegmentName, OFFSETS_A_SEGMENT, SEGMENT_HEADER_BYTES } from "./format.ts";
import type { PageCache } from "./page-cache.ts";
import { openPagedFile, type PagedFile } from "./paged-file.ts";
import { RecordReader } from "./record-reader.ts";

/** A chunk as it stands in its segment. */
export interface StoredChunk {
  readonly encoding: ChunkEncoding;
  /** A view that is good until the next read through the same cache. */
  readonly bytes: Uint8Array;
}

/** The chunk segments of a block, read by offset. */
export interface ChunkSegments {
  readonly sizeBytes: number;
  /** The chunk with a reference, see `SeriesEntry.chunkRefs`. Throws PromError("internal") with its place when it is damaged. */
  readonly read: (ref: number) => StoredChunk;
  /**
   * The bytes from the record of the chunk `ref` on: `length` of them, or fewer when its segment ends before. A view that is good until the
   * next read through the same cache; records in it are not checked. Throws as `read` does when the segment can't be read.
   */
  readonly readRecords: (ref: number, length: number) => Uint8Array;
  readonly close: () => void;
}

/** The file of the segment that a chunk of the block in `dir` stands in, and where: for messages. */
export function chunkPlace(dir: string, ref: number): { readonly path: string; readonly offset: number } {
  const number = Math.floor(ref / OFFSETS_A_SEGMENT);
  return { path: `${dir}/${CHUNKS_FOLDER}/${chunkSegmentName(number)}`, offset: ref - number * OFFSETS_A_SEGMENT };
}

/** Opens the segments of the block in `dir`. Throws PromError("internal") when one of them isn't what it should be. */
export function openChunkSegments(files: Files, dir: string, cache: PageCache): ChunkSegments {
  const folder = `${dir}/${CHUNKS_FOLDER}`;
  const segments: (PagedFile | undefined)[] = [];
  const closeAll = (): void => {
    for (const segment of segments) segment?.close();
  };
  try {
    for (const name of files.readFolder(folder)) {
      if (/^\d+$/.test(name)) segments[Number(name) - 1] = openSegment(files, `${folder}/${name}`, cache);
    }
  } catch (error) {
    closeAll();
    throw error;
  }
  const segmentOf = (number: number): PagedFile => {
    const segment = segments[number];
    if (segment === undefined) throw new PromError("internal", `cannot read ${folder}: there is no segment ${chunkSegmentName(number)}`);
    return segment;
  };
  return {
    sizeBytes: segments.reduce((sum, segment) => sum + (segment?.sizeBytes ?? 0), 0),
    read(ref) {
      const number = Math.floor(ref / OFFSETS_A_SEGMENT);
      return readChunk(segmentOf(number), ref - number * OFFSETS_A_SEGMENT);
    },
    readRecords(ref, length) {
      const number = Math.floor(ref / OFFSETS_A_SEGMENT);
      const segment = segmentOf(number);
      const offset = ref - number * OFFSETS_A_SEGMENT;
      return segment.bytes(offset, Math.max(0, Math.min(length, segment.sizeBytes - offset)));
    },
    close: closeAll,
  };
}

function openSegment(files: Files, path: string, cache: PageCache): PagedFile {
  const file = openPagedFile(files, path, cache);
  try {
    const header = new ByteReader(file.bytes(0, SEGMENT_HEADER_BYTES));
    const magic = header.u32be();
    if (magic !== CHUNKS_MAGIC) throw damaged(path, 0, `a chunk segment doesn't begin with ${magic.toString(16)}`);
    const version = header.u8();
    if (version !== CHUNKS_VERSION) throw damaged(path, 4, `version ${version} of chunk segments is not known`);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** What chunks are read with, one after the other. */
const record = new RecordReader();

/** A record of the encoding, which its length does not count, and the data. */
function readChunk(file: PagedFile, offset: number): StoredChunk {
  try {
    record.open(file, offset, 1);
    const { bytes, at, end } = record;
    const encoding = chunkEncodingOf(bytes[at]);
    if (encoding === undefined) throw new RangeError(`its encoding ${bytes[at]} is not known`);
    return { encoding, bytes: bytes.subarray(at + 1, end) };
  } catch (error) {
    throw placed(error, file.path, offset, "a chunk");
  }
}
