import type { Registry } from "@ferula/client";
import type { Clock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import { discoverySections, type DiscoveryConfig, type DiscoverySection } from "./discovery-config.ts";
import { discoveryMetrics } from "./discovery-metrics.ts";
import type { Discoverer } from "./provider.ts";
import type { TargetGroup } from "./target-group.ts";

/** What was found for each name (a job, an Alertmanager section), by the names that were configured. */
export type DiscoveredGroups = ReadonlyMap<string, readonly TargetGroup[]>;

/** Runs the discoverers of a configuration and passes on what they find. */
export interface DiscoveryManager {
  /**
   * Replaces the configuration. Sections that are the same keep running, and keep what they found; what the others found is passed on
   * until those in their place have found something.
   */
  readonly apply: (configs: ReadonlyMap<string, DiscoveryConfig>) => void;
  readonly stop: () => Promise<void>;
}

/** What the manager works with. */
export interface DiscoveryManagerDeps {
  /** As in metrics: `scrape` or `notify`. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  /** How requests call their sender. */
  readonly userAgent: string;
  /** Is given everything that is known. */
  readonly onUpdate: (groups: DiscoveredGroups) => void;
  /**
   * News after a quiet time of this length are passed on at once, those that follow after a time that doubles up to this length.
   * Default: 5 s, as upstream has it.
   */
  readonly throttleMs?: number;
}

interface RunningSection {
  readonly stop: AbortController;
  /** By source. */
  readonly groups: Map<string, TargetGroup>;
  hasEmitted: boolean;
  /** It could not be created. */
  hasFailed: boolean;
}

interface RunningJob {
  /** By fingerprint. */
  sections: ReadonlyMap<string, RunningSection>;
  /** What sections found that are gone, until those in their place have found something. */
  leaving: readonly TargetGroup[];
}

function newSection(): RunningSection {
  return { stop: new AbortController(), groups: new Map(), hasEmitted: false, hasFailed: false };
}

const DEFAULT_THROTTLE_MS = 5000;
const FIRST_WAIT_MS = 100;

/** A manager that runs nothing yet. */
export function createDiscoveryManager(deps: DiscoveryManagerDeps): DiscoveryManager {
  const { name, clock, logger, registry, userAgent, onUpdate, throttleMs = DEFAULT_THROTTLE_MS } = deps;
  const metrics = discoveryMetrics(registry);
  const running = new Map<string, RunningJob>();
  const ending = new Set<Promise<void>>();
  let lastUpdateMs = Number.NEGATIVE_INFINITY;
  let waitMs = 0;
  let cancelUpdate: (() => void) | undefined;
  metrics.failedConfigs.set({ name }, 0);
  for (const counter of [metrics.received, metrics.delayed, metrics.updates]) counter.inc({ name }, 0);

  /** Undefined when the section can't be used; that is logged, and the others run all the same. */
  function create(jobName: string, { mechanism, create: make }: DiscoverySection): Discoverer | undefined {
    try {
      return make({ logger: logger.with({ discovery: mechanism, config: jobName }), clock, metrics, jobName, userAgent });
    } catch (error) {
      logger.error("Cannot create service discovery", { discovery: mechanism, config: jobName, err: error });
      return undefined;
    }
  }

  function run(jobName: string, job: RunningJob, section: DiscoverySection, started: RunningSection): void {
    const { mechanism } = section;
    const { signal } = started.stop;
    const discoverer = create(jobName, section);
    started.hasFailed = discoverer === undefined;
    if (discoverer === undefined) {
      started.hasEmitted = true;
      return;
    }
    const emit = (found: readonly TargetGroup[]): void => {
      if (signal.aborted) return;
      metrics.received.inc({ name });
      for (const group of found) {
        if (group.targets.length > 0) started.groups.set(group.source, group);
        else started.groups.delete(group.source);
      }
      started.hasEmitted = true;
      if ([...job.sections.values()].every(({ hasEmitted }) => hasEmitted)) job.leaving = [];
      scheduleUpdate();
    };
    const ended = discoverer
      .run(emit, signal)
      .catch((error: unknown) => logger.error("A discoverer has failed", { discovery: mechanism, config: jobName, err: error }))
      .finally(() => ending.delete(ended));
    ending.add(ended);
  }

  function applyJob(jobName: string, config: DiscoveryConfig): void {
    const job: RunningJob = running.get(jobName) ?? { sections: new Map(), leaving: [] };
    running.set(jobName, job);
    const before = job.sections;
    const wanted = new Map(discoverySections(config).map((section) => [section.fingerprint, section]));
    const gone = [...before].filter(([fingerprint]) => !wanted.has(fingerprint)).map(([, section]) => section);
    for (const { stop } of gone) stop.abort();
    const fresh = [...wanted]
      .filter(([fingerprint]) => !before.has(fingerprint))
      .map(([key, section]) => ({ key, section, state: newSection() }));
    job.leaving = fresh.length === 0 ? [] : [...job.leaving, ...gone.flatMap(({ groups }) => [...groups.values()])];
    // All have their place before the first one runs: some emit at once.
    const kept = [...before].filter(([fingerprint]) => wanted.has(fingerprint));
    job.sections = new Map([...kept, ...fresh.map(({ key, state }) => [key, state] as const)]);
    for (const { section, state } of fresh) run(jobName, job, section, state);
  }

  function scheduleUpdate(): void {
    if (cancelUpdate !== undefined) return;
    const nowMs = clock.nowMs();
    if (nowMs - lastUpdateMs >= throttleMs) waitMs = 0;
    // Later, if only by a turn: discoverers that start together are passed on together.
    cancelUpdate = clock.setTimeout(update, Math.max(0, lastUpdateMs + waitMs - nowMs));
  }

  function update(): void {
    cancelUpdate = undefined;
    lastUpdateMs = clock.nowMs();
    waitMs = Math.min(throttleMs, Math.max(FIRST_WAIT_MS, 2 * waitMs));
    const found = new Map<string, readonly TargetGroup[]>();
    for (const [jobName, { sections, leaving }] of running) {
      const groups = [...[...sections.values()].flatMap(({ groups }) => [...groups.values()]), ...leaving];
      found.set(jobName, groups);
      metrics.targets.set(
        { name, config: jobName },
        groups.reduce((sum, { targets }) => sum + targets.length, 0),
      );
      metrics.lastUpdate.set({ name, config: jobName }, lastUpdateMs / 1000);
    }
    metrics.updates.inc({ name });
    onUpdate(found);
  }

  return {
    apply(configs) {
      for (const [jobName, { sections }] of running) {
        if (configs.has(jobName)) continue;
        for (const { stop } of sections.values()) stop.abort();
        running.delete(jobName);
        for (const gauge of [metrics.targets, metrics.lastUpdate]) gauge.remove({ name, config: jobName });
      }
      for (const [jobName, config] of configs) applyJob(jobName, config);
      const sections = [...running.values()].flatMap((job) => [...job.sections.values()]);
      metrics.failedConfigs.set({ name }, sections.filter(({ hasFailed }) => hasFailed).length);
      scheduleUpdate();
    },
    async stop() {
      cancelUpdate?.();
      for (const { sections } of running.values()) for (const { stop } of sections.values()) stop.abort();
      running.clear();
      await Promise.all(ending);
    },
  };
}
