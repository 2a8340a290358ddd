import { Counter, Gauge, Histogram, Summary, type Registry } from "@ferula/client";

/** What scraping counts, under upstream's names (scrape/metrics.go). */
export interface ScrapeMetrics {
  readonly intervalSeconds: Summary<"interval">;
  readonly intervalHistogram: Histogram<"interval">;
  /** Only of jobs with extra metrics. */
  readonly scrapeSeconds: Histogram;
  readonly sampleLimitExceeded: Counter;
  readonly bodyLimitExceeded: Counter;
  readonly outOfOrder: Counter;
  readonly duplicateTimestamp: Counter;
  readonly outOfBounds: Counter;
  readonly exemplarOutOfOrder: Counter;
  readonly bucketLimitExceeded: Counter;
  readonly labelLimitsExceeded: Counter;
  /** Stays 0: what a target's lines are remembered by does not grow while scrapes fail. */
  readonly cacheFlushForced: Counter;
  readonly pools: Counter;
  readonly poolsFailed: Counter;
  readonly poolReloads: Counter;
  readonly poolReloadsFailed: Counter;
  readonly reloadSeconds: Summary<"interval">;
  readonly poolTargets: Gauge<"scrape_job">;
  readonly poolTargetLimit: Gauge<"scrape_job">;
  /** Stays 0: a pool keeps no texts of its own. */
  readonly poolSymbols: Gauge<"scrape_job">;
  readonly poolSyncs: Counter<"scrape_job">;
  readonly syncFailed: Counter<"scrape_job">;
  readonly syncSeconds: Summary<"scrape_job">;
  readonly syncHistogram: Histogram<"scrape_job">;
  readonly targetLimitExceeded: Counter;
  /** What targets have said of their metrics: how much of it is kept. */
  readonly metadataEntries: Gauge<"scrape_job">;
  readonly metadataBytes: Gauge<"scrape_job">;
  /** Who is asked for it when the metrics are; nobody at first. */
  readonly watchMetadata: (sizes: () => Iterable<MetadataSize>) => void;
  /** Takes away what is counted for a job that is gone. */
  readonly forgetJob: (job: string) => void;
}

/** How much is kept of what the targets of a job have said of their metrics. */
export interface MetadataSize {
  readonly job: string;
  readonly entries: number;
  readonly bytes: number;
}

const JOB = ["scrape_job"] as const;
const INTERVAL = ["interval"] as const;
const QUANTILES = { percentiles: [0.01, 0.05, 0.5, 0.9, 0.99], maxAgeSeconds: 600, ageBuckets: 5 };
/** Upper bounds, seconds. */
const BUCKETS: readonly number[] = [0.01, 0.1, 1, 10];

/** Makes the metrics, in `registry`. */
export function createScrapeMetrics(registry: Registry): ScrapeMetrics {
  let metadataSizes: () => Iterable<MetadataSize> = () => [];
  const ofJobs = { ...jobMetrics(registry), ...metadataMetrics(registry, () => metadataSizes()) };
  return {
    ...ofJobs,
    watchMetadata(sizes) {
      metadataSizes = sizes;
    },
    ...poolMetrics(registry),
    ...scrapeMetrics(registry),
    forgetJob(name) {
      for (const metric of Object.values(ofJobs)) metric.remove({ scrape_job: name });
    },
  };
}

type JobMetrics = Pick<
  ScrapeMetrics,
  "poolTargets" | "poolTargetLimit" | "poolSymbols" | "poolSyncs" | "syncFailed" | "syncSeconds" | "syncHistogram"
>;

/** What is told for each job. */
function jobMetrics(registry: Registry): JobMetrics {
  const ofJob = { labelNames: JOB, registers: [registry] };
  return {
    poolTargets: new Gauge({
      name: "prometheus_target_scrape_pool_targets",
      help: "Current number of targets in this scrape pool.",
      ...ofJob,
    }),
    poolTargetLimit: new Gauge({
      name: "prometheus_target_scrape_pool_target_limit",
      help: "Maximum number of targets allowed in this scrape pool.",
      ...ofJob,
    }),
    poolSymbols: new Gauge({
      name: "prometheus_target_scrape_pool_symboltable_items",
      help: "Current number of symbols in table for this scrape pool.",
      ...ofJob,
    }),
    poolSyncs: new Counter({
      name: "prometheus_target_scrape_pool_sync_total",
      help: "Total number of syncs that were executed on a scrape pool.",
      ...ofJob,
    }),
    syncFailed: new Counter({
      name: "prometheus_target_sync_failed_total",
      help: "Total number of target sync failures.",
      ...ofJob,
    }),
    syncSeconds: new Summary({
      name: "prometheus_target_sync_length_seconds",
      help: "Actual interval to sync the scrape pool.",
      ...QUANTILES,
      ...ofJob,
    }),
    syncHistogram: new Histogram({
      name: "prometheus_target_sync_length_histogram_seconds",
      help: "Actual interval to sync the scrape pool.",
      buckets: BUCKETS,
      native: true,
      ...ofJob,
    }),
  };
}

