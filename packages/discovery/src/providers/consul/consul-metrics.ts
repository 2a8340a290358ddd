import { Counter, Summary, type Registry } from "@ferula/client";

/** What the discovery from Consul counts, for all sections of a process together. */
export interface ConsulMetrics {
  readonly failures: Counter;
  /** By what is asked for: all services, or the instances of one. */
  readonly seconds: Summary<"endpoint" | "call">;
}

/** The metrics of the discovery from Consul (discovery/consul/metrics.go). */
export function consulMetrics(registry: Registry): ConsulMetrics {
  const registers = [registry];
  const metrics: ConsulMetrics = {
    failures: new Counter({ name: "prometheus_sd_consul_rpc_failures_total", help: "The number of Consul RPC call failures.", registers }),
    seconds: new Summary({
      name: "prometheus_sd_consul_rpc_duration_seconds",
      help: "The duration of a Consul RPC call in seconds.",
      percentiles: [0.5, 0.9, 0.99],
      labelNames: ["endpoint", "call"] as const,
      registers,
    }),
  };
  for (const call of ["services", "service"]) metrics.seconds.labels({ endpoint: "catalog", call });
  return metrics;
}
