import type { RetentionSection, ServerConfig } from "@ferula/server-config";
import type { TsdbOptions, TsdbSettings } from "@ferula/tsdb";
import type { StorageFeatures } from "./enabled-features.ts";
import type { Values } from "./flags/flags.ts";

type StorageSection = ServerConfig["storage"];

/** What is kept where neither flags nor the configuration say anything (cmd/prometheus/main.go). */
const DEFAULT_RETENTION_MS = 15 * 24 * 3_600_000;

/** Where exemplars are on and the configuration does not say how many (config/config.go `DefaultExemplarsConfig`). */
const DEFAULT_EXEMPLARS = 100_000;

/** What the flags and features say of the database, see `TsdbOptions`. */
export function storageOptions(values: Values, features: StorageFeatures, section: StorageSection): Partial<TsdbOptions> {
  const walSegmentBytes = values["storage.tsdb.wal-segment-size"];
  const blockSegmentBytes = values["storage.tsdb.max-block-chunk-segment-size"];
  const maxBlockMs = values["storage.tsdb.max-block-duration"];
  return {
    walFsync: values["storage.tsdb.wal-fsync"],
    chunkRangeMs: values["storage.tsdb.min-block-duration"],
    samplesPerChunk: values["storage.tsdb.samples-per-chunk"],
    noLockfile: values["storage.tsdb.no-lockfile"],
    mergesOverlaps: values["storage.tsdb.allow-overlapping-compaction"],
    reloadIntervalMs: Math.max(values["storage.tsdb.block-reload-interval"], LEAST_RELOAD_MS),
    snapshotOnClose: features.memorySnapshot,
    logsMetadata: features.metadataRecords,
    floatEncoding: floatEncoding(features, section),
    ...(walSegmentBytes === 0 ? {} : { walSegmentBytes }),
    ...(blockSegmentBytes === 0 ? {} : { blockSegmentBytes }),
    ...(maxBlockMs === 0 ? {} : { maxBlockMs }),
  };
}

/** Upstream's least (tsdb/db.go `validateOpts`). */
const LEAST_RELOAD_MS = 1000;

/** What the configuration says of the database, with the flags where it is silent, see `TsdbSettings`. */
export function storageSettings(values: Values, features: StorageFeatures, { tsdb, exemplars }: StorageSection): Required<TsdbSettings> {
  return {
    retention: retentionOf(values, tsdb.retention),
    outOfOrderWindowMs: tsdb.out_of_order_time_window,
    staleSeriesThreshold: tsdb.stale_series_compaction_threshold,
    exemplarLimit: features.exemplarStorage ? (exemplars?.max_exemplars ?? DEFAULT_EXEMPLARS) : 0,
  };
}

/** Throws for an encoding that the features don't allow, as upstream does. */
function floatEncoding({ xor2Encoding }: StorageFeatures, { tsdb }: StorageSection): "xor" | "xor2" {
  const { floats } = tsdb.chunk_encoding;
  if (floats === "xor2" && !xor2Encoding) {
    throw new Error("'storage.tsdb.chunk_encoding.floats: xor2' requires the xor2-encoding feature flag to be enabled at startup");
  }
  if (floats !== "") return floats;
  return xor2Encoding ? "xor2" : "xor";
}

/** A section that sets anything goes before the flags. */
function retentionOf(values: Values, { time, size, percentage }: RetentionSection): Required<TsdbSettings>["retention"] {
  if (time > 0 || size > 0 || percentage > 0) return { durationMs: time, sizeBytes: size, percentage };
  const flagMs = values["storage.tsdb.retention.time"];
  const sizeBytes = values["storage.tsdb.retention.size"];
  return { durationMs: flagMs === 0 && sizeBytes === 0 ? DEFAULT_RETENTION_MS : flagMs, sizeBytes, percentage: 0 };
}
