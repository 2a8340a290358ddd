import { mappingField, printField } from "@ferula/config";
import type { DiscoveredGroups } from "@ferula/discovery";
import { formatGoDuration } from "@ferula/durations";
import { httpClientFingerprint } from "@ferula/http";
import { createScrapePool, type ScrapePool, type ScrapePoolDeps } from "./pool.ts";
import { jobShape, type ScrapeConfig } from "./scrape-config.ts";

/** All jobs. */
export interface ScrapeManager {
  /**
   * Replaces the jobs: one that is configured as before, except for where its targets come from, keeps its loops. Where a job can't be
   * set up (its certificates can't be read) it stays as it was, the others are replaced all the same, and at the end this throws.
   */
  readonly apply: (configs: readonly ScrapeConfig[]) => void;
  /** What discovery found, by job. */
  readonly sync: (groups: DiscoveredGroups) => void;
  /** By job, in order. */
  readonly pools: () => ReadonlyMap<string, ScrapePool>;
  /** Ends all loops. The series stay live: the server comes back and goes on with them. */
  readonly stop: () => Promise<void>;
}

/** What the manager works with. */
export type ScrapeManagerDeps = ScrapePoolDeps;

interface RunningPool {
  readonly pool: ScrapePool;
  readonly fingerprint: string;
}

/** A manager without jobs. */
export function createScrapeManager(deps: ScrapeManagerDeps): ScrapeManager {
  const { logger, metrics } = deps;
  const pools = new Map<string, RunningPool>();
  /** Pools that were replaced or removed, until the series of their targets have ended. */
  const retiring = new Map<ScrapePool, Promise<void>>();
  let groups: DiscoveredGroups = new Map();

  function retire(pool: ScrapePool, successorIntervalMs?: number): void {
    const retired = pool
      .retire(successorIntervalMs)
      .catch((error: unknown) => logger.error("A scrape pool could not be ended", { job: pool.config.job_name, err: error }))
      .finally(() => retiring.delete(pool));
    retiring.set(pool, retired);
  }

  function remove(job: string, { pool }: RunningPool): void {
    pools.delete(job);
    retire(pool);
    metrics.forgetJob(job);
  }

  function create(config: ScrapeConfig): ScrapePool {
    metrics.pools.inc();
    try {
      return createScrapePool(config, deps);
    } catch (error) {
      metrics.poolsFailed.inc();
      throw error;
    }
  }

  /** A pool in the place of `before`, whose loops go on with the same series: those that are still scraped will not end. */
  function replace(before: ScrapePool, config: ScrapeConfig): ScrapePool {
    const { scrape_interval: intervalMs } = config;
    const startedMs = performance.now();
    metrics.poolReloads.inc();
    try {
      const pool = createScrapePool(config, deps);
      retire(before, intervalMs);
      return pool;
    } catch (error) {
      metrics.poolReloadsFailed.inc();
      throw error;
    } finally {
      metrics.reloadSeconds.observe({ interval: formatGoDuration(intervalMs) }, (performance.now() - startedMs) / 1000);
    }
  }

  function applyJob(config: ScrapeConfig): void {
    const { job_name: job } = config;
    const fingerprint = fingerprintOf(config);
    const known = pools.get(job);
    if (known?.fingerprint === fingerprint) return;
    const pool = known === undefined ? create(config) : replace(known.pool, config);
    pools.set(job, { pool, fingerprint });
    const found = groups.get(job);
    if (found !== undefined) pool.sync(found);
  }

  return {
    pools: () => new Map([...pools].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([job, { pool }]) => [job, pool])),
    apply(configs) {
      const jobs = new Set(configs.map((config) => config.job_name));
      for (const [job, running] of pools) if (!jobs.has(job)) remove(job, running);
      const failures: string[] = [];
      for (const config of configs) {
        try {
          applyJob(config);
        } catch (error) {
          failures.push(`cannot set up scrape job "${config.job_name}": ${(error as Error).message}`);
        }
      }
      if (failures.length > 0) throw new Error(failures.join("; "));
    },
    sync(found) {
      groups = found;
      for (const [job, { pool }] of pools) pool.sync(found.get(job) ?? []);
    },
    async stop() {
      const all = [...[...pools.values()].map(({ pool }) => pool), ...retiring.keys()];
      pools.clear();
      await Promise.all(all.map((pool) => pool.stop()));
      await Promise.all(retiring.values());
    },
  };
}

/** What a pool depends on, as a text. Printed configurations mask secrets: a new password alone must make a difference, too. */
function fingerprintOf(config: ScrapeConfig): string {
  return printField(mappingField(jobShape), config) + httpClientFingerprint(config);
}
