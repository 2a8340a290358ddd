import type { Head } from "./head/head.ts";
import { counter, gauge, type MetricSource, ofFloats } from "./metric-source.ts";
import type { ReplaySummary } from "./wal/replay.ts";
import type { WalWriter } from "./wal/wal-writer.ts";

/** Where the numbers come from. */
export interface MetricSubjects {
  readonly head: Head;
  readonly wal: WalWriter;
  readonly replayed: ReplaySummary;
  /** The size of the log's folder. */
  readonly walBytes: () => number;
}

/** Upstream's names and texts (tsdb/head.go, tsdb/wlog/wlog.go, cmd/prometheus/main.go), of those things that exist here. */
export function metricSources(subjects: MetricSubjects): readonly MetricSource[] {
  return [...headSources(subjects.head), ...replaySources(subjects.replayed), ...walSources(subjects)];
}

function headSources(head: Head): readonly MetricSource[] {
  const { counters } = head;
  return [
    gauge("prometheus_tsdb_head_series", "Total number of series in the head block.", () => head.seriesCount),
    counter("prometheus_tsdb_head_series_created_total", "Total number of series created in the head", () => counters.seriesCreated),
    gauge("prometheus_tsdb_head_chunks", "Total number of chunks in the head block.", () => head.chunkCount),
    counter("prometheus_tsdb_head_chunks_created_total", "Total number of chunks created in the head", () => counters.chunksCreated),
    counter("prometheus_tsdb_head_appenders_created_total", "Total number of appender transactions created.", () => counters.batches),
    ...times("head_min_time", "Minimum time bound of the head block.", () => finite(head.minTimeMs)),
    ...times("head_max_time", "Maximum timestamp of the head block.", () => finite(head.maxTimeMs)),
    ...times("lowest_timestamp", "Lowest timestamp value stored in the database.", () => finite(head.minTimeMs)),
    // Upstream's is of its blocks; what stands here is the head's.
    gauge("prometheus_tsdb_symbol_table_size_bytes", "Bytes of all label names and values.", () => head.symbols.sizeBytes),
    ofFloats("prometheus_tsdb_head_samples_appended_total", "Total number of appended samples.", () => counters.samplesAppended),
    ofFloats(
      "prometheus_tsdb_out_of_order_samples_total",
      "Total number of out of order samples ingestion failed attempts due to out of order being disabled.",
      () => counters.outOfOrderSamples,
    ),
    ofFloats(
      "prometheus_tsdb_out_of_bound_samples_total",
      "Total number of out of bound samples ingestion failed attempts with out of order support disabled.",
      () => counters.outOfBoundSamples,
    ),
  ];
}

function replaySources(replayed: ReplaySummary): readonly MetricSource[] {
  const unknownHelp = "Total number of unknown series references encountered during WAL replay.";
  return [
    counter("prometheus_tsdb_wal_corruptions_total", "Total number of WAL corruptions.", () => replayed.corruptions),
    {
      ...counter("prometheus_tsdb_wal_replay_unknown_refs_total", unknownHelp, () => replayed.unknownRefs),
      labels: { type: "samples" },
    },
    gauge("prometheus_tsdb_data_replay_duration_seconds", "Time taken to replay the data on disk.", () => replayed.seconds),
  ];
}

function walSources({ wal, walBytes }: MetricSubjects): readonly MetricSource[] {
  const { counters } = wal;
  const partBytesHelp = "Total number of record part bytes written before flushing, including CRC and compression headers.";
  return [
    counter("prometheus_tsdb_wal_page_flushes_total", "Total number of page flushes.", () => counters.pageFlushes),
    counter("prometheus_tsdb_wal_completed_pages_total", "Total number of completed pages.", () => counters.completedPages),
    counter("prometheus_tsdb_wal_writes_failed_total", "Total number of write log writes that failed.", () => counters.writesFailed),
    counter(
      "prometheus_tsdb_wal_record_part_writes_total",
      "Total number of record parts written before flushing.",
      () => counters.recordParts,
    ),
    counter("prometheus_tsdb_wal_record_parts_bytes_written_total", partBytesHelp, () => counters.recordPartBytes),
    gauge("prometheus_tsdb_wal_segment_current", "Write log segment index that TSDB is currently writing to.", () => wal.currentSegment),
    gauge("prometheus_tsdb_wal_storage_size_bytes", "Size of the write log directory.", walBytes),
  ];
}

/** A time in milliseconds and, under another name, in seconds, without their fraction as upstream tells them. */
function times(name: string, help: string, timeMs: () => number): readonly MetricSource[] {
  return [
    gauge(`prometheus_tsdb_${name}`, `${help} The unit is decided by the library consumer.`, timeMs),
    gauge(`prometheus_tsdb_${name}_seconds`, help, () => Math.trunc(timeMs() / 1000)),
  ];
}

/** Upstream tells the ends of int64 while there is no sample; no graph is the better for them. */
function finite(timeMs: number): number {
  return Number.isFinite(timeMs) ? timeMs : 0;
}
