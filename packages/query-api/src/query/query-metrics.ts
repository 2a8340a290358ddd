import { Gauge, Histogram, Summary, type Registry } from "@ferula/client";

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
}

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
  const summary = new Summary({
    name: "prometheus_engine_query_duration_seconds",
    help: "Query timings.",
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
    registers,
  });

  function observe(slice: string, seconds: number): void {
    summary.observe({ slice }, seconds);
    histogram.observe({ slice }, seconds);
  }

  return {
    started() {
      running.inc();
      return () => running.dec();
    },
    timed({ queueSeconds, prepareSeconds, evalSeconds }) {
      observe("queue_time", queueSeconds);
      observe("prepare_time", prepareSeconds);
      observe("inner_eval", evalSeconds);
    },
  };
}
