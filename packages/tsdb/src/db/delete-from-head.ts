import { createTimeSlice } from "@ferula/lifecycle";
import type { Matcher } from "@ferula/model";
import type { Interval } from "../block/intervals.ts";
import type { Head } from "../head/head.ts";
import { selectSeries } from "../head/select-series.ts";
import type { TombstoneRow } from "../wal/records/tombstones.ts";
import type { SegmentLog } from "../wal/segment-log.ts";
import { logTombstones } from "./log-tombstones.ts";

/** The event loop is given a turn after this long. */
const SLICE_MS = 5;

/** So many series are done in one turn at least. Each time the log is written to, and brought to the disk where it is set so. */
const SERIES_A_STEP = 2000;

/**
 * Deletes samples of the head as `deleteSeries` has it: of each series up to its newest sample, so that none that comes later is hit. The
 * log has it before it counts; fails with PromError("internal") when it can't be written, and what was deleted before stays deleted. Works
 * in slices, between which no series may end. Source: tsdb/head.go `Delete`.
 *
 * What is deleted of samples out of order stands in their own log, so that it lives as long as these do in the head: the other log forgets
 * what lies before the head's oldest sample in order.
 */
export async function deleteFromHead(
  head: Head,
  log: Pick<SegmentLog, "append">,
  minTimeMs: number,
  maxTimeMs: number,
  matchers: readonly Matcher[],
): Promise<void> {
  const { outOfOrder } = head;
  if (minTimeMs > Math.max(head.maxTimeMs, outOfOrder.maxTimeMs) || maxTimeMs < Math.min(head.minTimeMs, outOfOrder.minTimeMs)) return;
  const refs = selectSeries(head, matchers);
  const slice = createTimeSlice(SLICE_MS);
  for (let start = 0; start < refs.length; start += SERIES_A_STEP) {
    deleteOfSeries(head, log, refs.subarray(start, start + SERIES_A_STEP), { minTimeMs, maxTimeMs });
    if (slice.isSpent()) await slice.yield();
  }
}

function deleteOfSeries(head: Head, log: Pick<SegmentLog, "append">, refs: Uint32Array, deleted: Interval): void {
  const { series, outOfOrder, tombstones } = head;
  head.slicedReads.beforeChange(refs, refs.length);
  const inOrder: TombstoneRow[] = [];
  const late: TombstoneRow[] = [];
  for (const ref of refs) {
    addOverlap(inOrder, ref, deleted, { minTimeMs: head.oldestTimeMs(ref), maxTimeMs: series.lastTimestampsMs[ref] });
    const times = outOfOrder.store.timesOf(ref);
    if (times !== undefined) addOverlap(late, ref, deleted, times);
  }
  logTombstones(head, log, inOrder);
  for (const { ref, interval } of inOrder) tombstones.add(ref, interval);
  outOfOrder.logTombstones(late.map(({ ref, interval }) => ({ ref: series.walRefs[ref], interval })));
  for (const { ref, interval } of late) tombstones.add(ref, interval);
}

/** Adds what of `deleted` lies within the times of the series. */
function addOverlap(rows: TombstoneRow[], ref: number, deleted: Interval, times: Interval): void {
  const minTimeMs = Math.max(deleted.minTimeMs, times.minTimeMs);
  const maxTimeMs = Math.min(deleted.maxTimeMs, times.maxTimeMs);
  if (minTimeMs <= maxTimeMs) rows.push({ ref, interval: { minTimeMs, maxTimeMs } });
}
