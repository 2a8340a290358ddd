import { Counter, Gauge, Summary, type Registry } from "@ferula/client";
import { silenceState, type AlertStore, type Silences } from "@ferula/alerting";
import type { Labels } from "@ferula/model";

/** What the Alertmanager counts itself, under upstream's names. */
export interface AlertmanagerMetrics {
  readonly reloadSuccessful: Gauge;
  readonly reloadSuccessTimestamp: Gauge;
  readonly configHash: Gauge;
  readonly receivers: Gauge;
  readonly integrations: Gauge;
  readonly inhibitionRules: Gauge;
  readonly received: Counter<"status" | "version">;
  readonly invalid: Counter<"version">;
  readonly limited: Counter;
  readonly dispatchSeconds: Summary;
}

/** What is counted when it is asked for. */
export interface CountedParts {
  readonly store: AlertStore;
  readonly silences: Silences;
  readonly isInhibited: (labels: Labels) => boolean;
  readonly groupCount: () => number;
  /** `--alerts.per-alertname-limit`. */
  readonly perNameLimit: number;
  readonly nowMs: () => number;
}

/** Registers the metrics, each with 0 where its labels are known. */
export function createAlertmanagerMetrics(registry: Registry, parts: CountedParts): AlertmanagerMetrics {
  const registers = [registry];
  addStates(registry, parts);
  addGauge(registry, "alertmanager_alerts_per_alert_limit", "Current limit on number of alerts per alert name", () =>
    Math.max(0, parts.perNameLimit),
  );
  addGauge(registry, "alertmanager_cluster_enabled", "Indicates whether the clustering is enabled or not.", () => 0);
  addGauge(registry, "alertmanager_dispatcher_aggregation_groups", "Number of active aggregation groups", parts.groupCount);
  addGauge(registry, "alertmanager_silences_state_size", "The number of silences in the state map.", () => parts.silences.all().length);
  const metrics: AlertmanagerMetrics = {
    reloadSuccessful: new Gauge({
      name: "alertmanager_config_last_reload_successful",
      help: "Whether the last configuration reload attempt was successful.",
      registers,
    }),
    reloadSuccessTimestamp: new Gauge({
      name: "alertmanager_config_last_reload_success_timestamp_seconds",
      help: "Timestamp of the last successful configuration reload.",
      registers,
    }),
    configHash: new Gauge({
      name: "alertmanager_config_hash",
      help: "Hash of the currently loaded alertmanager configuration. Note that this is not a cryptographically strong hash.",
      registers,
    }),
    receivers: new Gauge({ name: "alertmanager_receivers", help: "Number of configured receivers.", registers }),
    integrations: new Gauge({ name: "alertmanager_integrations", help: "Number of configured integrations.", registers }),
    inhibitionRules: new Gauge({ name: "alertmanager_inhibition_rules", help: "Number of configured inhibition rules.", registers }),
    received: new Counter({
      name: "alertmanager_alerts_received_total",
      help: "The total number of received alerts.",
      labelNames: ["status", "version"] as const,
      registers,
    }),
    invalid: new Counter({
      name: "alertmanager_alerts_invalid_total",
      help: "The total number of received alerts that were invalid.",
      labelNames: ["version"] as const,
      registers,
    }),
    limited: new Counter({
      name: "alertmanager_alerts_limited_total",
      help: "Total number of alerts that were dropped due to per alert name limit",
      registers,
    }),
    dispatchSeconds: new Summary({
      name: "alertmanager_dispatcher_alert_processing_duration_seconds",
      help: "Summary of latencies for the processing of alerts.",
      registers,
    }),
  };
  for (const status of ["firing", "resolved"]) metrics.received.inc({ status, version: "v2" }, 0);
  metrics.invalid.inc({ version: "v2" }, 0);
  return metrics;
}

function addStates(registry: Registry, { store, silences, isInhibited, nowMs }: CountedParts): void {
  const common = { labelNames: ["state"] as const, registers: [registry] };
  new Gauge({
    name: "alertmanager_alerts",
    help: "How many alerts by state.",
    ...common,
    collect() {
      const counts = { active: 0, suppressed: 0, unprocessed: 0 };
      for (const { labels } of store.alerts())
        counts[silences.silencedBy(labels).length > 0 || isInhibited(labels) ? "suppressed" : "active"]++;
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  new Gauge({
    name: "alertmanager_silences",
    help: "How many silences by state.",
    ...common,
    collect() {
      const counts = { active: 0, expired: 0, pending: 0 };
      for (const silence of silences.all()) counts[silenceState(silence, nowMs())]++;
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
}

function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
