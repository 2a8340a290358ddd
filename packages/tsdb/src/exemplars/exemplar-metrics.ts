import { counter, gauge, type MetricSource } from "../metric-source.ts";
import type { ExemplarStore } from "./exemplar-store.ts";

/** Upstream's names and texts (tsdb/exemplar.go `NewExemplarMetrics`). */
export function exemplarMetrics({ ring, counters }: ExemplarStore): readonly MetricSource[] {
  return [
    counter("prometheus_tsdb_exemplar_exemplars_appended_total", "Total number of appended exemplars.", () => counters.appended),
    gauge("prometheus_tsdb_exemplar_exemplars_in_storage", "Number of exemplars currently in circular storage.", () => ring.count),
    gauge(
      "prometheus_tsdb_exemplar_series_with_exemplars_in_storage",
      "Number of series with exemplars currently in circular storage.",
      () => ring.series.count,
    ),
    gauge(
      "prometheus_tsdb_exemplar_last_exemplars_timestamp_seconds",
      "The timestamp of the oldest exemplar stored in circular storage. Useful to check for what timerange the current exemplar buffer limit allows. This usually means the last timestampfor all exemplars for a typical setup. This is not true though if one of the series timestamp is in future compared to rest series.",
      () => (ring.count === 0 ? 0 : ring.firstTimestampMs / 1000),
    ),
    gauge(
      "prometheus_tsdb_exemplar_max_exemplars",
      "Total number of exemplars the exemplar storage can store, resizeable.",
      () => ring.limit,
    ),
    counter(
      "prometheus_tsdb_exemplar_out_of_order_exemplars_total",
      "Total number of out of order exemplar ingestion failed attempts.",
      () => counters.outOfOrder,
    ),
  ];
}
