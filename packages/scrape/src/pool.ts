import type { TargetGroup } from "@ferula/discovery";
import { createHttpClient, type HttpClient } from "@ferula/http";
import { formatLabels, labelsKey, type Labels } from "@ferula/model";
import { relabelSteps, type RelabelStep } from "@ferula/relabel";
import type { SeriesRules } from "./cache/series-maker.ts";
import type { FailureLog, FailureLogs } from "./failure-log.ts";
import { startScrapeLoop, type ScrapeLoop, type ScrapeLoopDeps } from "./loop/scrape-loop.ts";
import { UNKNOWN_HEALTH, type TargetHealth } from "./loop/scraper.ts";
import type { Inheritance } from "./loop/target-state.ts";
import type { ScrapeConfig } from "./scrape-config.ts";
import { targetsOfGroup, type DroppedTarget, type Target } from "./target/target.ts";

/** The targets of one job and the loops that scrape them. */
export interface ScrapePool {
  readonly config: ScrapeConfig;
  /** Starts loops for targets that are new, and retires those of targets that went. */
  readonly sync: (groups: readonly TargetGroup[]) => void;
  readonly loops: () => readonly ScrapeLoop[];
  /** What the job's rules make of a target's labels before relabelling, one step a rule. */
  readonly relabelSteps: (discoveredLabels: Labels) => readonly RelabelStep[];
  /** As many as are kept, and how many there are. */
  readonly dropped: () => { readonly targets: readonly DroppedTarget[]; readonly count: number };
  /** Ends the loop of a target that is scraped alike, under the same labels, and leaves to a successor what it knows; undefined without one. */
  readonly handOver: (target: Target) => Inheritance | undefined;
  /** Ends all loops at once; the series stay live. */
  readonly stop: () => Promise<void>;
  /** Retires all loops, see `ScrapeLoop.retire`. `stop` cuts it short. */
  readonly retire: (successorIntervalMs?: number) => Promise<void>;
}

/** What a pool works with. */
export interface ScrapePoolDeps extends Omit<ScrapeLoopDeps, "client" | "failureLog"> {
  readonly userAgent: string;
  /** The logs of failed scrapes that are open now, by the jobs' word for their files. */
  readonly failureLogs: Pick<FailureLogs, "at">;
}

/** What a pool knows of targets that another one scraped before. */
export interface Predecessor {
  /** How they fared, by key. */
  readonly health: ReadonlyMap<string, TargetHealth>;
  /** Leaves what is known of a target to this pool, see `ScrapePool.handOver`; absent where it is of no use to this one. */
  readonly handOver?: ScrapePool["handOver"];
}

/**
 * A pool without targets. `before` tells of those that another pool scraped before. Throws an HttpClientError when the certificates
 * of the job can't be used.
 */
