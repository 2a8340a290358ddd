import { Counter, Gauge, type Registry } from "@ferula/client";
import type { Clock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import { createDiscoverers, discoveryShape, type DiscoveryConfig } from "./discovery-config.ts";
import type { TargetGroup } from "./target-group.ts";

/** What was found for each name (a job, an Alertmanager section), by the names that were configured. */
export type DiscoveredGroups = ReadonlyMap<string, readonly TargetGroup[]>;

/** Runs the discoverers of a configuration and passes on what they find. */
export interface DiscoveryManager {
  /** Replaces the configuration: names whose sections are the same keep running, and keep what they found. */
  readonly apply: (configs: ReadonlyMap<string, DiscoveryConfig>) => void;
  readonly stop: () => Promise<void>;
}

export interface DiscoveryManagerDeps {
  /** As in metrics: `scrape` or `notify`. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Is given everything that is known, at most once in `throttleMs`. */
  readonly onUpdate: (groups: DiscoveredGroups) => void;
  /** Default: 5 s, as upstream has it. The first news after a quiet time is passed on at once. */
  readonly throttleMs?: number;
}

interface Running {
  readonly fingerprint: string;
  readonly stop: AbortController;
  /** By discoverer and source. */
  readonly groups: Map<string, TargetGroup>;
  readonly ended: Promise<unknown>;
}

const DEFAULT_THROTTLE_MS = 5000;

export function createDiscoveryManager({ name, clock, logger, registry, onUpdate, throttleMs = DEFAULT_THROTTLE_MS }: DiscoveryManagerDeps): DiscoveryManager {
  const running = new Map<string, Running>();
  const metrics = discoveryMetrics(registry);
  let lastUpdateMs = Number.NEGATIVE_INFINITY;
  let cancelUpdate: (() => void) | undefined;

  function start(job: string, config: DiscoveryConfig): Running {
    const stop = new AbortController();
    const groups = new Map<string, TargetGroup>();
    const discoverers = createDiscoverers(config, (mechanism) => ({
      logger: logger.with({ discovery: mechanism, config: job }),
      onRefresh: (failed) => failed && metrics.refreshFailures.inc({ mechanism, config: job }),
    }));
    const ended = Promise.all(
      discoverers.map(({ name: id, discoverer }) =>
        discoverer.run((found) => {
          if (stop.signal.aborted) return;
          metrics.received.inc({ name });
          for (const group of found) groups.set(`${id}\n${group.source}`, group);
          scheduleUpdate();
        }, stop.signal),
      ),
    );
    return { fingerprint: fingerprintOf(config), stop, groups, ended };
  }

  function scheduleUpdate(): void {
    if (cancelUpdate !== undefined) return;
    // Later, if only by a turn: discoverers that start together are passed on together.
    cancelUpdate = clock.setTimeout(
      () => {
        cancelUpdate = undefined;
        lastUpdateMs = clock.nowMs();
        update();
      },
      Math.max(0, lastUpdateMs + throttleMs - clock.nowMs()),
    );
  }

  function update(): void {
    const found = new Map<string, readonly TargetGroup[]>();
    for (const [job, { groups }] of running) {
      found.set(job, [...groups.values()]);
      metrics.targets.set({ name, config: job }, [...groups.values()].reduce((sum, { targets }) => sum + targets.length, 0));
    }
    metrics.updates.inc({ name });
    onUpdate(found);
  }

  return {
    apply(configs) {
      for (const [job, { stop }] of running) {
        if (configs.has(job)) continue;
        stop.abort();
        running.delete(job);
      }
      for (const [job, config] of configs) {
        const known = running.get(job);
        if (known?.fingerprint === fingerprintOf(config)) continue;
        known?.stop.abort();
        running.set(job, start(job, config));
      }
      scheduleUpdate();
    },
    async stop() {
      cancelUpdate?.();
      const all = [...running.values()];
      for (const { stop } of all) stop.abort();
      await Promise.all(all.map(({ ended }) => ended));
      running.clear();
    },
  };
}

/** Sections that are configured alike are the same, wherever they stand in the file. */
function fingerprintOf(config: DiscoveryConfig): string {
  const sections = Object.entries(config).filter(([key]) => Object.hasOwn(discoveryShape, key));
  return JSON.stringify(sections, mapsAsPairs);
}

function mapsAsPairs(_key: string, value: unknown): unknown {
  return Object.prototype.toString.call(value) === "[object Map]" ? [...(value as ReadonlyMap<string, unknown>)] : value;
}

interface DiscoveryMetrics {
  readonly targets: Gauge<"name" | "config">;
  readonly received: Counter<"name">;
  readonly updates: Counter<"name">;
  readonly refreshFailures: Counter<"mechanism" | "config">;
}

/** Shared by the managers of a process: each has its own label. */
function discoveryMetrics(registry: Registry): DiscoveryMetrics {
  const known = metricsByRegistry.get(registry);
  if (known !== undefined) return known;
  const registers = [registry];
  const metrics: DiscoveryMetrics = {
    targets: new Gauge({ name: "prometheus_sd_discovered_targets", help: "Current number of discovered targets.", labelNames: ["name", "config"] as const, registers }),
    received: new Counter({ name: "prometheus_sd_received_updates_total", help: "Total number of update events received from the SD providers.", labelNames: ["name"] as const, registers }),
    updates: new Counter({ name: "prometheus_sd_updates_total", help: "Total number of update events sent to the SD consumers.", labelNames: ["name"] as const, registers }),
    refreshFailures: new Counter({
      name: "prometheus_sd_refresh_failures_total",
      help: "Number of refresh failures for the given SD mechanism.",
      labelNames: ["mechanism", "config"] as const,
      registers,
    }),
  };
  metricsByRegistry.set(registry, metrics);
  return metrics;
}

const metricsByRegistry = new WeakMap<Registry, DiscoveryMetrics>();
