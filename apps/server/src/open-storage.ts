import type { Registry } from "@ferula/client";
import { formatDuration } from "@ferula/durations";
import { nodeFiles } from "@ferula/files";
import { formatSize } from "@ferula/flags";
import type { SharedMemory } from "@ferula/kernels";
import type { Logger } from "@ferula/logging";
import type { WalReplayView } from "@ferula/query-api";
import type { ServerConfig } from "@ferula/server-config";
import { openDb, type Db, type ReplayProgress } from "@ferula/tsdb";
import { readStorageFeatures } from "./enabled-features.ts";
import type { Values } from "./flags/flags.ts";
import {
  floatEncoding,
  retentionOf,
  type RetentionSettings,
  storageOptions,
  storageSettings,
  type StorageFlags,
} from "./storage-options.ts";
import { warnOfStorageFlags } from "./storage-checks.ts";
import { createSyncMetric, registerStorage } from "./storage-metrics.ts";

/** What the storage is opened with. */
export interface StorageOptions {
  readonly flags: StorageFlags;
  /** That of the start. */
  readonly config: ServerConfig;
  readonly shared: SharedMemory;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Told as the log is replayed. */
  readonly onReplay: (view: WalReplayView) => void;
}

/** Opens the database as the flags say, and registers its metrics. Fails as `openDb` does. */
export async function openStorage({ flags, config, shared, registry, logger, onReplay }: StorageOptions): Promise<Db> {
  const { values } = flags;
  const features = readStorageFeatures(values["enable-feature"]);
  warnOfStorageFlags(values, features, logger);
  const db = await openDb({
    dir: values["storage.tsdb.path"].replace(/(.)\/+$/, "$1"),
    files: nodeFiles,
    shared,
    logger: logger.with({ component: "tsdb" }),
    ...storageOptions(flags, features, config.storage),
    ...storageSettings(values, features, config.storage),
    onWalSync: createSyncMetric("wal", registry),
    onWblSync: createSyncMetric("out_of_order_wbl", registry),
    onReplayProgress: replayTeller(onReplay),
  });
  registerStorage(db, registry);
  return db;
}

/** What the database that is configured was opened with, and where is told what changes and what can't be changed any more. */
export interface OpenedStorage {
  readonly db: Pick<Db, "configure">;
  readonly values: Values;
  readonly initial: ServerConfig;
  readonly logger: Logger;
}

/**
 * Makes what puts into force what a configuration says of the database, and tells of a retention that is another than before. It throws for an
 * encoding of floats that the features don't allow.
 */
export function storageConfigurer({ db, values, initial, logger }: OpenedStorage): (config: ServerConfig) => void {
  const features = readStorageFeatures(values["enable-feature"]);
  let last: RetentionSettings = { durationMs: 0, sizeBytes: 0, percentage: 0 };
  return ({ storage }) => {
    if (floatEncoding(features, storage) !== floatEncoding(features, initial.storage)) {
      logger.warn("storage.tsdb.chunk_encoding.floats was changed: it takes effect with the next start");
    }
    const settings = storageSettings(values, features, storage);
    db.configure(settings);
    const { durationMs, sizeBytes, percentage } = settings.retention;
    if (durationMs === last.durationMs && sizeBytes === last.sizeBytes && percentage === last.percentage) return;
    logger.info("TSDB retention updated", { duration: formatDuration(durationMs), size: formatSize(sizeBytes), percentage });
    last = { durationMs, sizeBytes, percentage };
  };
}

/** What is kept by the flags and a configuration. */
export function retentionInForce(values: Values, { storage }: ServerConfig): RetentionSettings {
  return retentionOf(values, storage.tsdb.retention);
}

/** Upstream counts segments from the first that it reads. */
function replayTeller(tell: (view: WalReplayView) => void): (progress: ReplayProgress) => void {
  let min: number | undefined;
  return ({ segment, lastSegment }) => {
    min ??= segment;
    tell({ min, max: lastSegment, current: segment });
  };
}
