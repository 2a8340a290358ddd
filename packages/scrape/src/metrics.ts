import { Counter, Gauge, Summary, type Registry } from "@ferula/client";

/** What scraping counts, under upstream's names (scrape/metrics.go). */
export interface ScrapeMetrics {
  readonly intervalSeconds: Summary<"interval">;
  readonly sampleLimitExceeded: Counter;
  readonly bodyLimitExceeded: Counter;
  readonly outOfOrder: Counter;
  readonly duplicateTimestamp: Counter;
  readonly outOfBounds: Counter;
  readonly labelLimitsExceeded: Counter;
  readonly pools: Counter;
  readonly poolsFailed: Counter;
  readonly poolTargets: Gauge<"scrape_job">;
  readonly poolTargetLimit: Gauge<"scrape_job">;
  readonly poolSyncs: Counter<"scrape_job">;
  readonly syncFailed: Counter<"scrape_job">;
  readonly syncSeconds: Summary<"scrape_job">;
  readonly targetLimitExceeded: Counter;
  /** Takes away what is counted for a job that is gone. */
  readonly forgetJob: (job: string) => void;
}

/** Makes the metrics, in `registry`. */
export function createScrapeMetrics(registry: Registry): ScrapeMetrics {
  const registers = [registry];
  const job = ["scrape_job"] as const;
  const quantiles = { percentiles: [0.01, 0.05, 0.5, 0.9, 0.99], maxAgeSeconds: 600, ageBuckets: 5 };
  const ofJobs = {
    poolTargets: new Gauge({
      name: "prometheus_target_scrape_pool_targets",
      help: "Current number of targets in this scrape pool.",
      labelNames: job,
      registers,
    }),
    poolTargetLimit: new Gauge({
      name: "prometheus_target_scrape_pool_target_limit",
      help: "Maximum number of targets allowed in this scrape pool.",
      labelNames: job,
      registers,
    }),
    poolSyncs: new Counter({
      name: "prometheus_target_scrape_pool_sync_total",
      help: "Total number of syncs that were executed on a scrape pool.",
      labelNames: job,
      registers,
    }),
    syncFailed: new Counter({
      name: "prometheus_target_sync_failed_total",
      help: "Total number of target sync failures.",
      labelNames: job,
      registers,
    }),
    syncSeconds: new Summary({
      name: "prometheus_target_sync_length_seconds",
      help: "Actual interval to sync the scrape pool.",
      labelNames: job,
      ...quantiles,
      registers,
    }),
  };
  return {
    ...ofJobs,
    forgetJob(name) {
      for (const metric of Object.values(ofJobs)) metric.remove({ scrape_job: name });
    },
    intervalSeconds: new Summary({
      name: "prometheus_target_interval_length_seconds",
      help: "Actual intervals between scrapes.",
      labelNames: ["interval"] as const,
      ...quantiles,
      registers,
    }),
    sampleLimitExceeded: new Counter({
      name: "prometheus_target_scrapes_exceeded_sample_limit_total",
      help: "Total number of scrapes that hit the sample limit and were rejected.",
      registers,
    }),
    bodyLimitExceeded: new Counter({
      name: "prometheus_target_scrapes_exceeded_body_size_limit_total",
      help: "Total number of scrapes that hit the body size limit",
      registers,
    }),
    outOfOrder: new Counter({
      name: "prometheus_target_scrapes_sample_out_of_order_total",
      help: "Total number of samples rejected due to not being out of the expected order.",
      registers,
    }),
    duplicateTimestamp: new Counter({
      name: "prometheus_target_scrapes_sample_duplicate_timestamp_total",
      help: "Total number of samples rejected due to duplicate timestamps but different values.",
      registers,
    }),
    outOfBounds: new Counter({
      name: "prometheus_target_scrapes_sample_out_of_bounds_total",
      help: "Total number of samples rejected due to timestamp falling outside of the time bounds.",
      registers,
    }),
    labelLimitsExceeded: new Counter({
      name: "prometheus_target_scrape_pool_exceeded_label_limits_total",
      help: "Total number of times scrape pools hit the label limits, during sync or config reload.",
      registers,
    }),
    pools: new Counter({
      name: "prometheus_target_scrape_pools_total",
      help: "Total number of scrape pool creation attempts.",
      registers,
    }),
    poolsFailed: new Counter({
      name: "prometheus_target_scrape_pools_failed_total",
      help: "Total number of scrape pool creations that failed.",
      registers,
    }),
    targetLimitExceeded: new Counter({
      name: "prometheus_target_scrape_pool_exceeded_target_limit_total",
      help: "Total number of times scrape pools hit the target limit, during sync or config reload.",
      registers,
    }),
  };
}
