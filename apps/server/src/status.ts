import { hostname } from "node:os";
import { formatRfc3339 } from "@ferula/durations";
import type { StatusPort } from "@ferula/query-api";
import type { Db } from "@ferula/tsdb";
import { versionInfo } from "./version.ts";

export interface StatusDeps {
  readonly db: Db;
  readonly config: () => string;
  readonly flags: ReadonlyMap<string, string>;
  readonly startedMs: number;
  readonly nowMs: () => number;
  readonly lastReload: () => { readonly successful: boolean; readonly timeMs: number };
  readonly workerCount: number;
}

/** What the API's status pages show. */
export function statusView({ db, config, flags, startedMs, nowMs, lastReload, workerCount }: StatusDeps): StatusPort {
  return {
    config,
    flags: () => flags,
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
      lastConfigTime: formatRfc3339(lastReload().timeMs),
      corruptionCount: db.replayed.corruptions,
      // Threads: what upstream counts are Go's own.
      goroutineCount: workerCount + 1,
      GOMAXPROCS: workerCount + 1,
      GOMEMLIMIT: 0,
      GOGC: "",
      GODEBUG: "",
      storageRetention: "",
    }),
    tsdb(limit) {
      const { numSeries, numLabelPairs, chunkCount, minTimeMs, maxTimeMs, ...tables } = db.stats(limit);
      return { headStats: { numSeries, numLabelPairs, chunkCount, minTime: minTimeMs ?? 0, maxTime: maxTimeMs ?? 0 }, ...tables };
    },
    walReplay: () => ({ min: 0, max: 0, current: 0 }),
  };
}
