import type { ByteWriter } from "@ferula/bytes";
import type { RecordReader } from "./record-reader.ts";

/** A series of an index; the arrays may be longer than their counts. One is made once and read into again and again. */
export interface SeriesEntry {
  labelCount: number;
  /** The symbols of the names (at even places) and values (at odd ones), by ascending names. */
  labelSymbols: Uint32Array;
  chunkCount: number;
  /** Where each chunk stands: the number of its segment, from 0, times 2^32, plus its offset. Ascending in time. */
  chunkRefs: Float64Array;
  /** The times of each chunk's first and last sample. */
  minTimesMs: Float64Array;
  maxTimesMs: Float64Array;
}

/** What an entry takes in memory: a word for each symbol, and three numbers a chunk. */
export function entryBytes({ labelCount, chunkCount }: SeriesEntry): number {
  return 8 * labelCount + 24 * chunkCount;
}

/** An empty entry. */
export function createSeriesEntry(): SeriesEntry {
  return {
    labelCount: 0,
    labelSymbols: new Uint32Array(32),
    chunkCount: 0,
    chunkRefs: new Float64Array(16),
    minTimesMs: new Float64Array(16),
    maxTimesMs: new Float64Array(16),
  };
}

/**
 * Overwrites `out` with the content of a series' entry (tsdb/docs/format/index.md, "Series"): symbols of names and values; then the first
 * chunk's time, how long it lasts and its reference; then for each next chunk these as differences to the one before.
 */
export function readSeriesEntry(reader: RecordReader, out: SeriesEntry): void {
  // Each label and each chunk takes some bytes: a count that is damaged must not take all memory.
  out.labelCount = countUpTo(reader, 2, "labels");
  if (out.labelSymbols.length < 2 * out.labelCount) out.labelSymbols = new Uint32Array(2 * out.labelCount);
  const { labelSymbols } = out;
  for (let i = 0; i < 2 * out.labelCount; i++) labelSymbols[i] = reader.uvarint();
  out.chunkCount = countUpTo(reader, 3, "chunks");
  growChunks(out, out.chunkCount);
  const { chunkRefs, minTimesMs, maxTimesMs } = out;
  let ref = 0;
  let maxMs = 0;
  for (let i = 0; i < out.chunkCount; i++) {
    const minMs = i === 0 ? reader.varint() : maxMs + reader.uvarint();
    maxMs = minMs + reader.uvarint();
    ref += i === 0 ? reader.uvarint() : reader.varint();
    chunkRefs[i] = ref;
    minTimesMs[i] = minMs;
    maxTimesMs[i] = maxMs;
  }
}

/** Writes what `readSeriesEntry` reads. */
export function writeSeriesEntry(writer: ByteWriter, entry: SeriesEntry): void {
  writer.uvarint(entry.labelCount);
  for (let i = 0; i < 2 * entry.labelCount; i++) writer.uvarint(entry.labelSymbols[i]);
  writer.uvarint(entry.chunkCount);
  const { chunkRefs, minTimesMs, maxTimesMs } = entry;
  for (let i = 0; i < entry.chunkCount; i++) {
    if (i === 0) writer.varint(minTimesMs[0]);
    else writer.uvarint(minTimesMs[i] - maxTimesMs[i - 1]);
    writer.uvarint(maxTimesMs[i] - minTimesMs[i]);
    if (i === 0) writer.uvarint(chunkRefs[0]);
    else writer.varint(chunkRefs[i] - chunkRefs[i - 1]);
  }
}

/** Makes room for `count` chunks and keeps those that are in. */
export function growChunks(entry: SeriesEntry, count: number): void {
  if (entry.chunkRefs.length >= count) return;
  const capacity = Math.max(count, entry.chunkRefs.length * 2);
  const grow = (from: Float64Array): Float64Array => {
    const to = new Float64Array(capacity);
    to.set(from);
    return to;
  };
  entry.chunkRefs = grow(entry.chunkRefs);
  entry.minTimesMs = grow(entry.minTimesMs);
  entry.maxTimesMs = grow(entry.maxTimesMs);
}

function countUpTo(reader: RecordReader, leastBytes: number, what: string): number {
  const count = reader.uvarint();
  if (count * leastBytes > reader.remaining) throw new RangeError(`${count} ${what} don't fit the ${reader.remaining} bytes that are left`);
  return count;
}
