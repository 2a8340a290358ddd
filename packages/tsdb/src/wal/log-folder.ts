import type { Files } from "@ferula/files";
import { checkpointNumber, segmentName, segmentNumber } from "./format.ts";

/** Behind the name of a checkpoint that is being written (tsdb/wlog/checkpoint.go `CheckpointTempFileSuffix`). */
export const CHECKPOINT_TEMPORARY_SUFFIX = ".tmp";

/** A checkpoint's folder: it replaces all segments up to `segment`. */
export interface CheckpointFolder {
  readonly segment: number;
  readonly path: string;
}

/** A file of records to read. */
export interface LogSource {
  readonly path: string;
  /** The number of the segment, or the last that the checkpoint it belongs to replaces. */
  readonly segment: number;
  readonly isCheckpoint: boolean;
}

/** What a log's folder holds. */
export interface LogFolder {
  /** Numbers, ascending. */
  readonly segments: readonly number[];
  /** The newest, if there is one. */
  readonly checkpoint: CheckpointFolder | undefined;
  /** Older checkpoints and those that were never finished. */
  readonly leftOverFolders: readonly string[];
}

/** Lists the folder of a log; it exists. */
export function readLogFolder(files: Files, folder: string): LogFolder {
  const names = files.readFolder(folder);
  const checkpoints = names
    .flatMap((name) => {
      const segment = checkpointNumber(name);
      return segment === undefined ? [] : [{ segment, path: `${folder}/${name}` }];
    })
    .sort((a, b) => a.segment - b.segment);
  const unfinished = names.filter((name) => name.startsWith("checkpoint.") && name.endsWith(CHECKPOINT_TEMPORARY_SUFFIX));
  return {
    segments: segmentNames(names).map(Number),
    checkpoint: checkpoints.at(-1),
    leftOverFolders: [...checkpoints.slice(0, -1).map(({ path }) => path), ...unfinished.map((name) => `${folder}/${name}`)],
  };
}

/** What is to be read of a log, oldest first: the newest checkpoint's segments, then those that it does not replace. */
export function listLogSources(files: Files, folder: string): LogSource[] {
  const { checkpoint, segments } = readLogFolder(files, folder);
  const sources: LogSource[] = [];
  if (checkpoint !== undefined) {
    const { path, segment } = checkpoint;
    for (const name of segmentNames(files.readFolder(path))) sources.push({ path: `${path}/${name}`, segment, isCheckpoint: true });
  }
  for (const segment of segments) {
    if (segment > (checkpoint?.segment ?? -1)) sources.push({ path: `${folder}/${segmentName(segment)}`, segment, isCheckpoint: false });
  }
  return sources;
}

/** Removes all segments up to `segment`, oldest first, so that what a crash leaves has no gap. */
export function removeSegments(files: Files, folder: string, segment: number): void {
  for (const number of readLogFolder(files, folder).segments) {
    if (number <= segment) files.unlink(`${folder}/${segmentName(number)}`);
  }
}

function segmentNames(names: readonly string[]): string[] {
  return names.filter((name) => segmentNumber(name) !== undefined).sort((a, b) => Number(a) - Number(b));
}