type MetadataMetrics = Pick<ScrapeMetrics, "metadataEntries" | "metadataBytes">;

function metadataMetrics(registry: Registry, sizes: () => Iterable<MetadataSize>): MetadataMetrics {
  const ofJob = { labelNames: JOB, registers: [registry] };
  return {
    metadataEntries: new Gauge({
      name: "prometheus_target_metadata_cache_entries",
      help: "Total number of metric metadata entries in the cache",
      ...ofJob,
      collect() {
        for (const { job, entries } of sizes()) this.set({ scrape_job: job }, entries);
      },
    }),
    metadataBytes: new Gauge({
      name: "prometheus_target_metadata_cache_bytes",
      help: "The number of bytes that are currently used for storing metric metadata in the cache",
      ...ofJob,
      collect() {
        for (const { job, bytes } of sizes()) this.set({ scrape_job: job }, bytes);
      },
    }),
  };
}

type PoolMetrics = Pick<
  ScrapeMetrics,
  "pools" | "poolsFailed" | "poolReloads" | "poolReloadsFailed" | "reloadSeconds" | "targetLimitExceeded" | "labelLimitsExceeded"
>;

/** What is told of all pools together. */
function poolMetrics(registry: Registry): PoolMetrics {
  const registers = [registry];
  return {
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
    poolReloads: new Counter({
      name: "prometheus_target_scrape_pool_reloads_total",
      help: "Total number of scrape pool reloads.",
      registers,
    }),
    poolReloadsFailed: new Counter({
      name: "prometheus_target_scrape_pool_reloads_failed_total",
      help: "Total number of failed scrape pool reloads.",
      registers,
    }),
    reloadSeconds: new Summary({
      name: "prometheus_target_reload_length_seconds",
      help: "Actual interval to reload the scrape pool with a given configuration.",
      labelNames: INTERVAL,
      ...QUANTILES,
      registers,
    }),
    targetLimitExceeded: new Counter({
      name: "prometheus_target_scrape_pool_exceeded_target_limit_total",
      help: "Total number of times scrape pools hit the target limit, during sync or config reload.",
      registers,
    }),
    labelLimitsExceeded: new Counter({
      name: "prometheus_target_scrape_pool_exceeded_label_limits_total",
      help: "Total number of times scrape pools hit the label limits, during sync or config reload.",
      registers,
    }),
  };
}

type LoopMetrics = Omit<ScrapeMetrics, keyof JobMetrics | keyof PoolMetrics | keyof MetadataMetrics | "forgetJob" | "watchMetadata">;

/** What scrapes count. */
function scrapeMetrics(registry: Registry): LoopMetrics {
  const registers = [registry];
  return {
    intervalSeconds: new Summary({
      name: "prometheus_target_interval_length_seconds",
      help: "Actual intervals between scrapes.",
      labelNames: INTERVAL,
      ...QUANTILES,
      registers,
    }),
    intervalHistogram: new Histogram({
      name: "prometheus_target_interval_length_histogram_seconds",
      help: "Actual intervals between scrapes.",
      labelNames: INTERVAL,
      buckets: BUCKETS,
      native: true,
      registers,
    }),
    scrapeSeconds: new Histogram({
      name: "prometheus_target_scrape_duration_seconds",
      help: "Total duration of the scrape from start to commit completion in seconds.",
      buckets: [],
      native: true,
      registers,
    }),
    cacheFlushForced: new Counter({
      name: "prometheus_target_scrapes_cache_flush_forced_total",
      help: "How many times a scrape cache was flushed due to getting big while scrapes are failing.",
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
    exemplarOutOfOrder: new Counter({
      name: "prometheus_target_scrapes_exemplar_out_of_order_total",
      help: "Total number of exemplar rejected due to not being out of the expected order.",
      registers,
    }),
    bucketLimitExceeded: new Counter({
      name: "prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total",
      help: "Total number of scrapes that hit the native histogram bucket limit and were rejected.",
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
  };
}
