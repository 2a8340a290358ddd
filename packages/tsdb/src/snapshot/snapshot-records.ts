import { ByteReader, type ByteWriter } from "@ferula/bytes";
import { CHUNK_ENCODING_BYTES, chunkEncodingOf, isFloatEncoding, openChunk, type ChunkEncoding } from "@ferula/chunks";
import type { ExemplarRow, Histogram } from "@ferula/model";
import { readTombstoneEntries, type Tombstones, writeTombstoneEntries } from "../block/tombstones.ts";
import { decodeExemplars, encodeExemplars } from "../wal/records/exemplars.ts";
import { readHistogram, writeHistogram } from "../wal/records/histogram-fields.ts";
import { RECORD_BYTES } from "../wal/records/record-types.ts";
import { skipLabels } from "../wal/records/series.ts";

/*
 * The records of a snapshot: one for each series, one of all tombstones, then those of exemplars. A series' has its reference in the log,
 * its labels, and its open chunk with the newest sample. Source: tsdb/docs/format/memory_snapshot.md, tsdb/head_wal.go.
 */

/** The first bytes of records. */
export const SNAPSHOT_SERIES = 1;
/** See `SNAPSHOT_SERIES`. */
export const SNAPSHOT_TOMBSTONES = 2;
/** See `SNAPSHOT_SERIES`. */
export const SNAPSHOT_EXEMPLARS = 3;

/** A chunk that would have got further samples; header and data. */
export interface OpenChunk {
  readonly encoding: ChunkEncoding;
  readonly bytes: Uint8Array;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** An open chunk of a record, whose bytes are a view of it. */
export interface StoredOpenChunk extends OpenChunk {
  /** The words of the newest float; zeros with histograms. */
  readonly newestLow: number;
  readonly newestHigh: number;
}

/** A series as a record tells of it. */
export interface SnapshotSeries {
  /** The reference that the log uses. */
  readonly walRef: number;
  /** As `writeLabels` writes them. */
  readonly labels: Uint8Array;
  readonly chunk: StoredOpenChunk | undefined;
}

/** The newest sample of an open chunk: a float's words, or the histogram. */
export type NewestSample = { readonly low: number; readonly high: number } | Histogram;

/** Where once the length of chunks stood, and the three samples before the newest float. */
const UNUSED_BYTES = 8;
const UNUSED_SAMPLES_BYTES = 3 * 16 + 8;

/** Writes the record of a series but for its labels, which `writeLabels` writes. */
export function writeSnapshotSeries(
  writer: ByteWriter,
  walRef: number,
  writeLabels: (writer: ByteWriter) => void,
  open?: { readonly chunk: OpenChunk; readonly newest: NewestSample },
): void {
  writer.u8(SNAPSHOT_SERIES);
  writer.u64be(walRef);
  writeLabels(writer);
  writer.bytes(new Uint8Array(UNUSED_BYTES));
  if (open === undefined) {
    writer.uvarint(0);
    return;
  }
  const { encoding, bytes, minTimeMs, maxTimeMs } = open.chunk;
  writer.uvarint(1);
  writer.u64be(minTimeMs);
  writer.u64be(maxTimeMs);
  writer.u8(CHUNK_ENCODING_BYTES[encoding]);
  writer.uvarint(bytes.length);
  writer.bytes(bytes);
  writeNewest(writer, open.newest);
}

function writeNewest(writer: ByteWriter, newest: NewestSample): void {
  if ("kind" in newest) {
    writeHistogram(writer, newest);
    return;
  }
  writer.bytes(new Uint8Array(UNUSED_SAMPLES_BYTES));
  writer.u32be(newest.high);
  writer.u32be(newest.low);
}

/** The contrary of `writeSnapshotSeries`; views of the record. Throws RangeError when it is malformed or its chunk is of no known encoding. */
export function readSnapshotSeries(record: Uint8Array): SnapshotSeries {
  const reader = new ByteReader(record, 1);
  const walRef = reader.u64be();
  const labelsAt = reader.position;
  skipLabels(reader);
  const labels = record.subarray(labelsAt, reader.position);
  reader.skip(UNUSED_BYTES);
  const chunk = reader.uvarint() === 0 ? undefined : readOpenChunk(reader);
  if (reader.remaining > 0) throw new RangeError(`cannot read a series of a snapshot: ${reader.remaining} bytes are left over`);
  return { walRef, labels, chunk };
}

function readOpenChunk(reader: ByteReader): StoredOpenChunk {
  const minTimeMs = reader.i64be();
  const maxTimeMs = reader.i64be();
  const byte = reader.u8();
  const encoding = chunkEncodingOf(byte);
  if (encoding === undefined) throw new RangeError(`cannot read a chunk of encoding ${byte}`);
  const bytes = reader.bytes(reader.uvarint());
  if (!isFloatEncoding(encoding)) {
    // The newest histogram is in the chunk, too.
    readHistogram(reader, encoding.startsWith("float") ? "float" : "integer");
    return { encoding, bytes, minTimeMs, maxTimeMs, newestLow: 0, newestHigh: 0 };
  }
  reader.skip(UNUSED_SAMPLES_BYTES);
  const newestHigh = reader.u32be();
  return { encoding, bytes, minTimeMs, maxTimeMs, newestHigh, newestLow: reader.u32be() };
}

/** Writes the record of all tombstones, by the references of the log. */
export function writeSnapshotTombstones(writer: ByteWriter, scratch: ByteWriter, tombstones: Tombstones): void {
  scratch.reset();
  writeTombstoneEntries(scratch, tombstones);
  writer.u8(SNAPSHOT_TOMBSTONES);
  writer.uvarint(scratch.length);
  writer.bytes(scratch.view());
}

/** The contrary of `writeSnapshotTombstones`; `path` is for messages. Throws RangeError or PromError("internal") when it is malformed. */
export function readSnapshotTombstones(record: Uint8Array, path: string): Tombstones {
  const reader = new ByteReader(record, 1);
  return readTombstoneEntries(new ByteReader(reader.bytes(reader.uvarint())), path);
}

/** Replaces what is in the writer by a record of exemplars, by the references of the log. It differs from the log's in its first byte. */
export function writeSnapshotExemplars(writer: ByteWriter, rows: readonly ExemplarRow[]): void {
  writer.reset();
  encodeExemplars(writer, rows);
  writer.view()[0] = SNAPSHOT_EXEMPLARS;
}

/** The contrary of `writeSnapshotExemplars`. Throws RangeError when it is malformed. */
export function readSnapshotExemplars(record: Uint8Array): ExemplarRow[] {
  const asLogged = record.slice();
  asLogged[0] = RECORD_BYTES.exemplars;
  return decodeExemplars(asLogged);
}

/**
 * The newest histogram of a chunk, as it was appended: whether a counter was reset is the chunk's to tell. Throws RangeError when the chunk
 * is damaged.
 */
export function newestHistogram(encoding: ChunkEncoding, bytes: Uint8Array): Histogram {
  const iterator = openChunk(encoding, bytes);
  for (let rest = iterator.sampleCount; rest > 0; rest--) iterator.next();
  const histogram = encoding.startsWith("float") ? iterator.floatHistogram() : iterator.histogram();
  if (histogram.counterResetHint !== "gauge") histogram.counterResetHint = "unknown";
  return histogram;
}
