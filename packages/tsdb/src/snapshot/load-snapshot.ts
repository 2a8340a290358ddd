import { ByteReader } from "@ferula/bytes";
import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { PromError } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { replayOneSeries } from "../wal/decode-record.ts";
import { readLogFolder } from "../wal/log-folder.ts";
import type { WalRefs } from "../wal/wal-refs.ts";
import { readSnapshot, type VisitRecord } from "./read-snapshot.ts";
import { listSnapshots, type LogPosition, removeSnapshots, type SnapshotFolder } from "./snapshot-folder.ts";
import {
  readSnapshotExemplars,
  readSnapshotSeries,
  readSnapshotTombstones,
  SNAPSHOT_EXEMPLARS,
  SNAPSHOT_SERIES,
  SNAPSHOT_TOMBSTONES,
} from "./snapshot-records.ts";
import { checkChunk, SnapshotSamples } from "./snapshot-samples.ts";

/** What a snapshot is loaded with. */
export interface LoadSnapshotDeps {
  readonly files: Files;
  readonly logger: Logger;
  /** The folder of the database; the log is in `wal` in it. */
  readonly dir: string;
  /** Has its finished chunks of files, and nothing of the log yet. */
  readonly head: Head;
  /** Takes the references of the series, for the log that is replayed behind. */
  readonly walRefs: WalRefs;
}

/** What became of the newest snapshot. With one that is damaged nothing was taken into the head; all of the log is needed then. */
export type LoadedSnapshot =
  | { readonly kind: "loaded"; readonly position: LogPosition; readonly seriesCount: number; readonly sampleCount: number }
  | { readonly kind: "none" }
  | { readonly kind: "damaged"; readonly reason: string };

/**
 * Takes the newest snapshot into the head. Only the log behind its `position` is to be replayed then: a checkpoint, if it reaches that far,
 * and what comes behind the place. A snapshot that is ahead of the log is of another log: it goes.
 *
 * It is read twice, as of one that is damaged nothing may get into the head. What the head itself can't take is thrown on.
 */
export async function loadSnapshot(deps: LoadSnapshotDeps): Promise<LoadedSnapshot> {
  const { files, dir, logger } = deps;
  const newest = listSnapshots(files, dir).at(-1);
  if (newest === undefined) return { kind: "none" };
  const { segments, checkpoint } = readLogFolder(files, `${dir}/wal`);
  if (Math.max(segments.at(-1) ?? -1, checkpoint?.segment ?? -1) < newest.segment) {
    logger.warn("the write-ahead log ends before the memory snapshot, which is removed", { snapshot: newest.path });
    removeQuietly(deps);
    return { kind: "none" };
  }
  try {
    await checkSnapshot(files, newest.path);
  } catch (error) {
    const reason = (error as Error).message;
    logger.error("the memory snapshot is damaged; the write-ahead log is replayed instead", { snapshot: newest.path, err: reason });
    return { kind: "damaged", reason };
  }
  return await takeSnapshot(deps, newest);
}

/** Throws where the snapshot is damaged, or ends before its tombstones, which stand behind all series. */
async function checkSnapshot(files: Files, path: string): Promise<void> {
  let tombstoneRecords = 0;
  await readSnapshot(files, path, (record, place) => {
    const check = CHECKS[record[0]];
    if (check === undefined) throw new RangeError(`a record of the unknown type ${record[0] ?? "none"}`);
    check(record, place);
    if (record[0] === SNAPSHOT_TOMBSTONES) tombstoneRecords++;
  });
  if (tombstoneRecords !== 1)
    throw new PromError("internal", `cannot read ${path}: it has ${tombstoneRecords} records of tombstones, not one`);
}

/** Find what `takers` could stumble over, by the first byte of the record. */
const CHECKS: Readonly<Partial<Record<number, VisitRecord>>> = {
  [SNAPSHOT_SERIES]: (record) => {
    const { chunk } = readSnapshotSeries(record);
    if (chunk !== undefined) checkChunk(chunk);
  },
  [SNAPSHOT_TOMBSTONES]: readSnapshotTombstones,
  [SNAPSHOT_EXEMPLARS]: readSnapshotExemplars,
};

async function takeSnapshot({ files, head, walRefs }: LoadSnapshotDeps, snapshot: SnapshotFolder): Promise<LoadedSnapshot> {
  const samples = new SnapshotSamples(head);
  const takers: Readonly<Partial<Record<number, VisitRecord>>> = {
    [SNAPSHOT_SERIES]: (record) => {
      const { walRef, labels, chunk } = readSnapshotSeries(record);
      const ref = replayOneSeries({ head, walRefs }, walRef, labels, new ByteReader(labels));
      if (chunk !== undefined && isNeeded(head, ref, chunk.maxTimeMs)) samples.add(ref, chunk);
    },
    [SNAPSHOT_TOMBSTONES]: (record, place) => {
      for (const [walRef, intervals] of readSnapshotTombstones(record, place)) {
        const ref = walRefs.get(walRef);
        if (ref !== 0) for (const interval of intervals) head.tombstones.add(ref, interval);
      }
    },
    [SNAPSHOT_EXEMPLARS]: (record) => {
      for (const row of readSnapshotExemplars(record)) {
        const ref = walRefs.get(row.ref);
        if (ref !== 0) head.exemplars.replay({ ...row, ref });
      }
    },
  };
  await readSnapshot(files, snapshot.path, (record, place) => takers[record[0]]?.(record, place));
  samples.flush();
  const { segment, offset } = snapshot;
  return { kind: "loaded", position: { segment, offset }, seriesCount: head.liveSeriesCount, sampleCount: samples.count };
}

/** What a finished chunk has, or a block, was in the open chunk when the snapshot was written, and is no more. */
function isNeeded(head: Head, ref: number, maxTimeMs: number): boolean {
  return maxTimeMs >= head.times.leastValidMs && maxTimeMs > head.finished.coveredUntilMs(ref);
}

/** It is not used in any case. */
function removeQuietly({ files, dir, logger }: LoadSnapshotDeps): void {
  try {
    removeSnapshots(files, dir);
  } catch (error) {
    logger.warn("cannot remove a memory snapshot that is of no use", { err: error });
  }
}
