import { ByteWriter } from "@ferula/bytes";
import type { Matcher } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { selectSeries } from "../head/select-series.ts";
import { encodeTombstoneRows, type TombstoneRow } from "../wal/records/tombstones.ts";
import type { SegmentLog } from "../wal/segment-log.ts";

const MOST_ROWS_A_RECORD = 2000;

/**
 * Deletes samples of the head as `deleteSeries` has it: of each series up to its newest sample, so that none that comes later is hit. The
 * log has it before it counts; throws PromError("internal") when it can't be written. Source: tsdb/head.go `Delete`.
 */
export function deleteFromHead(
  head: Head,
  log: Pick<SegmentLog, "append">,
  minTimeMs: number,
  maxTimeMs: number,
  matchers: readonly Matcher[],
): void {
  if (minTimeMs > head.maxTimeMs || maxTimeMs < head.minTimeMs) return;
  const rows: TombstoneRow[] = [];
  for (const ref of selectSeries(head, matchers)) {
    const oldestMs = head.oldestTimeMs(ref);
    const newestMs = head.series.lastTimestampsMs[ref];
    const interval = { minTimeMs: Math.max(minTimeMs, oldestMs), maxTimeMs: Math.min(maxTimeMs, newestMs) };
    if (interval.minTimeMs <= interval.maxTimeMs) rows.push({ ref, interval });
  }
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
  for (const { ref, interval } of rows) head.tombstones.add(ref, interval);
}
