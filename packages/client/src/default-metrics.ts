import { registerNodejsMetrics } from "./nodejs-metrics.ts";
import { registerProcessMetrics } from "./process-metrics.ts";
import { register, type Registry } from "./registry.ts";

/** Settings of `collectDefaultMetrics`. */
export interface DefaultMetricsConfig {
  /** Default: the global registry. */
  readonly register?: Registry;
  /** Put before every name. Default: "". */
  readonly prefix?: string;
  /** Added to every series. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Seconds. Default: 0.001, 0.01, 0.1, 1, 2, 5. */
  readonly gcDurationBuckets?: readonly number[];
  /** Milliseconds between measurements of the event loop's delay. Default: 10. */
  readonly eventLoopMonitoringPrecision?: number;
}

/** The settings of one set of default metrics, with defaults filled in. */
export interface DefaultMetricSet {
  readonly prefix: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly registers: readonly Registry[];
  readonly gcDurationBuckets: readonly number[];
  readonly eventLoopMonitoringPrecision: number;
}

/**
 * Registers `process_*` and `nodejs_*`. Returns a function that stops what measures in the background: a timer for the event loop's delay
 * and an observer of garbage collections. Neither keeps the process alive.
 */
export function collectDefaultMetrics(config: DefaultMetricsConfig = {}): () => void {
  const set: DefaultMetricSet = {
    prefix: config.prefix ?? "",
    labels: config.labels ?? {},
    registers: [config.register ?? register],
    gcDurationBuckets: config.gcDurationBuckets ?? [0.001, 0.01, 0.1, 1, 2, 5],
    eventLoopMonitoringPrecision: config.eventLoopMonitoringPrecision ?? 10,
  };
  registerProcessMetrics(set);
  return registerNodejsMetrics(set);
}

/** `collectDefaultMetrics` for one registry, without options. */
export function collectProcessMetrics(registry: Registry): () => void {
  return collectDefaultMetrics({ register: registry });
}
