import { counter, durations, gauge, type MetricSource } from "../metric-source.ts";
import type { Head } from "./head.ts";
import { sampleMetrics } from "./sample-metrics.ts";

/** Upstream's metrics of the head (tsdb/head.go `newHeadMetrics`), of those things that exist here. */
export function headMetrics(head: Head): readonly MetricSource[] {
  const { counters } = head;
  return [
    gauge("prometheus_tsdb_head_series", "Total number of series in the head block.", () => head.liveSeriesCount),
    gauge("prometheus_tsdb_head_stale_series", "Total number of stale series in the head block.", () => head.staleSeriesCount),
    counter("prometheus_tsdb_head_series_created_total", "Total number of series created in the head", () => counters.seriesCreated),
    counter("prometheus_tsdb_head_series_removed_total", "Total number of series removed in the head", () => counters.seriesRemoved),
    counter(
      "prometheus_tsdb_head_series_not_found_total",
      "Total number of requests for series that were not found.",
      () => counters.seriesNotFound,
    ),
    gauge("prometheus_tsdb_head_chunks", "Total number of chunks in the head block.", () => head.chunkCount),
    counter("prometheus_tsdb_head_chunks_created_total", "Total number of chunks created in the head", () => counters.chunksCreated),
    counter("prometheus_tsdb_head_chunks_removed_total", "Total number of chunks removed in the head", () => counters.chunksRemoved),
    counter("prometheus_tsdb_mmap_chunks_total", "Total number of chunks that were memory-mapped.", () => counters.chunksWritten),
    gauge(
      "prometheus_tsdb_head_native_histogram_series",
      "Number of series whose most recent in-order sample is a native histogram.",
      () => head.histograms.openCount,
    ),
    gauge(
      "prometheus_tsdb_head_native_histogram_buckets",
      "Number of positive and negative bucket entries in the most recent in-order native histogram sample of each series, including entries carried by staleness markers.",
      () => head.histograms.bucketCount(),
    ),
    // A batch is taken or refused within one turn, in which nothing else sees it.
    gauge("prometheus_tsdb_head_active_appenders", "Number of currently active appender transactions", () => 0),
    gauge("prometheus_tsdb_isolation_low_watermark", "The lowest TSDB append ID that is still referenced.", () => counters.batches),
    gauge("prometheus_tsdb_isolation_high_watermark", "The highest TSDB append ID that has been given out.", () => counters.batches),
    {
      ...durations("prometheus_tsdb_head_gc_duration_seconds", "Runtime of garbage collection in the head block.", {
        seconds: 0,
        count: 0,
      }),
      tally: () => ({ sum: counters.collectionSeconds, count: counters.collections }),
    },
    ...times("head_min_time", "Minimum time bound of the head block.", () => finite(head.minTimeMs)),
    ...times("head_max_time", "Maximum timestamp of the head block.", () => finite(head.maxTimeMs)),
    ...sampleMetrics(counters),
  ];
}

/** A time in milliseconds and, under another name, in seconds, without their fraction as upstream tells them. */
export function times(name: string, help: string, timeMs: () => number): readonly MetricSource[] {
  return [
    gauge(`prometheus_tsdb_${name}`, `${help} The unit is decided by the library consumer.`, timeMs),
    gauge(`prometheus_tsdb_${name}_seconds`, help, () => Math.trunc(timeMs() / 1000)),
  ];
}

/** Upstream tells the ends of int64 while there is no sample; no graph is the better for them. */
export function finite(timeMs: number): number {
  return Number.isFinite(timeMs) ? timeMs : 0;
}
