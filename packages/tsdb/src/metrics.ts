import type { Head } from "./head/head.ts";
import type { ReplaySummary } from "./wal/replay.ts";
import type { WalWriter } from "./wal/wal-writer.ts";

/** One self metric: the program that has the database registers it and reads `value` when it is scraped. */
export interface MetricSource {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: () => number;
}

const FLOAT = Object.freeze({ type: "float" });

/** Upstream's names, where the thing exists here. */
export function metricSources(head: Head, wal: WalWriter, replayed: ReplaySummary): readonly MetricSource[] {
  const { counters } = head;
  return [
    gauge("prometheus_tsdb_head_series", "Series in the head.", () => head.seriesCount),
    counter("prometheus_tsdb_head_series_created_total", "Series created in the head.", () => counters.seriesCreated),
    gauge("prometheus_tsdb_head_chunks", "Chunks in the head.", () => head.openChunks + head.chunks.count),
    counter("prometheus_tsdb_head_chunks_created_total", "Chunks created in the head.", () => counters.chunksCreated),
    gauge("prometheus_tsdb_head_min_time", "Oldest time in the head, milliseconds.", () => finite(head.minTimeMs)),
    gauge("prometheus_tsdb_head_max_time", "Newest time in the head, milliseconds.", () => finite(head.maxTimeMs)),
    gauge("prometheus_tsdb_symbol_table_size_bytes", "Bytes of all label names and values.", () => head.symbols.sizeBytes),
    { ...counter("prometheus_tsdb_head_samples_appended_total", "Samples appended.", () => counters.samplesAppended), labels: FLOAT },
    {
      ...counter(
        "prometheus_tsdb_out_of_order_samples_total",
        "Samples refused: older than their series.",
        () => counters.outOfOrderSamples,
      ),
      labels: FLOAT,
    },
    {
      ...counter("prometheus_tsdb_out_of_bound_samples_total", "Samples refused: too old for the head.", () => counters.outOfBoundSamples),
      labels: FLOAT,
    },
    counter("prometheus_tsdb_wal_corruptions_total", "Places of the log that could not be read.", () => replayed.corruptions),
    counter("prometheus_tsdb_wal_writes_failed_total", "Batches that could not be logged.", () => wal.counters.writesFailed),
    counter("prometheus_tsdb_wal_completed_pages_total", "Pages of the log that were filled.", () => wal.counters.completedPages),
    gauge("prometheus_tsdb_wal_segment_current", "The segment of the log that is written to.", () => wal.currentSegment),
    {
      ...counter("prometheus_tsdb_wal_replay_unknown_refs_total", "Samples replayed for unknown series.", () => replayed.unknownRefs),
      labels: { type: "samples" },
    },
    gauge("prometheus_tsdb_data_replay_duration_seconds", "How long replaying the log took.", () => replayed.seconds),
  ];
}

function counter(name: string, help: string, value: () => number): MetricSource {
  return { name, type: "counter", help, value };
}

function gauge(name: string, help: string, value: () => number): MetricSource {
  return { name, type: "gauge", help, value };
}

function finite(timeMs: number): number {
  return Number.isFinite(timeMs) ? timeMs : 0;
}