export function createScrapePool(config: ScrapeConfig, deps: ScrapePoolDeps, before: Predecessor = { health: new Map() }): ScrapePool {
  /** Until the first targets are known: a pool must not hold on to all that were before it, and a target that comes back later is new. */
  let { health: knownHealth, handOver: inherit } = before;
  const { logger, metrics, userAgent } = deps;
  const job = { scrape_job: config.job_name };
  const rules: Omit<SeriesRules, "targetLabels"> = {
    honorLabels: config.honor_labels,
    metricRelabel: config.metric_relabel_configs,
    labelLimit: config.label_limit,
    labelNameLengthLimit: config.label_name_length_limit,
    labelValueLengthLimit: config.label_value_length_limit,
    typeAndUnitLabels: deps.options.typeAndUnitLabels,
    legacyNames: config.metric_name_validation_scheme === "legacy",
  };
  const client = createHttpClient(config, { userAgent });
  const socketClients = new Map<string, HttpClient>();
  const loops = new Map<string, ScrapeLoop>();
  /** The keys of loops, once a successor asks for what they know. */
  let bySeries: ReadonlyMap<string, string> | undefined;
  /** Loops of targets that went, until their series have ended. */
  const retiring = new Map<ScrapeLoop, Promise<void>>();
  let dropped: { readonly targets: readonly DroppedTarget[]; readonly count: number } = { targets: [], count: 0 };
  metrics.poolTargetLimit.set(job, config.target_limit);
  metrics.poolSymbols.set(job, 0);

  function failureLog(): FailureLog | undefined {
    return deps.failureLogs.at(config.scrape_failure_log_file);
  }

  function clientFor({ socketPath }: Target): HttpClient {
    if (socketPath === undefined) return client;
    const known = socketClients.get(socketPath) ?? createHttpClient(config, { userAgent, socketPath });
    socketClients.set(socketPath, known);
    return known;
  }

  function retireLoop(loop: ScrapeLoop, successorIntervalMs?: number): void {
    const retired = loop
      .retire(successorIntervalMs)
      .finally(() => retiring.delete(loop))
      .then(() => forgetSocket(loop.target))
      .catch((error: unknown) => logger.error("A scrape loop could not be ended", { target: loop.target.url, err: error }));
    retiring.set(loop, retired);
  }

  /** Closes the client of a socket that no target is left at: discovery may find ever new ones. */
  async function forgetSocket({ socketPath }: Target): Promise<void> {
    const left = socketPath === undefined ? undefined : socketClients.get(socketPath);
    if (socketPath === undefined || left === undefined) return;
    for (const loop of [...loops.values(), ...retiring.keys()]) if (loop.target.socketPath === socketPath) return;
    socketClients.delete(socketPath);
    await left.close();
  }

  function findTargets(groups: readonly TargetGroup[]): ReadonlyMap<string, Target> {
    const wanted = new Map<string, Target>();
    const droppedTargets: DroppedTarget[] = [];
    metrics.syncFailed.inc(job, 0);
    for (const group of groups) {
      const found = targetsOfGroup(group, config);
      for (const target of found.targets) wanted.set(target.key, target);
      for (const target of found.dropped) droppedTargets.push(target);
      for (const problem of found.problems) {
        metrics.syncFailed.inc(job);
        logger.error("Creating target failed", { job: config.job_name, err: problem });
      }
    }
    const keep = config.keep_dropped_targets;
    dropped = { targets: keep > 0 ? droppedTargets.slice(0, keep) : droppedTargets, count: droppedTargets.length };
    return wanted;
  }

  /** With more targets than the limit, none is scraped: to choose some would be arbitrary. */
  function targetLimitError(targetCount: number): string | undefined {
    const limit = config.target_limit;
    if (limit === 0 || targetCount <= limit) return undefined;
    metrics.targetLimitExceeded.inc();
    return `target_limit exceeded (number of targets: ${targetCount}, limit: ${limit})`;
  }

  function sync(groups: readonly TargetGroup[]): void {
    const startedMs = performance.now();
    const wanted = findTargets(groups);
    const limitError = targetLimitError(wanted.size);
    for (const [key, loop] of loops) {
      if (wanted.has(key)) continue;
      loops.delete(key);
      retireLoop(loop);
    }
    for (const [key, target] of wanted) {
      let loop = loops.get(key);
      if (loop === undefined) {
        logger.debug("Target found", { url: target.url, labels: formatLabels(target.labels) });
        const ofLoop = { ...deps, client: clientFor(target), failureLog };
        const known = inherit?.(target) ?? { health: knownHealth.get(key) ?? UNKNOWN_HEALTH };
        loop = startScrapeLoop(target, config, { ...rules, targetLabels: target.labels }, ofLoop, known);
        loops.set(key, loop);
      }
      loop.rediscover(target);
      loop.forceError(limitError);
    }
    inherit = undefined;
    knownHealth = new Map();
    metrics.poolTargets.set(job, wanted.size);
    metrics.poolSyncs.inc(job);
    const seconds = (performance.now() - startedMs) / 1000;
    metrics.syncSeconds.observe(job, seconds);
    metrics.syncHistogram.observe(job, seconds);
  }

  async function closeClients(): Promise<void> {
    await Promise.all([client, ...socketClients.values()].map((one) => one.close()));
  }

  return {
    config,
    sync,
    loops: () => [...loops.values()],
    relabelSteps: (discoveredLabels) =>
      relabelSteps(discoveredLabels, config.relabel_configs, config.metric_name_validation_scheme || "utf8"),
    dropped: () => dropped,
    handOver(target) {
      bySeries ??= new Map([...loops].map(([key, { target: own }]) => [seriesKey(own), key]));
      const key = bySeries.get(seriesKey(target));
      const loop = key === undefined ? undefined : loops.get(key);
      if (key === undefined || loop === undefined) return undefined;
      loops.delete(key);
      const inheritance = loop.handOver();
      retiring.set(
        loop,
        inheritance.ended.finally(() => retiring.delete(loop)),
      );
      return inheritance;
    },
    async stop() {
      await Promise.all([...loops.values(), ...retiring.keys()].map((loop) => loop.stop()));
      loops.clear();
      await Promise.all(retiring.values());
      await closeClients();
    },
    async retire(successorIntervalMs) {
      for (const loop of loops.values()) retireLoop(loop, successorIntervalMs);
      loops.clear();
      await Promise.all(retiring.values());
      await closeClients();
    },
  };
}

/** The same for targets that have the same series, however often and for how long they are asked for them. */
function seriesKey({ url, socketPath = "", labels, histograms }: Target): string {
  const { native, classicToo, converted } = histograms;
  return `${url}\n${socketPath}\n${native} ${classicToo} ${converted}\n${labelsKey(labels)}`;
}
