import { Counter, type Registry } from "@ferula/client";

/** What the discovery from Nomad counts, for all sections of a process together. */
export interface NomadMetrics {
  readonly failures: Counter;
}

/** The metrics of the discovery from Nomad (discovery/nomad/metrics.go). */
export function nomadMetrics(registry: Registry): NomadMetrics {
  const name = "prometheus_sd_nomad_failures_total";
  return { failures: new Counter({ name, help: "Number of nomad service discovery refresh failures.", registers: [registry] }) };
}
