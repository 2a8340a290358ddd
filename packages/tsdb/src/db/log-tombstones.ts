import { ByteWriter } from "@ferula/bytes";
import type { Head } from "../head/head.ts";
import type { WalRefs } from "../wal/wal-refs.ts";
import { encodeTombstoneRows, type TombstoneRow, WHOLE_SERIES } from "../wal/records/tombstones.ts";
import type { SegmentLog } from "../wal/segment-log.ts";

const MOST_ROWS_A_RECORD = 2000;

/**
 * Logs deletions of samples, by our references. Throws PromError("internal") when the log can't be written; then none of them is in it.
 */
export function logTombstones(head: Head, log: Pick<SegmentLog, "append">, rows: readonly TombstoneRow[]): void {
  if (rows.length === 0) return;
  const { walRefs } = head.series;
  const record = new ByteWriter();
  head.flushNewSeries();
  log.append((sink) => {
    for (let start = 0; start < rows.length; start += MOST_ROWS_A_RECORD) {
      record.reset();
      const part = rows.slice(start, start + MOST_ROWS_A_RECORD);
      encodeTombstoneRows(
        record,
        part.map(({ ref, interval }) => ({ ref: walRefs[ref], interval })),
      );
      sink(record.view());
    }
  });
}

/**
 * Logs that series are dropped from the head, whose samples are in blocks, so that a replay does not bring them back. Throws as
 * `logTombstones` does. Source: tsdb/head.go `truncateSeries`.
 */
export function logDroppedSeries(head: Head, log: Pick<SegmentLog, "append">, refs: Uint32Array): void {
  logTombstones(
    head,
    log,
    Array.from(refs, (ref) => ({ ref, interval: WHOLE_SERIES })),
  );
}

/** Drops the series that the log said were dropped, unless they have samples since. */
export async function forgetDropped(head: Head, { dropped }: WalRefs): Promise<void> {
  if (dropped.size === 0) return;
  const refs = Uint32Array.from(dropped).sort();
  await head.dropStaleSeries(refs, new Float64Array(refs.length).fill(-Infinity));
}
