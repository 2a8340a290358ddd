import { Counter, Gauge, type Registry } from "@ferula/client";
import { silenceState, type AlertStore, type Silences } from "@ferula/alerting";
import type { Labels } from "@ferula/model";

/** What the Alertmanager counts itself, under upstream's names. */
export interface AlertmanagerMetrics {
  readonly reloadSuccessful: Gauge;
  readonly reloadSuccessTimestamp: Gauge;
  readonly configHash: Gauge;
  readonly received: Counter<"status" | "version">;
  readonly invalid: Counter<"version">;
}

/** What is counted when it is asked for. */
export interface CountedParts {
  readonly store: AlertStore;
  readonly silences: Silences;
  readonly isInhibited: (labels: Labels) => boolean;
  readonly nowMs: () => number;
}

/** Registers the metrics. */
export function createAlertmanagerMetrics(registry: Registry, { store, silences, isInhibited, nowMs }: CountedParts): AlertmanagerMetrics {
  const registers = [registry];
  new Gauge({
    name: "alertmanager_alerts",
    help: "How many alerts by state.",
    labelNames: ["state"] as const,
    registers,
    collect() {
      const counts = { active: 0, suppressed: 0, unprocessed: 0 };
      for (const { labels } of store.alerts())
        counts[silences.silencedBy(labels).length > 0 || isInhibited(labels) ? "suppressed" : "active"]++;
      for (const [state, count] of Object.entries(counts)) this.set({ state: state as "active" }, count);
    },
  });
  new Gauge({
    name: "alertmanager_silences",
    help: "How many silences by state.",
    labelNames: ["state"] as const,
    registers,
    collect() {
      const counts = { active: 0, expired: 0, pending: 0 };
      for (const silence of silences.all()) counts[silenceState(silence, nowMs())]++;
      for (const [state, count] of Object.entries(counts)) this.set({ state: state as "active" }, count);
    },
  });
  return {
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
  };
}
