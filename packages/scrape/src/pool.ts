import { createHttpClient, type HttpClient } from "@ferula/http";
import { formatLabels } from "@ferula/model";
import type { TargetGroup } from "@ferula/discovery";
import type { SeriesRules } from "./cache/series-maker.ts";
import { startScrapeLoop, type ScrapeLoop, type ScrapeLoopDeps } from "./loop.ts";
import type { ScrapeConfig } from "./scrape-config.ts";
import { targetsOfGroup, type DroppedTarget, type Target } from "./target/target.ts";

/** The targets of one job and the loops that scrape them. */
export interface ScrapePool {
  readonly config: ScrapeConfig;
  /** Starts loops for targets that are new, and ends those of targets that went. */
  readonly sync: (groups: readonly TargetGroup[]) => void;
  readonly loops: () => readonly ScrapeLoop[];
  readonly dropped: () => { readonly targets: readonly DroppedTarget[]; readonly count: number };
  /** With `markStale` the series of all targets end. */
  readonly stop: (markStale: boolean) => Promise<void>;
}

export type ScrapePoolDeps = Omit<ScrapeLoopDeps, "client">;

export function createScrapePool(config: ScrapeConfig, deps: ScrapePoolDeps): ScrapePool {
  const { logger, metrics, userAgent } = deps;
  const client = createHttpClient(config, { userAgent });
  const socketClients = new Map<string, HttpClient>();
  const loops = new Map<string, ScrapeLoop>();
  const ending = new Set<Promise<void>>();
  let dropped: { targets: readonly DroppedTarget[]; count: number } = { targets: [], count: 0 };
  metrics.pools.inc();

  function clientFor({ socketPath }: Target): HttpClient {
    if (socketPath === undefined) return client;
    const known = socketClients.get(socketPath) ?? createHttpClient(config, { userAgent, socketPath });
    socketClients.set(socketPath, known);
    return known;
  }

  function start(target: Target): ScrapeLoop {
    const rules: SeriesRules = {
      targetLabels: target.labels,
      honorLabels: config.honor_labels,
      metricRelabel: config.metric_relabel_configs,
      labelLimit: config.label_limit,
      labelNameLengthLimit: config.label_name_length_limit,
      labelValueLengthLimit: config.label_value_length_limit,
      legacyNames: config.metric_name_validation_scheme === "legacy",
    };
    return startScrapeLoop(target, config, rules, { ...deps, client: clientFor(target) });
  }

  function end(loop: ScrapeLoop, markStale: boolean): void {
    const ended = loop.stop(markStale).catch((error: unknown) => logger.error("A scrape loop could not be ended", { target: loop.target.url, err: error }));
    ending.add(ended);
    void ended.finally(() => ending.delete(ended));
  }

  return {
    config,
    loops: () => [...loops.values()],
    dropped: () => dropped,
    sync(groups) {
      metrics.poolSyncs.inc({ scrape_job: config.job_name });
      const wanted = new Map<string, Target>();
      const droppedTargets: DroppedTarget[] = [];
      for (const group of groups) {
        const found = targetsOfGroup(group, config);
        for (const target of found.targets) wanted.set(target.key, target);
        droppedTargets.push(...found.dropped);
        for (const problem of found.problems) {
          metrics.syncFailed.inc({ scrape_job: config.job_name });
          logger.error("Creating target failed", { job: config.job_name, err: problem });
        }
      }
      const { keep_dropped_targets: keep, target_limit: limit } = config;
      dropped = { targets: keep > 0 ? droppedTargets.slice(0, keep) : droppedTargets, count: droppedTargets.length };
      if (limit > 0 && wanted.size > limit) {
        metrics.targetLimitExceeded.inc();
        logger.error("target_limit exceeded: the targets stay as they were", { job: config.job_name, targets: wanted.size, limit });
        return;
      }
      metrics.poolTargets.set({ scrape_job: config.job_name }, wanted.size);
      for (const [key, loop] of loops) {
        if (wanted.has(key)) continue;
        loops.delete(key);
        end(loop, true);
      }
      for (const [key, target] of wanted) {
        if (loops.has(key)) continue;
        logger.debug("Target found", { url: target.url, labels: formatLabels(target.labels) });
        loops.set(key, start(target));
      }
    },
    async stop(markStale) {
      for (const loop of loops.values()) end(loop, markStale);
      loops.clear();
      await Promise.all(ending);
      await Promise.all([client, ...socketClients.values()].map((one) => one.close()));
    },
  };
}
