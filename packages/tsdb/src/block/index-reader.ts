import { ByteReader, crc32c } from "@ferula/bytes";
import type { Files } from "@ferula/files";
import { runSteps, type Steps } from "../steps.ts";
import { damaged, namingPlace, placed } from "./damage.ts";
import {
  CRC_BYTES,
  INDEX_FILE,
  INDEX_HEADER_BYTES,
  INDEX_MAGIC,
  INDEX_V1,
  INDEX_V2,
  INDEX_V3,
  SERIES_ALIGNMENT_BYTES,
  TOC_BYTES,
} from "./format.ts";
import type { PageCache } from "./page-cache.ts";
import { openPagedFile, type PagedFile } from "./paged-file.ts";
import { openPostingsTable, type VisitValue } from "./postings-table.ts";
import { RecordReader } from "./record-reader.ts";
import { readSeriesEntry, type SeriesEntry } from "./series-entry.ts";
import { openSymbols, type Symbols } from "./symbols.ts";

/**
 * The index of a block, read by offset: of the file only every 32nd symbol and every 32nd value of a label is noted in memory. Series are
 * named by references, which ascend in the order of the series' labels. Whatever is damaged is told by a PromError("internal") with
 * its place, when it is read.
 */
export interface IndexReader {
  readonly version: number;
  readonly sizeBytes: number;
  readonly symbols: Symbols;
  /** Ascending by their UTF-8 bytes. */
  readonly labelNames: readonly string[];
  /** The values of a label that are not before `from`, ascending by their UTF-8 bytes, with where their postings stand. */
  readonly forEachValue: (name: string, from: string, visit: VisitValue) => void;
  /** Where the postings of a pair stand, or -1 when no series carries it. */
  readonly findPostings: (name: string, value: string) => number;
  /** The references of the series in the postings that stand at an offset, ascending; the caller's own. */
  readonly postingsAt: (offset: number) => Uint32Array;
  /** How many they are. Reads no more than their count, which no checksum is over: for choosing an order, not for results. */
  readonly postingsCountAt: (offset: number) => number;
  /** The references of all series. */
  readonly allSeries: () => Uint32Array;
  /** Overwrites `out` with the series. */
  readonly readSeries: (ref: number, out: SeriesEntry) => void;
  readonly close: () => void;
}

/** Opens the index of the block in `dir` and checks what look-ups go through. Throws PromError("internal") when that is damaged. */
export function openIndex(files: Files, dir: string, cache: PageCache): IndexReader {
  return runSteps(openIndexInSteps(files, dir, cache));
}

/** As `openIndex`. */
export function* openIndexInSteps(files: Files, dir: string, cache: PageCache): Steps<IndexReader> {
  const file = openPagedFile(files, `${dir}/${INDEX_FILE}`, cache);
  try {
    return yield* readIndex(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

function* readIndex(file: PagedFile): Steps<IndexReader> {
  const version = readVersion(file);
  const toc = readToc(file);
  const symbols = yield* openSymbols(file, version, toc.symbols);
  const table = yield* openPostingsTable(file, version, toc.postingsTable);
  const refUnitBytes = version === INDEX_V1 ? 1 : SERIES_ALIGNMENT_BYTES;
  const postingsAt = (offset: number): Uint32Array => readPostings(file, offset);
  return {
    version,
    sizeBytes: file.sizeBytes,
    symbols,
    labelNames: table.names.filter((name) => name !== ""),
    forEachValue: table.forEach,
    findPostings: table.find,
    postingsAt,
    postingsCountAt: (offset) => u32At(file, offset + 4),
    allSeries() {
      const offset = table.find("", "");
      return offset < 0 ? new Uint32Array(0) : postingsAt(offset);
    },
    readSeries(ref, out) {
      readSeries(file, ref * refUnitBytes, out);
    },
    close: file.close,
  };
}

function readVersion(file: PagedFile): number {
  const header = file.bytes(0, INDEX_HEADER_BYTES);
  const magic = new ByteReader(header).u32be();
  if (magic !== INDEX_MAGIC) throw damaged(file.path, 0, `an index doesn't begin with ${magic.toString(16)}`);
  const version = header[4];
  if (version !== INDEX_V1 && version !== INDEX_V2 && version !== INDEX_V3) {
    throw damaged(file.path, 4, `version ${version} of the index is not known`);
  }
  return version;
}

interface TableOfContents {
  readonly symbols: number;
  readonly postingsTable: number;
}

/** Six offsets; the label indices, which nobody reads any more, and where series and postings begin are not needed. */
function readToc(file: PagedFile): TableOfContents {
  const offset = file.sizeBytes - TOC_BYTES;
  if (offset < INDEX_HEADER_BYTES) throw damaged(file.path, 0, `${file.sizeBytes} bytes are too few for an index`);
  const bytes = file.bytes(offset, TOC_BYTES);
  const written = new ByteReader(bytes, TOC_BYTES - CRC_BYTES).u32be();
  const actual = crc32c(bytes, 0, TOC_BYTES - CRC_BYTES);
  if (written !== actual) {
    throw damaged(file.path, offset, `the table of contents has the checksum ${actual.toString(16)}, not ${written.toString(16)}`);
  }
  return namingPlace(file.path, offset, "the table of contents", () => {
    const reader = new ByteReader(bytes);
    const [symbols, , , , , postingsTable] = Array.from({ length: 6 }, () => reader.u64be());
    return { symbols, postingsTable };
  });
}

/** A length of four bytes, how many there are, each as four bytes, and their checksum. */
function readPostings(file: PagedFile, offset: number): Uint32Array {
  const lengthBytes = u32At(file, offset);
  const bytes = file.bytes(offset + 4, lengthBytes + CRC_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const written = view.getUint32(lengthBytes);
  const actual = crc32c(bytes, 0, lengthBytes);
  if (written !== actual) {
    throw damaged(file.path, offset, `the postings have the checksum ${actual.toString(16)}, not ${written.toString(16)}`);
  }
  const count = lengthBytes < 4 ? -1 : view.getUint32(0);
  if (lengthBytes !== 4 + 4 * count) throw damaged(file.path, offset, `${lengthBytes} bytes are no ${count} postings`);
  const refs = new Uint32Array(count);
  for (let i = 0; i < count; i++) refs[i] = view.getUint32(4 + 4 * i);
  return refs;
}

function u32At(file: PagedFile, offset: number): number {
  return new ByteReader(file.bytes(offset, 4)).u32be();
}

/** What series are read with, one after the other. */
const record = new RecordReader();

function readSeries(file: PagedFile, offset: number, out: SeriesEntry): void {
  try {
    record.open(file, offset, 0);
    readSeriesEntry(record, out);
  } catch (error) {
    throw placed(error, file.path, offset, "a series");
  }
}
