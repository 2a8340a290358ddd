import { counter, type MetricSource } from "../metric-source.ts";
import type { HeadCounters, SampleCounters } from "./head-counters.ts";

/** Upstream's metrics of what became of samples (tsdb/head.go `newHeadMetrics`), each for floats and for histograms. */
export function sampleMetrics(counters: HeadCounters): readonly MetricSource[] {
  const counts = ROWS.flatMap(({ name, help, value }) => [
    { ...counter(name, help, () => value(counters.floats)), labels: { type: "float" } },
    { ...counter(name, help, () => value(counters.histograms)), labels: { type: "histogram" } },
  ]);
  return [...counts, { name: "prometheus_tsdb_sample_ooo_delta", type: "histogram", help: DELTA_HELP, tally: () => counters.lateDeltas }];
}

const DELTA_HELP =
  "Delta in seconds by which a sample is considered out of order (reported regardless of OOO time window and whether sample is accepted or not).";

interface SampleMetric {
  readonly name: string;
  readonly help: string;
  readonly value: (counters: SampleCounters) => number;
}

const ROWS: readonly SampleMetric[] = [
  {
    name: "prometheus_tsdb_head_samples_appended_total",
    help: "Total number of appended samples.",
    value: ({ appended }) => appended,
  },
  {
    name: "prometheus_tsdb_head_out_of_order_samples_appended_total",
    help: "Total number of appended out of order samples.",
    value: ({ late }) => late,
  },
  {
    name: "prometheus_tsdb_out_of_order_samples_total",
    help: "Total number of out of order samples ingestion failed attempts due to out of order being disabled.",
    value: ({ outOfOrder }) => outOfOrder,
  },
  {
    name: "prometheus_tsdb_out_of_bound_samples_total",
    help: "Total number of out of bound samples ingestion failed attempts with out of order support disabled.",
    value: ({ outOfBounds }) => outOfBounds,
  },
  {
    name: "prometheus_tsdb_too_old_samples_total",
    help: "Total number of out of order samples ingestion failed attempts with out of support enabled, but sample outside of time window.",
    value: ({ tooOld }) => tooOld,
  },
];
