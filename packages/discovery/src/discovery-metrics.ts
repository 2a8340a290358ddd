import { Counter, Gauge, Summary, type Registry } from "@ferula/client";

/** What discovery counts, under upstream's names. */
export interface DiscoveryMetrics {
  readonly targets: Gauge<"name" | "config">;
  readonly received: Counter<"name">;
  readonly updates: Counter<"name">;
  readonly refreshFailures: Counter<"mechanism" | "config">;
  readonly refreshSeconds: Summary<"mechanism" | "config">;
}

const metricsByRegistry = new WeakMap<Registry, DiscoveryMetrics>();

/** The metrics of a registry, which the managers of a process share: each has its own label. */
export function discoveryMetrics(registry: Registry): DiscoveryMetrics {
  const known = metricsByRegistry.get(registry);
  if (known !== undefined) return known;
  const registers = [registry];
  const metrics: DiscoveryMetrics = {
    targets: new Gauge({
      name: "prometheus_sd_discovered_targets",
      help: "Current number of discovered targets.",
      labelNames: ["name", "config"] as const,
      registers,
    }),
    received: new Counter({
      name: "prometheus_sd_received_updates_total",
      help: "Total number of update events received from the SD providers.",
      labelNames: ["name"] as const,
      registers,
    }),
    updates: new Counter({
      name: "prometheus_sd_updates_total",
      help: "Total number of update events sent to the SD consumers.",
      labelNames: ["name"] as const,
      registers,
    }),
    refreshFailures: new Counter({
      name: "prometheus_sd_refresh_failures_total",
      help: "Number of refresh failures for the given SD mechanism.",
      labelNames: ["mechanism", "config"] as const,
      registers,
    }),
    refreshSeconds: new Summary({
      name: "prometheus_sd_refresh_duration_seconds",
      help: "The duration of a refresh in seconds for the given SD mechanism.",
      labelNames: ["mechanism", "config"] as const,
      percentiles: [0.5, 0.9, 0.99],
      registers,
    }),
  };
  metricsByRegistry.set(registry, metrics);
  return metrics;
}
