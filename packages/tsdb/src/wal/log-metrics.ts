import { counter, gauge, type MetricSource } from "../metric-source.ts";
import type { WalCompression } from "./compression.ts";
import type { SegmentLogCounters } from "./segment-log.ts";

/** A log, as far as metrics tell of it. */
export interface MeasuredLog {
  /** Undefined as long as there is none. */
  readonly counters: SegmentLogCounters | undefined;
  readonly currentSegment: number;
}

/** What is told of a log besides what it counts. */
export interface MeasuredFolder {
  readonly compression: WalCompression;
  readonly sizeBytes: () => number;
}

/**
 * Upstream's metrics of a log (tsdb/wlog/wlog.go `newWLMetrics`), their names behind `prefix`. What compression saves is told only where there
 * is one.
 */
export function logMetrics(prefix: string, log: MeasuredLog, { compression, sizeBytes }: MeasuredFolder): readonly MetricSource[] {
  const counted = (name: string, help: string, key: keyof SegmentLogCounters): MetricSource =>
    counter(`${prefix}${name}`, help, () => log.counters?.[key] ?? 0);
  const partBytesHelp = "Total number of record part bytes written before flushing, including CRC and compression headers.";
  const savedHelp =
    "Total number of bytes saved by the optional record compression. Use this metric to learn about the effectiveness compression.";
  const saved = { ...counted("record_bytes_saved_total", savedHelp, "savedBytes"), labels: { compression } };
  return [
    ...(compression === "none" ? [] : [saved]),
    counted("page_flushes_total", "Total number of page flushes.", "pageFlushes"),
    counted("completed_pages_total", "Total number of completed pages.", "completedPages"),
    counted("writes_failed_total", "Total number of write log writes that failed.", "writesFailed"),
    counted("record_part_writes_total", "Total number of record parts written before flushing.", "recordParts"),
    counted("record_parts_bytes_written_total", partBytesHelp, "recordPartBytes"),
    gauge(`${prefix}segment_current`, "Write log segment index that TSDB is currently writing to.", () => log.currentSegment),
    gauge(`${prefix}storage_size_bytes`, "Size of the write log directory.", sizeBytes),
  ];
}
