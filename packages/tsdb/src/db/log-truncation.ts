import type { Logger } from "@ferula/logging";
import type { WalCompression } from "../wal/compression.ts";
import type { SegmentLog } from "../wal/segment-log.ts";
import type { JobRunner } from "./jobs.ts";
import type { MaintenanceCounters } from "./maintenance-counters.ts";

/** What shortening the log needs. */
export interface LogTruncationDeps {
  readonly log: Pick<SegmentLog, "cut">;
  readonly runner: JobRunner;
  readonly counters: MaintenanceCounters;
  readonly logger: Logger;
  /** The log's folder. */
  readonly folder: string;
  readonly compression: WalCompression;
  readonly segmentBytes: number;
}

/** Replaces the older part of the log by checkpoints. */
export interface LogTruncation {
  /** Nothing before `timeMs` is needed of the log any more. Throws PromError("internal") when there can't be a checkpoint. */
  readonly truncate: (timeMs: number) => Promise<void>;
}

/** See tsdb/head.go `truncateWAL`: each time is truncated to once, and failing leaves the log as it was. */
export function createLogTruncation({
  log,
  runner,
  counters,
  logger,
  folder,
  compression,
  segmentBytes,
}: LogTruncationDeps): LogTruncation {
  let truncatedToMs = -Infinity;
  return {
    async truncate(timeMs) {
      if (timeMs <= truncatedToMs) return;
      log.cut();
      const replaced = await counters.walTruncation.time(() =>
        runner.run("truncateLog", { folder, minTimeMs: timeMs, compression, segmentBytes }).catch((error: unknown) => {
          counters.checkpointCreations++;
          counters.checkpointCreationsFailed++;
          throw error;
        }),
      );
      truncatedToMs = timeMs;
      if (replaced === undefined) return;
      counters.checkpointCreations++;
      counters.checkpointDeletions++;
      counters.walTruncations++;
      counters.walCorruptions += replaced.damages.length;
      if (!replaced.removed.checkpoints) counters.checkpointDeletionsFailed++;
      if (!replaced.removed.segments) counters.walTruncationsFailed++;
      for (const { path, offset, reason } of replaced.damages) {
        logger.warn("the write-ahead log is damaged; its checkpoint goes on behind the place", { segment: path, offset, err: reason });
      }
      logger.info("WAL checkpoint complete", { last: replaced.lastSegment });
    },
  };
}
