import type { TargetGroup } from "@ferula/discovery";
import { createHttpClient, type HttpClient } from "@ferula/http";
import { formatLabels, type Labels } from "@ferula/model";
import { relabelSteps, type RelabelStep } from "@ferula/relabel";
import type { SeriesRules } from "./cache/series-maker.ts";
import type { FailureLog, FailureLogs } from "./failure-log.ts";
import { startScrapeLoop, type ScrapeLoop, type ScrapeLoopDeps } from "./loop/scrape-loop.ts";
import type { TargetHealth } from "./loop/scraper.ts";
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

/**
 * A pool without targets. `knownHealth` tells of those that another pool scraped before. Throws an HttpClientError when the certificates
 * of the job can't be used.
 */
export function createScrapePool(
  config: ScrapeConfig,
  deps: ScrapePoolDeps,
  knownHealth: ReadonlyMap<string, TargetHealth> = new Map(),
): ScrapePool {
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
      .catch((error: unknown) => logger.error("A scrape loop could not be ended", { target: loop.target.url, err: error }))
      .finally(() => retiring.delete(loop));
    retiring.set(loop, retired);
  }

  function findTargets(groups: readonly TargetGroup[]): ReadonlyMap<string, Target> {
    const wanted = new Map<string, Target>();
    const droppedTargets: DroppedTarget[] = [];
    metrics.syncFailed.inc(job, 0);
    for (const group of groups) {
      const found = targetsOfGroup(group, config);
      for (const target of found.targets) wanted.set(target.key, target);
      droppedTargets.push(...found.dropped);
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
        loop = startScrapeLoop(target, config, { ...rules, targetLabels: target.labels }, ofLoop, knownHealth.get(key));
        loops.set(key, loop);
      }
      loop.rediscover(target);
      loop.forceError(limitError);
    }
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
