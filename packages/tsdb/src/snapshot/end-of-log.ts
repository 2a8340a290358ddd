import { ByteWriter } from "@ferula/bytes";
import type { Head } from "../head/head.ts";
import { LIVE, type SeriesTable } from "../head/series-table.ts";
import { encodeTombstoneRows } from "../wal/records/tombstones.ts";
import type { SegmentLog } from "../wal/segment-log.ts";
import type { LogPosition } from "./snapshot-folder.ts";

/** Deletes nothing, whosever reference it goes with. */
const NEVER = { minTimeMs: -Infinity, maxTimeMs: -Infinity };

/**
 * Where the log is to be read on from behind a snapshot of the head as it is. Snapshots tell nothing of metadata, so where that is logged, all
 * that is known stands behind this place once more; nor of series that ended, so the last reference of all stands there when it is of none that
 * is live. Throws PromError("internal") when it can't be logged.
 */
export function endOfLog({ metadata, series, lastWalRef }: Head, log: SegmentLog): LogPosition {
  const logsMetadata = metadata.log !== undefined && !metadata.isEmpty;
  const logsLastRef = lastWalRef > 0 && !isLive(series, lastWalRef);
  if (!logsMetadata && !logsLastRef) return log.position;
  // Upstream reads from a place within a page only when nothing follows it.
  log.cut();
  const { position } = log;
  if (logsLastRef) logUsedRef(log, lastWalRef);
  if (logsMetadata) metadata.logKnown(log);
  return position;
}

function isLive({ states, walRefs, count }: SeriesTable, walRef: number): boolean {
  for (let ref = 1; ref <= count; ref++) if (walRefs[ref] === walRef && states[ref] === LIVE) return true;
  return false;
}

/** Who got it again would share it with the series that had it, as long as a segment of before the snapshot tells of that one. */
function logUsedRef(log: SegmentLog, walRef: number): void {
  const record = new ByteWriter();
  encodeTombstoneRows(record, [{ ref: walRef, interval: NEVER }]);
  log.append((sink) => {
    sink(record.view());
  });
}
