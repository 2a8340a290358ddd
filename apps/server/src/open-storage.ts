import type { Registry } from "@ferula/client";
import { nodeFiles } from "@ferula/files";
import type { SharedMemory } from "@ferula/kernels";
import type { Logger } from "@ferula/logging";
import type { WalReplayView } from "@ferula/query-api";
import { openDb, type Db, type ReplayProgress } from "@ferula/tsdb";
import type { Values } from "./flags/flags.ts";
import { createSyncMetric, registerStorage } from "./storage-metrics.ts";

/** What the storage is opened with. */
export interface StorageOptions {
  readonly values: Values;
  readonly shared: SharedMemory;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Told as the log is replayed. */
  readonly onReplay: (view: WalReplayView) => void;
}

/** Opens the database as the flags say, and registers its metrics. Fails as `openDb` does. */
export async function openStorage({ values, shared, registry, logger, onReplay }: StorageOptions): Promise<Db> {
  const walSegmentBytes = values["storage.tsdb.wal-segment-size"];
  const db = await openDb({
    dir: values["storage.tsdb.path"].replace(/(.)\/+$/, "$1"),
    files: nodeFiles,
    shared,
    logger: logger.with({ component: "tsdb" }),
    walFsync: values["storage.tsdb.wal-fsync"],
    chunkRangeMs: values["storage.tsdb.min-block-duration"],
    samplesPerChunk: values["storage.tsdb.samples-per-chunk"],
    noLockfile: values["storage.tsdb.no-lockfile"],
    onWalSync: createSyncMetric(registry),
    onReplayProgress: replayTeller(onReplay),
    ...(walSegmentBytes === 0 ? {} : { walSegmentBytes }),
  });
  registerStorage(db, registry);
  return db;
}

/** Upstream counts segments from the first that it reads. */
function replayTeller(tell: (view: WalReplayView) => void): (progress: ReplayProgress) => void {
  let min: number | undefined;
  return ({ segment, lastSegment }) => {
    min ??= segment;
    tell({ min, max: lastSegment, current: segment });
  };
}
