import type { Registry } from "@ferula/client";
import { nodeFiles } from "@ferula/files";
import type { SharedMemory } from "@ferula/kernels";
import type { Logger } from "@ferula/logging";
import type { WalReplayView } from "@ferula/query-api";
import type { ServerConfig } from "@ferula/server-config";
import { openDb, type Db, type ReplayProgress, type RetentionLimits } from "@ferula/tsdb";
import { readStorageFeatures } from "./enabled-features.ts";
import type { Values } from "./flags/flags.ts";
import { storageOptions, storageSettings } from "./storage-options.ts";
import { createSyncMetric, registerStorage } from "./storage-metrics.ts";

/** What the storage is opened with. */
export interface StorageOptions {
  readonly values: Values;
  /** That of the start. */
  readonly config: ServerConfig;
  readonly shared: SharedMemory;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Told as the log is replayed. */
  readonly onReplay: (view: WalReplayView) => void;
}

/** Opens the database as the flags say, and registers its metrics. Fails as `openDb` does. */
export async function openStorage({ values, config, shared, registry, logger, onReplay }: StorageOptions): Promise<Db> {
  const features = readStorageFeatures(values["enable-feature"]);
  const db = await openDb({
    dir: values["storage.tsdb.path"].replace(/(.)\/+$/, "$1"),
    files: nodeFiles,
    shared,
    logger: logger.with({ component: "tsdb" }),
    ...storageOptions(values, features, config.storage),
    ...storageSettings(values, features, config.storage),
    onWalSync: createSyncMetric(registry),
    onReplayProgress: replayTeller(onReplay),
  });
  registerStorage(db, registry);
  return db;
}

/** Puts what a configuration says of the database into force. */
export function configureStorage(db: Pick<Db, "configure">, values: Values, { storage }: ServerConfig): void {
  db.configure(storageSettings(values, readStorageFeatures(values["enable-feature"]), storage));
}

/** What is kept by the flags and a configuration. */
export function retentionInForce(values: Values, { storage }: ServerConfig): RetentionLimits {
  return storageSettings(values, readStorageFeatures(values["enable-feature"]), storage).retention;
}

/** Upstream counts segments from the first that it reads. */
function replayTeller(tell: (view: WalReplayView) => void): (progress: ReplayProgress) => void {
  let min: number | undefined;
  return ({ segment, lastSegment }) => {
    min ??= segment;
    tell({ min, max: lastSegment, current: segment });
  };
}
