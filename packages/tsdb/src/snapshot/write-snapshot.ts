import { ByteReader, ByteWriter } from "@ferula/bytes";
import type { Files } from "@ferula/files";
import { createTimeSlice } from "@ferula/lifecycle";
import { type ExemplarRow, type Labels, PromError } from "@ferula/model";
import type { Interval } from "../block/intervals.ts";
import type { Head } from "../head/head.ts";
import { CheckpointWriter } from "../wal/checkpoint-writer.ts";
import { codecFor, type WalCompression } from "../wal/compression.ts";
import { writeLabelBlock } from "../wal/encode-series.ts";
import { readLabels } from "../wal/records/series.ts";
import {
  comparePositions,
  listSnapshots,
  type LogPosition,
  removeSnapshots,
  SNAPSHOT_TEMPORARY_SUFFIX,
  snapshotName,
} from "./snapshot-folder.ts";
import {
  newestHistogram,
  type NewestSample,
  type OpenChunk,
  writeSnapshotExemplars,
  writeSnapshotSeries,
  writeSnapshotTombstones,
} from "./snapshot-records.ts";

/** What a snapshot is written with. */
export interface WriteSnapshotDeps {
  readonly files: Files;
  /** The folder of the database. */
  readonly dir: string;
  /** Nothing is appended to it meanwhile. All its finished chunks are in files, and those are on the disk. */
  readonly head: Head;
  readonly compression: WalCompression;
  /** The size of a file; 128 MiB by default, as upstream. */
  readonly segmentBytes?: number;
}

/** A snapshot that was written. */
export interface WrittenSnapshot {
  readonly path: string;
  readonly seriesCount: number;
}

const SEGMENT_BYTES = 128 << 20;
/** The event loop is given a turn after this long. */
const SLICE_MS = 10;
const MOST_EXEMPLARS_A_RECORD = 10_000;

/**
 * Writes what the head has in memory to a snapshot, with which the next start needs no log before `position`: where the log ends now. Then
 * removes older snapshots. Undefined when there is one of this place already. It is complete under its name or not there.
 *
 * Throws PromError("internal") when it can't be written, or a finished chunk is in no file; nothing of it is left then.
 */
