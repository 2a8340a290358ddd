import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { getHeapStatistics } from "node:v8";
import { formatDuration, formatGoFloat, formatRfc3339 } from "@ferula/durations";
import { formatSize } from "@ferula/flags";
import type { AdminPort, StatusPort } from "@ferula/query-api";
import { metaFields, type Db, type RetentionLimits } from "@ferula/tsdb";
import type { LastReload } from "./configuration.ts";
import { versionInfo } from "./version.ts";

/** Where the numbers come from. */
export interface StatusDeps {
  readonly db: Pick<Db, "replayed" | "stats" | "blocks">;
  /** The configuration in force, as YAML. */
  readonly config: () => string;
  readonly flags: ReadonlyMap<string, string>;
  readonly startedMs: number;
  readonly nowMs: () => number;
  readonly lastReload: () => LastReload;
  /** `runtime.gogc` of the configuration in force. */
  readonly gogc: () => number;
  /** What is kept. */
  readonly retention: () => RetentionLimits;
  /** Threads that evaluate queries. */
  readonly workerCount: number;
  /** The server's own metrics. */
  readonly selfMetrics: NonNullable<StatusPort["selfMetrics"]>;
}

/** What upstream tells of an empty head: its time begins at the end of all time and ends at its beginning. */
const LAST_MS = 2n ** 63n - 1n;
const FIRST_MS = -(2n ** 63n);

/** What the API's status pages show. */
export function statusView({
  db,
  config,
  flags,
  startedMs,
  nowMs,
  lastReload,
  gogc,
  retention,
  workerCount,
  selfMetrics,
}: StatusDeps): StatusPort {
  return {
    config,
    flags: () => flags,
    selfMetrics,
    buildInfo: () => {
      const { version, revision, branch, buildUser, buildDate } = versionInfo;
      return { version, revision, branch, buildUser, buildDate, goVersion: process.version };
    },
    runtimeInfo: () => ({
      startTime: formatRfc3339(startedMs),
      CWD: process.cwd(),
      hostname: hostname(),
      serverTime: formatRfc3339(nowMs()),
      reloadConfigSuccess: lastReload().successful,
      // Upstream takes it from a metric, in whole seconds.
      lastConfigTime: formatRfc3339(Math.trunc(lastReload().timeMs / 1000) * 1000),
      corruptionCount: db.replayed.corruptions,
      // Threads: what upstream counts are Go's own.
      goroutineCount: workerCount + 1,
      GOMAXPROCS: workerCount + 1,
      // What the heap of this process may hold.
      GOMEMLIMIT: getHeapStatistics().heap_size_limit,
      GOGC: gogc() < 0 ? "off" : String(gogc()),
      GODEBUG: process.env["GODEBUG"] ?? "",
      storageRetention: retentionText(retention()),
    }),
    tsdb(limit) {
      const { numSeries, numLabelPairs, chunkCount, minTimeMs, maxTimeMs, ...tables } = db.stats(limit);
      return {
        headStats: { numSeries, numLabelPairs, chunkCount, minTime: minTimeMs ?? LAST_MS, maxTime: maxTimeMs ?? FIRST_MS },
        ...tables,
      };
    },
    blocks: () => db.blocks().map(metaFields),
  };
}

/** As upstream's status page says it: `15d or 512MiB`. */
function retentionText({ durationMs = 0, sizeBytes = 0, percentage = 0 }: RetentionLimits): string {
  const limits = [
    ...(durationMs === 0 ? [] : [formatDuration(durationMs)]),
    ...(sizeBytes === 0 ? [] : [formatSize(sizeBytes)]),
    ...(percentage === 0 ? [] : [`${formatGoFloat(percentage)}%`]),
  ];
  return limits.join(" or ");
}

/** What the admin API does to the database in the folder `dir`. */
export function adminView({ deleteSeries, cleanTombstones, snapshot }: Pick<Db, keyof AdminPort>, dir: string): AdminPort {
  const snapshots = join(dir, "snapshots");
  return {
    deleteSeries,
    cleanTombstones,
    async snapshot(name, withHead) {
      await mkdir(snapshots, { recursive: true });
      await snapshot(join(snapshots, name), withHead);
    },
  };
}
