import { buildInfo, collectDefaultMetrics, Gauge, type Registry } from "@ferula/client";
import { versionInfo } from "./version.ts";

/** What the server tells of itself beside its parts. */
export interface SelfMetrics {
  readonly reloadSuccessful: Gauge;
  readonly reloadSuccessTimestamp: Gauge;
  readonly ready: Gauge;
  readonly stop: () => void;
}

/**
 * How often the lag of the event loop is looked at. Each look wakes the process up: a hundred a second took as much CPU as scraping 10 000
 * samples.
 */
const LAG_LOOK_MS = 100;

/** Registers them, and those of the process. */
export function createSelfMetrics(registry: Registry): SelfMetrics {
  const registers = [registry];
  const { version, revision, branch } = versionInfo;
  buildInfo("prometheus", { version, revision, branch }, registry);
  return {
    reloadSuccessful: new Gauge({
      name: "prometheus_config_last_reload_successful",
      help: "Whether the last configuration reload attempt was successful.",
      registers,
    }),
    reloadSuccessTimestamp: new Gauge({
      name: "prometheus_config_last_reload_success_timestamp_seconds",
      help: "Timestamp of the last successful configuration reload.",
      registers,
    }),
    ready: new Gauge({
      name: "prometheus_ready",
      help: "Whether Prometheus startup was fully completed and the server is ready for normal operation.",
      registers,
    }),
    stop: collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_LOOK_MS }),
  };
}
