import { Counter, Gauge, Histogram, Summary, type Registry } from "@ferula/client";
import type { EvaluationStats } from "@ferula/promql";

/** How long the parts of a query took, in seconds. */
export interface QueryTimings {
  /** Until a worker was free. */
  readonly queueSeconds: number;
  /** Planning and selecting, on the main thread. */
  readonly prepareSeconds: number;
  /** In the worker, until the last of the result had been taken. */
  readonly evalSeconds: number;
  readonly totalSeconds: number;
}

/** What is told of queries. */
export interface QueryMetrics {
  /** Counts a query as running until the function that it returns is called. */
  readonly started: () => () => void;
  readonly timed: (timings: QueryTimings) => void;
  /** Counts the samples that a query has read. */
  readonly loaded: (stats: Pick<EvaluationStats, "totalSamples" | "samplesRead">) => void;
  readonly logEnabled: (isEnabled: boolean) => void;
  readonly logFailed: () => void;
}

/** The parts of a query that are timed, by upstream's names. Series are sorted before they are evaluated, which takes no time of its own. */
const SLICES = ["queue_time", "prepare_time", "inner_eval", "result_sort"] as const;
type Slice = (typeof SLICES)[number];

/** Registers the engine's metrics, under upstream's names and with its quantiles and buckets (promql/engine.go `NewEngine`). */
export function createQueryMetrics(registry: Registry, maxConcurrency: number): QueryMetrics {
  const registers = [registry];
  const running = new Gauge({
    name: "prometheus_engine_queries",
    help: "The current number of queries being executed or waiting.",
    registers,
  });
  const most = new Gauge({
    name: "prometheus_engine_queries_concurrent_max",
    help: "The max number of concurrent queries.",
    registers,
  });
  most.set(maxConcurrency);
  const samples = new Counter({
    name: "prometheus_engine_query_samples_total",
    help: "The total number of samples loaded by all queries (full window per step for range-vector).",
    registers,
  });
  const read = new Counter({
    name: "prometheus_engine_query_samples_read_total",
    help: "The total number of samples read by all queries (only new points per step for range-vector).",
    registers,
  });
  const logEnabled = new Gauge({ name: "prometheus_engine_query_log_enabled", help: "State of the query log.", registers });
  const logFailures = new Counter({
    name: "prometheus_engine_query_log_failures_total",
    help: "The number of query log failures.",
    registers,
  });
  const summary = new Summary({
    name: "prometheus_engine_query_duration_seconds",
    help: "Query timings",
    labelNames: ["slice"] as const,
    percentiles: [0.5, 0.9, 0.99],
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers,
  });
  const histogram = new Histogram({
    name: "prometheus_engine_query_duration_histogram_seconds",
    help: "The duration of various parts of PromQL query execution.",
    labelNames: ["slice"] as const,
    buckets: [0.01, 0.1, 1, 10],
    native: true,
    registers,
  });

  // They are told from the start: a rate over the first query counts it.
  for (const slice of SLICES) {
    summary.labels({ slice });
    histogram.labels({ slice });
  }

  function observe(slice: Slice, seconds: number): void {
    summary.observe({ slice }, seconds);
    histogram.observe({ slice }, seconds);
  }

  return {
    started() {
      running.inc();
      return () => running.dec();
    },
    loaded({ totalSamples, samplesRead }) {
      samples.inc(totalSamples);
      read.inc(samplesRead);
    },
    logEnabled: (isEnabled) => logEnabled.set(isEnabled ? 1 : 0),
    logFailed: () => logFailures.inc(),
    timed({ queueSeconds, prepareSeconds, evalSeconds }) {
      observe("queue_time", queueSeconds);
      observe("prepare_time", prepareSeconds);
      observe("inner_eval", evalSeconds);
    },
  };
}
