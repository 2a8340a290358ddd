import { Counter, Gauge, Histogram, Summary, type Registry } from "@ferula/client";

/** What discovery counts, under upstream's names (discovery/metrics.go). */
export interface DiscoveryMetrics {
  readonly failedConfigs: Gauge<"name">;
  readonly targets: Gauge<"name" | "config">;
  readonly received: Counter<"name">;
  /** Stays 0: who is told takes what is found in the same call. */
  readonly delayed: Counter<"name">;
  readonly updates: Counter<"name">;
  readonly lastUpdate: Gauge<"name" | "config">;
  readonly refresh: RefreshMetrics;
  /** What one provider counts by itself: `create` is called once for the registry, whoever asks. */
  readonly of: <M>(create: (registry: Registry) => M) => M;
}

/** What sources that are asked from time to time count (discovery/metrics_refresh.go). `config` is the job's name. */
export interface RefreshMetrics {
  readonly failures: Counter<"mechanism" | "config">;
  readonly seconds: Summary<"mechanism" | "config">;
  readonly secondsHistogram: Histogram<"mechanism">;
}

const metricsByRegistry = new WeakMap<Registry, DiscoveryMetrics>();

/** The metrics of a registry, which the managers of a process share: each has its own label. */
export function discoveryMetrics(registry: Registry): DiscoveryMetrics {
  const known = metricsByRegistry.get(registry);
  if (known !== undefined) return known;
  const registers = [registry];
  const ofManager = { labelNames: ["name"] as const, registers };
  const ofConfig = { labelNames: ["name", "config"] as const, registers };
  const metrics: DiscoveryMetrics = {
    failedConfigs: new Gauge({
      name: "prometheus_sd_failed_configs",
      help: "Current number of service discovery configurations that failed to load.",
      ...ofManager,
    }),
    targets: new Gauge({ name: "prometheus_sd_discovered_targets", help: "Current number of discovered targets.", ...ofConfig }),
    received: new Counter({
      name: "prometheus_sd_received_updates_total",
      help: "Total number of update events received from the SD providers.",
      ...ofManager,
    }),
    delayed: new Counter({
      name: "prometheus_sd_updates_delayed_total",
      help: "Total number of update events that couldn't be sent immediately.",
      ...ofManager,
    }),
    updates: new Counter({
      name: "prometheus_sd_updates_total",
      help: "Total number of update events sent to the SD consumers.",
      ...ofManager,
    }),
    lastUpdate: new Gauge({
      name: "prometheus_sd_last_update_timestamp_seconds",
      help: "Timestamp of the last update sent to the SD consumers.",
      ...ofConfig,
    }),
    refresh: refreshMetrics(registry),
    of: onceEach(registry),
  };
  metricsByRegistry.set(registry, metrics);
  return metrics;
}

function refreshMetrics(registry: Registry): RefreshMetrics {
  const registers = [registry];
  const labelNames = ["mechanism", "config"] as const;
  return {
    failures: new Counter({
      name: "prometheus_sd_refresh_failures_total",
      help: "Number of refresh failures for the given SD mechanism.",
      labelNames,
      registers,
    }),
    seconds: new Summary({
      name: "prometheus_sd_refresh_duration_seconds",
      help: "The duration of a refresh in seconds for the given SD mechanism.",
      percentiles: [0.5, 0.9, 0.99],
      labelNames,
      registers,
    }),
    secondsHistogram: new Histogram({
      name: "prometheus_sd_refresh_duration_histogram_seconds",
      help: "The duration of a refresh for the given SD mechanism.",
      buckets: [0.01, 0.1, 1, 10],
      native: true,
      labelNames: ["mechanism"] as const,
      registers,
    }),
  };
}

function onceEach(registry: Registry): DiscoveryMetrics["of"] {
  const made = new Map<unknown, unknown>();
  return <M>(create: (registry: Registry) => M): M => {
    if (!made.has(create)) made.set(create, create(registry));
    return made.get(create) as M;
  };
}
