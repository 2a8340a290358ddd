import { printField, mappingField } from "@ferula/config";
import type { DiscoveredGroups } from "@ferula/discovery";
import { createScrapePool, type ScrapePool, type ScrapePoolDeps } from "./pool.ts";
import { scrapeConfigShape, type ScrapeConfig } from "./scrape-config.ts";

/** All jobs. */
export interface ScrapeManager {
  /** Replaces the jobs: one that is configured as before keeps its targets and their loops. */
  readonly apply: (configs: readonly ScrapeConfig[]) => void;
  /** What discovery found, by job. */
  readonly sync: (groups: DiscoveredGroups) => void;
  /** By job, in order. */
  readonly pools: () => ReadonlyMap<string, ScrapePool>;
  /** Ends all loops. The series stay live: the server comes back and goes on with them. */
  readonly stop: () => Promise<void>;
}

export type ScrapeManagerDeps = ScrapePoolDeps;

export function createScrapeManager(deps: ScrapeManagerDeps): ScrapeManager {
  const pools = new Map<string, { readonly pool: ScrapePool; readonly printed: string }>();
  const ending = new Set<Promise<void>>();
  let groups: DiscoveredGroups = new Map();

  function end(pool: ScrapePool, markStale: boolean): void {
    const ended = pool.stop(markStale);
    ending.add(ended);
    void ended.finally(() => ending.delete(ended));
  }

  return {
    pools: () => new Map([...pools].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([job, { pool }]) => [job, pool])),
    apply(configs) {
      const wanted = new Map(configs.map((config) => [config.job_name, config]));
      for (const [job, { pool }] of pools) {
        if (wanted.has(job)) continue;
        pools.delete(job);
        end(pool, true);
      }
      for (const [job, config] of wanted) {
        const printed = printField(mappingField(scrapeConfigShape), config as never);
        const known = pools.get(job);
        if (known?.printed === printed) continue;
        // The new loops of the same targets go on with the same series: they must not end.
        if (known !== undefined) end(known.pool, false);
        const pool = createScrapePool(config, deps);
        pools.set(job, { pool, printed });
        const found = groups.get(job);
        if (found !== undefined) pool.sync(found);
      }
    },
    sync(found) {
      groups = found;
      for (const [job, { pool }] of pools) pool.sync(found.get(job) ?? []);
    },
    async stop() {
      for (const { pool } of pools.values()) end(pool, false);
      pools.clear();
      await Promise.all(ending);
    },
  };
}

