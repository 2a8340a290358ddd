import type { Head } from "../head/head.ts";
import type { SegmentLog } from "../wal/segment-log.ts";
import type { LogPosition } from "./snapshot-folder.ts";

/**
 * Where the log is to be read on from behind a snapshot of the head as it is. Snapshots tell nothing of metadata, so where that is logged, all
 * that is known stands behind this place once more. Throws PromError("internal") when it can't be logged.
 */
export function endOfLog({ metadata }: Head, log: SegmentLog): LogPosition {
  if (metadata.log === undefined || metadata.isEmpty) return log.position;
  // Upstream reads from a place within a page only when nothing follows it.
  log.cut();
  const { position } = log;
  metadata.logKnown(log);
  return position;
}
