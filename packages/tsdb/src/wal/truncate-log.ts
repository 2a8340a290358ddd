import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { type CheckpointOptions, type CheckpointStats, writeCheckpoint } from "./checkpoint.ts";
import { readLogFolder, removeSegments } from "./log-folder.ts";
import type { SegmentLog } from "./segment-log.ts";

/** What replacing the older part of a log needs. */
export interface ReplaceSegmentsOptions extends Omit<CheckpointOptions, "lastSegment" | "keepSeries"> {
  readonly logger: Logger;
  /** See `RecordFilter.keepSeries`, for a checkpoint up to `lastSegment`. */
  readonly keepSeries: (walRef: number, lastSegment: number) => boolean;
}

/** What truncating a log needs. */
export interface TruncateLogOptions extends ReplaceSegmentsOptions {
  readonly log: Pick<SegmentLog, "cut">;
}

/**
 * Replaces the older part of a log by a checkpoint and removes it. A new segment is begun first, so that a log that grows slowly shrinks
 * too. Undefined when there is too little to replace. Throws PromError("internal") when the checkpoint can't be written; the log is then
 * as it was. What can't be removed is logged, and removed the next time.
 */
export async function truncateLog(options: TruncateLogOptions): Promise<ReplacedSegments | undefined> {
  options.log.cut();
  return await replaceSegments(options);
}

/** What became of the older part of a log. */
export interface ReplacedSegments {
  readonly lastSegment: number;
  readonly checkpoint: CheckpointStats;
  readonly removed: RemovedLeftOvers;
}

/** Whether all that a checkpoint replaces is gone. */
export interface RemovedLeftOvers {
  readonly checkpoints: boolean;
  readonly segments: boolean;
}

/** As `truncateLog`, without a new segment: for the thread that does not write the log. */
export async function replaceSegments(options: ReplaceSegmentsOptions): Promise<ReplacedSegments | undefined> {
  const { files, folder, logger, keepSeries } = options;
  removeLeftOvers(files, folder, logger);
  const { segments, checkpoint } = readLogFolder(files, folder);
  const lastSegment = lastSegmentToReplace(segments.filter((segment) => segment > (checkpoint?.segment ?? -1)));
  if (lastSegment === undefined) return undefined;
  const stats = await writeCheckpoint({ ...options, lastSegment, keepSeries: (walRef) => keepSeries(walRef, lastSegment) });
  return { lastSegment, checkpoint: stats, removed: removeLeftOvers(files, folder, logger) };
}

/**
 * The segment up to which a checkpoint should replace `segments`, which ascend: two thirds of those before the one that is written to,
 * as the newer ones hold mostly samples that are needed (tsdb/head.go `truncateWAL`). Undefined when that would be one segment or none.
 */
export function lastSegmentToReplace(segments: readonly number[]): number | undefined {
  if (segments.length < 2) return undefined;
  const first = segments[0];
  const last = segments[segments.length - 1] - 1;
  const chosen = first + Math.floor(((last - first) * 2) / 3);
  return chosen > first ? chosen : undefined;
}

/** Removes what the newest checkpoint replaces, and checkpoints that were never finished; tells what had to stay. */
export function removeLeftOvers(files: Files, folder: string, logger: Logger): RemovedLeftOvers {
  const removed = { checkpoints: false, segments: false };
  try {
    const { checkpoint, leftOverFolders } = readLogFolder(files, folder);
    // Whatever made the checkpoint may have failed to make its name last.
    files.syncFolder(folder);
    for (const path of leftOverFolders) files.removeFolder(path);
    removed.checkpoints = true;
    if (checkpoint !== undefined) removeSegments(files, folder, checkpoint.segment);
    removed.segments = true;
  } catch (error) {
    logger.error("cannot remove what a checkpoint replaced; it is tried again with the next", { folder, err: error });
  }
  return removed;
}
