import type { Files } from "@ferula/files";

/** A place in the write-ahead log: the number of a segment and an offset in it. */
export interface LogPosition {
  readonly segment: number;
  readonly offset: number;
}

/** The folder of a snapshot of the head, and up to where of the log it holds what the log tells. */
export interface SnapshotFolder extends LogPosition {
  readonly path: string;
}

/** Behind the name of a snapshot that is being written; a start removes what it finds of it, see `tidyBlockFolder`. */
export const SNAPSHOT_TEMPORARY_SUFFIX = ".tmp";

/** `chunk_snapshot.000012.0000004096` (tsdb/head_wal.go `chunkSnapshotDir`). */
export function snapshotName({ segment, offset }: LogPosition): string {
  return `chunk_snapshot.${String(segment).padStart(6, "0")}.${String(offset).padStart(10, "0")}`;
}

/** The snapshots in the folder of a database, the newest last. */
export function listSnapshots(files: Files, dir: string): SnapshotFolder[] {
  return files
    .readFolder(dir)
    .flatMap((name) => {
      const match = /^chunk_snapshot\.(\d+)\.(\d+)$/.exec(name);
      return match === null ? [] : [{ path: `${dir}/${name}`, segment: Number(match[1]), offset: Number(match[2]) }];
    })
    .sort(comparePositions);
}

/** Removes the snapshots of places before `position`, all of them without one. */
export function removeSnapshots(files: Files, dir: string, position?: LogPosition): void {
  for (const snapshot of listSnapshots(files, dir)) {
    if (position === undefined || comparePositions(snapshot, position) < 0) files.removeFolder(snapshot.path);
  }
}

/** Orders places in the log: negative, zero or positive. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  return a.segment - b.segment || a.offset - b.offset;
}
