import { chunkSampleCount, isFloatEncoding, type ChunkEncoding } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import { formatLabels, PromError, type Labels } from "@ferula/model";
import type { ChunkTally } from "./chunk-tally.ts";
import { ChunkWriter } from "./chunk-writer.ts";
import { CHUNKS_FOLDER, CREATION_SUFFIX, SEGMENT_BYTES } from "./format.ts";
import { IndexWriter } from "./index-writer.ts";
import { writeMeta, type BlockCompaction, type BlockMeta, type BlockStats } from "./meta.ts";
import { createSeriesEntry, growChunks, type SeriesEntry } from "./series-entry.ts";
import { writeTombstones } from "./tombstones.ts";
import { createUlid } from "./ulid.ts";

/** The time of a block's samples, in milliseconds; the end is exclusive. */
export interface BlockRange {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** A chunk to be written. Times are those of its first and its last sample. */
export interface BlockChunk {
  readonly encoding: ChunkEncoding;
  /** Header and data; only read, and not any more when the next chunk is asked for. */
  readonly bytes: Uint8Array;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** A series to be written. */
export type BlockSeries = LabeledSeries | NumberedSeries;

interface SeriesChunks {
  /** Ascending in time, none reaching into the next. A series without chunks is left out. */
  readonly chunks: Iterable<BlockChunk>;
}

/** A series that is told by the texts of its labels, which are looked up among the symbols. */
export interface LabeledSeries extends SeriesChunks {
  readonly labels: Labels;
  readonly labelSymbols?: undefined;
}

/** A series for which nothing is looked up. */
export interface NumberedSeries extends SeriesChunks {
  /** Names and values of the labels as places among `BlockSource.symbols`; not read any more when the next series is asked for. */
  readonly labelSymbols: Uint32Array;
}

/** What a block is made of. Both are asked for once, the symbols first. */
export interface BlockSource {
  /** The names and values of all labels, each once, ascending by their UTF-8 bytes. There may be more than the series have. */
  readonly symbols: () => Iterable<string>;
  /** Ascending by their labels, see `compareLabels`. What it throws ends the writing. */
  readonly series: () => Iterable<BlockSeries>;
}

/** How a block is written. */
export interface WriteBlockOptions {
  /** When it is written, in milliseconds; now by default. It is in the block's name. */
  readonly nowMs?: number;
  /** Where the samples come from; by default a block of level 1 that is its own source. */
  readonly compaction?: Partial<BlockCompaction>;
  /** The size of a chunk segment; 512 MiB by default. */
  readonly segmentBytes?: number;
  /** Counts what is written. */
  readonly tally?: ChunkTally;
}

/**
 * Writes a block into the folder `parent` and returns its description, or undefined when there is no sample, as then there is no block. It is
 * made in a folder beside its place, synced, and moved there: whenever it is cut off, the block is there whole or not at all.
 *
 * Throws PromError("internal") when series, labels, symbols or chunks are out of order or outside of `range`, and the file system's
 * errors as they are; nothing is left of the block then, or, where not even that could be removed, a folder with `CREATION_SUFFIX`.
 */
export function writeBlock(
  files: Files,
  parent: string,
  range: BlockRange,
  source: BlockSource,
  options: WriteBlockOptions = {},
): BlockMeta | undefined {
  const ulid = createUlid(options.nowMs ?? Date.now());
  const dir = `${parent}/${ulid}`;
  const temporary = `${dir}${CREATION_SUFFIX}`;
  try {
    files.makeFolder(`${temporary}/${CHUNKS_FOLDER}`);
    const stats = writeContent(files, temporary, range, source, options);
    if (stats.numSamples === 0) {
      files.removeFolder(temporary);
      return undefined;
    }
    const meta = describe(ulid, range, stats, options.compaction);
    writeMeta(files, temporary, meta);
    writeTombstones(files, temporary, new Map());
    files.syncFolder(temporary);
    publish(files, parent, temporary, dir);
    return meta;
  } catch (error) {
    dropQuietly(files, temporary);
    throw error;
  }
}

/** A block that is in its place but whose name might not survive is taken back: the caller is told that there is none. */
function publish(files: Files, parent: string, temporary: string, dir: string): void {
  files.rename(temporary, dir);
  try {
    files.syncFolder(parent);
  } catch (error) {
    files.rename(dir, temporary);
    throw error;
  }
}

function writeContent(files: Files, dir: string, range: BlockRange, source: BlockSource, options: WriteBlockOptions): BlockStats {
  const chunkWriter = new ChunkWriter(files, `${dir}/${CHUNKS_FOLDER}`, options.segmentBytes ?? SEGMENT_BYTES);
  let indexWriter: IndexWriter | undefined;
  try {
    indexWriter = new IndexWriter(files, dir, source.symbols());
    const stats = writeSeries({ indexWriter, chunkWriter, range, tally: options.tally }, source);
    chunkWriter.finish();
    indexWriter.finish();
    return stats;
  } catch (error) {
    chunkWriter.close();
    indexWriter?.close();
    throw error;
  }
}

/** Where series go. */
interface Target {
  readonly indexWriter: IndexWriter;
  readonly chunkWriter: ChunkWriter;
  readonly range: BlockRange;
  readonly tally: ChunkTally | undefined;
}

function writeSeries({ indexWriter, chunkWriter, range, tally }: Target, source: BlockSource): BlockStats {
  const entry = createSeriesEntry();
  const stats = { numSamples: 0, numFloatSamples: 0, numHistogramSamples: 0, numSeries: 0, numChunks: 0, numTombstones: 0 };
  for (const series of source.series()) {
    entry.chunkCount = 0;
    chunkWriter.startSeries();
    for (const chunk of series.chunks) {
      const i = entry.chunkCount++;
      const fault = timeFault(chunk, range, i === 0 ? -Infinity : entry.maxTimesMs[i - 1]);
      if (fault !== undefined) throw refused(indexWriter, series, fault);
      const sampleCount = countSamples(indexWriter, series, chunk);
      growChunks(entry, i + 1);
      entry.minTimesMs[i] = chunk.minTimeMs;
      entry.maxTimesMs[i] = chunk.maxTimeMs;
      entry.chunkRefs[i] = chunkWriter.write(chunk.encoding, chunk.bytes);
      stats.numSamples += sampleCount;
      tally?.add(chunk.bytes.length, sampleCount, chunk.maxTimeMs - chunk.minTimeMs);
      stats[isFloatEncoding(chunk.encoding) ? "numFloatSamples" : "numHistogramSamples"] += sampleCount;
    }
    if (entry.chunkCount === 0) continue;
    addToIndex(indexWriter, series, entry);
    stats.numSeries++;
    stats.numChunks += entry.chunkCount;
  }
  return stats;
}

function addToIndex(indexWriter: IndexWriter, series: BlockSeries, entry: SeriesEntry): void {
  if (series.labelSymbols === undefined) {
    indexWriter.addSeries(series.labels, entry);
    return;
  }
  const { length } = series.labelSymbols;
  if (entry.labelSymbols.length < length) entry.labelSymbols = new Uint32Array(length);
  entry.labelSymbols.set(series.labelSymbols);
  entry.labelCount = length / 2;
  indexWriter.addEntry(entry);
}

function countSamples(indexWriter: IndexWriter, series: BlockSeries, { encoding, bytes }: BlockChunk): number {
  try {
    return chunkSampleCount(encoding, bytes);
  } catch (cause) {
    throw refused(indexWriter, series, "a chunk has no whole header", cause);
  }
}

function refused(indexWriter: IndexWriter, series: BlockSeries, fault: string, cause?: unknown): PromError {
  const labels = series.labelSymbols === undefined ? series.labels : indexWriter.labelsOf(series.labelSymbols);
  return new PromError("internal", `cannot write the series ${formatLabels(labels)} to a block: ${fault}`, { cause });
}

function timeFault({ minTimeMs, maxTimeMs }: BlockChunk, range: BlockRange, previousMaxMs: number): string | undefined {
  if (!(minTimeMs <= maxTimeMs)) return `a chunk begins at ${minTimeMs} and ends at ${maxTimeMs}`;
  if (minTimeMs <= previousMaxMs) return `a chunk begins at ${minTimeMs}, but the one before it ends at ${previousMaxMs}`;
  if (minTimeMs < range.minTimeMs || maxTimeMs >= range.maxTimeMs) {
    return `a chunk from ${minTimeMs} to ${maxTimeMs} is not within the block's time, ${range.minTimeMs} to before ${range.maxTimeMs}`;
  }
  return undefined;
}

function describe(ulid: string, range: BlockRange, stats: BlockStats, compaction: Partial<BlockCompaction> = {}): BlockMeta {
  const origin: BlockCompaction = { level: 1, sources: [ulid], deletable: false, parents: [], failed: false, hints: [] };
  return { ulid, minTime: range.minTimeMs, maxTime: range.maxTimeMs, stats, compaction: { ...origin, ...compaction } };
}

/** The first error is the one to tell; a folder that stays is removed at the next start. */
function dropQuietly(files: Files, folder: string): void {
  try {
    files.removeFolder(folder);
  } catch {
    // See above.
  }
}
