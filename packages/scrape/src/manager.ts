import { mappingField, printField } from "@ferula/config";
import type { DiscoveredGroups } from "@ferula/discovery";
import { formatGoDuration } from "@ferula/durations";
import { httpClientFingerprint, httpClientShape } from "@ferula/http";
import { createFailureLogs, type OpenFailureLog } from "./failure-log.ts";
import type { TargetHealth } from "./loop/scraper.ts";
import type { MetadataSize } from "./metrics.ts";
import { createScrapePool, type ScrapePool, type ScrapePoolDeps } from "./pool.ts";
import { jobShape, type ScrapeConfig } from "./scrape-config.ts";

/** All jobs. */
export interface ScrapeManager {
  /**
   * Replaces the jobs: one that is configured as before, except for where its targets come from, keeps its loops. Where a job can't be
   * set up (its certificates can't be read) it stays as it was, the others are replaced all the same, and at the end this throws. Where a
   * log of failed scrapes can't be opened, all stays as it was. Logs are opened anew each time.
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
export interface ScrapeManagerDeps extends Omit<ScrapePoolDeps, "failureLogs"> {
  readonly openFailureLog: OpenFailureLog;
}

interface RunningPool {
  readonly pool: ScrapePool;
  readonly fingerprint: string;
}

/** A manager without jobs. */
export function createScrapeManager(managerDeps: ScrapeManagerDeps): ScrapeManager {
  const { logger, metrics } = managerDeps;
  const failureLogs = createFailureLogs(managerDeps.openFailureLog);
  const deps: ScrapePoolDeps = { ...managerDeps, failureLogs };
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
      const isSame = seriesFingerprintOf(before.config) === seriesFingerprintOf(config);
      return createScrapePool(config, deps, { health: healthOf(before), ...(isSame && { handOver: before.handOver }) });
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
    // Only now: the new pool has taken over what it goes on with.
    if (known !== undefined) retire(known.pool, config.scrape_interval);
  }

  metrics.watchMetadata(() => [...pools].map(([job, { pool }]) => metadataSize(job, pool)));

  return {
    pools: () => new Map([...pools].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([job, { pool }]) => [job, pool])),
    apply(configs) {
      failureLogs.open(configs.map((config) => config.scrape_failure_log_file));
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
      failureLogs.close();
    },
  };
}

function metadataSize(job: string, pool: ScrapePool): MetadataSize {
  const all = pool.loops().map(({ metadata }) => metadata());
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return { job, entries: sum(all.map(({ length }) => length())), bytes: sum(all.map(({ sizeBytes }) => sizeBytes())) };
}

/** How the targets of a pool fare, by key: what is still scraped by its successor is not unknown. */
function healthOf(pool: ScrapePool): ReadonlyMap<string, TargetHealth> {
  return new Map(pool.loops().map((loop) => [loop.target.key, loop.health()]));
}

/** What a pool depends on, as a text. Printed configurations mask secrets: a new password alone must make a difference, too. */
function fingerprintOf(config: ScrapeConfig): string {
  return printField(mappingField(jobShape), config) + httpClientFingerprint(config);
}

/** Settings that change how a target is asked, and not which series are made of what it answers (scrape/scrape.go `zeroConfig`). */
const ASKING: ReadonlySet<string> = new Set(["scrape_interval", "scrape_timeout", "sample_limit", ...Object.keys(httpClientShape)]);

const seriesShape = Object.fromEntries(Object.entries(jobShape).filter(([name]) => !ASKING.has(name))) as Partial<typeof jobShape>;

/** What the series of a job depend on, as a text. */
function seriesFingerprintOf(config: ScrapeConfig): string {
  return printField(mappingField(seriesShape as typeof jobShape), config);
}
