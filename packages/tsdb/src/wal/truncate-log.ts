import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { type CheckpointOptions, type CheckpointStats, writeCheckpoint } from "./checkpoint.ts";
import { readLogFolder, removeSegments } from "./log-folder.ts";
import type { SegmentLog } from "./segment-log.ts";

/** What truncating a log needs. */
export interface TruncateLogOptions extends Omit<CheckpointOptions, "lastSegment"> {
  readonly logger: Logger;
  readonly log: Pick<SegmentLog, "cut">;
}

/**
 * Replaces the older part of a log by a checkpoint and removes it. A new segment is begun first, so that a log that grows slowly shrinks
 * too. Undefined when there is too little to replace. Throws PromError("internal") when the checkpoint can't be written; the log is then
 * as it was. What can't be removed is logged, and removed the next time.
 */
export async function truncateLog(options: TruncateLogOptions): Promise<CheckpointStats | undefined> {
  const { files, folder, logger, log } = options;
  log.cut();
  removeLeftOvers(files, folder, logger);
  const { segments, checkpoint } = readLogFolder(files, folder);
  const lastSegment = lastSegmentToReplace(segments.filter((segment) => segment > (checkpoint?.segment ?? -1)));
  if (lastSegment === undefined) return undefined;
  const stats = await writeCheckpoint({ ...options, lastSegment });
  removeLeftOvers(files, folder, logger);
  return stats;
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

/** Removes what the newest checkpoint replaces, and checkpoints that were never finished. */
export function removeLeftOvers(files: Files, folder: string, logger: Logger): void {
  try {
    const { checkpoint, leftOverFolders } = readLogFolder(files, folder);
    // Whatever made the checkpoint may have failed to make its name last.
    files.syncFolder(folder);
    for (const path of leftOverFolders) files.removeFolder(path);
    if (checkpoint !== undefined) removeSegments(files, folder, checkpoint.segment);
  } catch (error) {
    logger.error("cannot remove what a checkpoint replaced; it is tried again with the next", { folder, err: error });
  }
}