export async function writeSnapshot(deps: WriteSnapshotDeps, position: LogPosition): Promise<WrittenSnapshot | undefined> {
  const { files, dir } = deps;
  const path = `${dir}/${snapshotName(position)}`;
  const temporary = path + SNAPSHOT_TEMPORARY_SUFFIX;
  try {
    const newest = listSnapshots(files, dir).at(-1);
    if (newest !== undefined && comparePositions(newest, position) === 0) return undefined;
    files.removeFolder(temporary);
    files.makeFolder(temporary);
    const seriesCount = await writeRecords(deps, temporary);
    files.rename(temporary, path);
    files.syncFolder(dir);
    removeSnapshots(files, dir, position);
    return { path, seriesCount };
  } catch (error) {
    dropQuietly(files, temporary);
    throw new PromError("internal", `cannot write the snapshot ${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function writeRecords(
  { files, head, compression, segmentBytes = SEGMENT_BYTES }: WriteSnapshotDeps,
  folder: string,
): Promise<number> {
  const writer = new CheckpointWriter(files, folder, segmentBytes, codecFor(compression));
  try {
    await writeAliases(writer, head);
    const seriesCount = await writeAllSeries(writer, head);
    const record = new ByteWriter();
    writeSnapshotTombstones(record, new ByteWriter(), tombstonesOf(head));
    await writer.add(record.view());
    for (const rows of exemplarBatches(head)) {
      writeSnapshotExemplars(record, rows);
      await writer.add(record.view());
    }
    await writer.finish();
    return seriesCount;
  } finally {
    writer.close();
  }
}

async function writeAllSeries(writer: CheckpointWriter, head: Head): Promise<number> {
  const record = new ByteWriter(1 << 12);
  const slice = createTimeSlice(SLICE_MS);
  const refs = head.liveRefs();
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i];
    if (head.finished.hasUnwritten(ref)) throw new Error("a finished chunk is in no file");
    record.reset();
    const address = head.labelSets.address(ref);
    writeSnapshotSeries(record, head.series.walRefs[ref], (to) => writeLabelBlock(to, head.shared, address), openChunkOf(head, ref));
    await writer.add(record.view());
    if (slice.isSpent()) await slice.yield();
  }
  return refs.length;
}

/**
 * Without these the next start would not know whose the chunks in files and the samples out of order are that go by them. They stand first, as a
 * series goes by the last reference that is read.
 */
async function writeAliases(writer: CheckpointWriter, { labelSets, loggedSeries, series, shared }: Head): Promise<void> {
  const record = new ByteWriter();
  const slice = createTimeSlice(SLICE_MS);
  const { walRefs, refs, count } = loggedSeries.aliases;
  for (let i = 0; i < count; i++) {
    if (walRefs[i] === series.walRefs[refs[i]]) continue;
    record.reset();
    const address = labelSets.address(refs[i]);
    writeSnapshotSeries(record, walRefs[i], (to) => writeLabelBlock(to, shared, address));
    await writer.add(record.view());
    if (slice.isSpent()) await slice.yield();
  }
}

/** The open chunk of a series. Its bytes are good until the next append. */
function openChunkOf(
  { histograms, floats, series }: Head,
  ref: number,
): { readonly chunk: OpenChunk; readonly newest: NewestSample } | undefined {
  const ofHistograms = histograms.openChunk(ref);
  if (ofHistograms !== undefined) return { chunk: ofHistograms, newest: newestHistogram(ofHistograms.encoding, ofHistograms.bytes) };
  const ofFloats = floats.openChunk(ref);
  const { lastBits } = series;
  return ofFloats === undefined ? undefined : { chunk: ofFloats, newest: { low: lastBits[2 * ref], high: lastBits[2 * ref + 1] } };
}

/** What was deleted of each series, by the references of the log. */
function tombstonesOf(head: Head): Map<number, readonly Interval[]> {
  const tombstones = new Map<number, readonly Interval[]>();
  if (head.tombstones.seriesCount === 0) return tombstones;
  for (const ref of head.liveRefs()) {
    const intervals = head.tombstones.of(ref);
    if (intervals !== undefined) tombstones.set(head.series.walRefs[ref], intervals);
  }
  return tombstones;
}

/** The exemplars of the series that the head has, in the order in which they came, by the references of the log. */
function* exemplarBatches(head: Head): Generator<ExemplarRow[]> {
  const { ring } = head.exemplars;
  const rows: ExemplarRow[] = [];
  ring.visitAll((series, { timestampMs, value, labels }) => {
    const ref = findSeries(head, readLabels(new ByteReader(ring.series.labelsOf(series))));
    if (ref !== 0) rows.push({ ref: head.series.walRefs[ref], timestampMs, value, labels: readLabels(new ByteReader(labels)) });
  });
  for (let start = 0; start < rows.length; start += MOST_EXEMPLARS_A_RECORD) yield rows.slice(start, start + MOST_EXEMPLARS_A_RECORD);
}

/** The reference of the series with these labels, or 0. */
function findSeries(head: Head, labels: Labels): number {
  const pairs = head.pairRoom(labels.length);
  for (let i = 0; i < labels.length; i++) {
    pairs[i] = head.symbols.find(labels[i]);
    if (pairs[i] === 0) return 0;
  }
  return head.labelSets.find(pairs, labels.length >>> 1);
}

/** The error that led here is the one to tell; what is left over is removed at the next start. */
function dropQuietly(files: Files, folder: string): void {
  try {
    files.removeFolder(folder);
  } catch {
    // See above.
  }
}
