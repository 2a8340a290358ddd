import type { Registry } from "@ferula/client";
import type { Clock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import { discoverySections, type DiscoveryConfig, type DiscoverySection } from "./discovery-config.ts";
import { discoveryMetrics } from "./discovery-metrics.ts";
import type { Discoverer } from "./provider.ts";
import { providers } from "./providers/index.ts";
import type { TargetGroup } from "./target-group.ts";
import { createThrottle } from "./throttle.ts";

/** What was found for each name (a job, an Alertmanager section), by the names that were configured. */
export type DiscoveredGroups = ReadonlyMap<string, readonly TargetGroup[]>;

/** Runs the discoverers of a configuration and passes on what they find. */
export interface DiscoveryManager {
  /**
   * Replaces the configuration. Sections that are the same, be it in several jobs, run once; they keep running, and keep what they found.
   * What the others found is passed on until those in their place have found something.
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

/** A section that one job or several ask for. */
interface RunningSection {
  readonly mechanism: string;
  readonly stop: AbortController;
  /** Never empty while it runs. The first is the one that metrics name. */
  readonly jobs: Set<string>;
  /** By source. */
  readonly groups: Map<string, TargetGroup>;
  hasEmitted: boolean;
  /** It could not be created. */
  hasFailed: boolean;
}

interface RunningJob {
  sections: ReadonlySet<RunningSection>;
  /** What sections found that the job no longer asks for, as long as one of those in their place is awaited. */
  leaving: readonly TargetGroup[];
  awaited: ReadonlySet<RunningSection>;
}

const DEFAULT_THROTTLE_MS = 5000;

/** A manager that runs nothing yet. */
export function createDiscoveryManager(deps: DiscoveryManagerDeps): DiscoveryManager {
  const { name, clock, logger, registry, userAgent, onUpdate, throttleMs = DEFAULT_THROTTLE_MS } = deps;
  const metrics = discoveryMetrics(registry);
  for (const provider of providers) if (provider.metrics !== undefined) metrics.of(provider.metrics);
  /** By fingerprint. */
  const running = new Map<string, RunningSection>();
  const jobs = new Map<string, RunningJob>();
  const ending = new Set<Promise<void>>();
  const updates = createThrottle(clock, throttleMs, update);
  metrics.failedConfigs.set({ name }, 0);
  for (const counter of [metrics.received, metrics.delayed, metrics.updates]) counter.inc({ name }, 0);

  /** Undefined when the section can't be used; that is logged, and the others run all the same. */
  function create({ mechanism, create: make }: DiscoverySection, state: RunningSection): Discoverer | undefined {
    const log = logger.with({ discovery: mechanism, config: firstOf(state.jobs) });
    try {
      return make({
        logger: log,
        clock,
        metrics,
        userAgent,
        random: Math.random,
        get jobName() {
          return firstOf(state.jobs);
        },
      });
    } catch (error) {
      log.error("Cannot create service discovery", { err: error });
      return undefined;
    }
  }

  async function run(section: DiscoverySection, state: RunningSection): Promise<void> {
    const { signal } = state.stop;
    const discoverer = create(section, state);
    if (discoverer === undefined) {
      state.hasFailed = true;
      return arrived(state);
    }
    const emit = (found: readonly TargetGroup[]): void => {
      if (signal.aborted) return;
      metrics.received.inc({ name });
      for (const group of found) {
        if (group.targets.length > 0) state.groups.set(group.source, group);
        else state.groups.delete(group.source);
      }
      arrived(state);
      updates.request();
    };
    try {
      await discoverer.run(emit, signal);
    } catch (error) {
      logger.error("A discoverer has failed", { discovery: state.mechanism, config: firstOf(state.jobs), err: error });
      arrived(state);
    }
  }

  /** Nobody has to wait for the section any more. */
  function arrived(state: RunningSection): void {
    state.hasEmitted = true;
    for (const jobName of state.jobs) {
      const job = jobs.get(jobName);
      if (job !== undefined && job.awaited.has(state)) awaitOnly(job, [...job.awaited]);
    }
  }

  function start(section: DiscoverySection, state: RunningSection): void {
    const ended = run(section, state).finally(() => ending.delete(ended));
    ending.add(ended);
  }

  /** The sections that are to run, each with those that ask for it. Those that are new have their place, but are not started. */
  function place(wanted: ReadonlyMap<string, Wanted>): readonly (() => void)[] {
    for (const [fingerprint, state] of running) {
      // One that could not be created is tried again.
      if (wanted.has(fingerprint) && !state.hasFailed) continue;
      state.stop.abort();
      running.delete(fingerprint);
    }
    const starts: (() => void)[] = [];
    for (const [fingerprint, { section, jobNames }] of wanted) {
      const known = running.get(fingerprint);
      const state = known ?? newSection(section.mechanism);
      for (const jobName of state.jobs) if (!jobNames.has(jobName)) state.jobs.delete(jobName);
      for (const jobName of jobNames) state.jobs.add(jobName);
      if (known !== undefined) continue;
      running.set(fingerprint, state);
      starts.push(() => start(section, state));
    }
    return starts;
  }

  function applyJob(jobName: string, wanted: readonly DiscoverySection[]): void {
    const job = jobs.get(jobName) ?? { sections: new Set(), leaving: [], awaited: new Set() };
    const sections = new Set(wanted.map(({ fingerprint }) => running.get(fingerprint) as RunningSection));
    const gone = [...job.sections].filter((section) => !sections.has(section));
    const fresh = [...sections].filter((section) => !job.sections.has(section));
    job.sections = sections;
    if (fresh.length > 0) job.leaving = [...job.leaving, ...gone.flatMap(({ groups }) => [...groups.values()])];
    awaitOnly(job, [...job.awaited, ...fresh]);
    jobs.set(jobName, job);
  }

  function update(): void {
    const found = new Map<string, readonly TargetGroup[]>();
    for (const [jobName, { sections, leaving }] of jobs) {
      const groups = [...[...sections].flatMap(({ groups }) => [...groups.values()]), ...leaving];
      found.set(jobName, groups);
      metrics.targets.set(
        { name, config: jobName },
        groups.reduce((sum, { targets }) => sum + targets.length, 0),
      );
      metrics.lastUpdate.set({ name, config: jobName }, clock.nowMs() / 1000);
    }
    metrics.updates.inc({ name });
    onUpdate(found);
  }

  /** What metrics of refreshes name at present. */
  function refreshLabels(): ReadonlyMap<string, RefreshLabels> {
    const all = [...running.values()].map(({ mechanism, jobs }) => ({ mechanism, config: firstOf(jobs) }));
    return new Map(all.map((labels) => [JSON.stringify(labels), labels]));
  }

  function forgetRefreshes(before: ReadonlyMap<string, RefreshLabels>): void {
    const now = refreshLabels();
    for (const [key, labels] of before) {
      if (now.has(key)) continue;
      metrics.refresh.failures.remove(labels);
      metrics.refresh.seconds.remove(labels);
    }
  }

  function forgetJob(jobName: string): void {
    jobs.delete(jobName);
    for (const gauge of [metrics.targets, metrics.lastUpdate]) gauge.remove({ name, config: jobName });
  }

  return {
    apply(configs) {
      const before = refreshLabels();
      const sectionsByJob = [...configs].map(([jobName, config]) => [jobName, discoverySections(config)] as const);
      const starts = place(wantedOf(sectionsByJob));
      for (const jobName of jobs.keys()) if (!configs.has(jobName)) forgetJob(jobName);
      for (const [jobName, sections] of sectionsByJob) applyJob(jobName, sections);
      forgetRefreshes(before);
      // All have their place before the first one runs: some emit at once.
      for (const start of starts) start();
      const failed = [...running.values()].filter(({ hasFailed }) => hasFailed);
      metrics.failedConfigs.set(
        { name },
        failed.reduce((sum, section) => sum + section.jobs.size, 0),
      );
      updates.request();
    },
    async stop() {
      updates.cancel();
      for (const { stop } of running.values()) stop.abort();
      running.clear();
      jobs.clear();
      await Promise.all(ending);
    },
  };
}

interface RefreshLabels {
  readonly mechanism: string;
  readonly config: string;
}

/** A section, and the jobs that ask for it. */
interface Wanted {
  readonly section: DiscoverySection;
  readonly jobNames: Set<string>;
}

function wantedOf(sectionsByJob: readonly (readonly [jobName: string, sections: readonly DiscoverySection[]])[]): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const [jobName, sections] of sectionsByJob) {
    for (const section of sections) {
      const known = wanted.get(section.fingerprint);
      if (known === undefined) wanted.set(section.fingerprint, { section, jobNames: new Set([jobName]) });
      else known.jobNames.add(jobName);
    }
  }
  return wanted;
}

function newSection(mechanism: string): RunningSection {
  return { mechanism, stop: new AbortController(), jobs: new Set(), groups: new Map(), hasEmitted: false, hasFailed: false };
}

/** Of `sections`, those are awaited that the job asks for and that have found nothing yet. What is leaving is gone when there are none. */
function awaitOnly(job: RunningJob, sections: readonly RunningSection[]): void {
  job.awaited = new Set(sections.filter((section) => job.sections.has(section) && !section.hasEmitted));
  if (job.awaited.size === 0) job.leaving = [];
}

function firstOf(jobs: ReadonlySet<string>): string {
  const [first] = jobs;
  return first;
}
