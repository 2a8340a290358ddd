import type { RetentionSection, ServerConfig } from "@ferula/server-config";
import type { TsdbOptions, TsdbSettings } from "@ferula/tsdb";
import type { StorageFeatures } from "./enabled-features.ts";
import type { Values } from "./flags/flags.ts";
import { DEFAULT_BLOCK_MS, DEFAULT_CHUNK_SAMPLES, DEFAULT_DELAY_PERCENT } from "./flags/storage-flags.ts";
import type { Settings } from "./settings.ts";

type StorageSection = ServerConfig["storage"];

/** What is kept where neither flags nor the configuration say anything (cmd/prometheus/main.go). */
const DEFAULT_RETENTION_MS = 15 * 24 * 3_600_000;

/** Where exemplars are on and the configuration does not say how many (config/config.go `DefaultExemplarsConfig`). */
export const DEFAULT_EXEMPLARS = 100_000;

/** What is kept, see `TsdbSettings`. */
export type RetentionSettings = Required<NonNullable<TsdbSettings["retention"]>>;

/** A command line, as far as the database is told by it. */
export type StorageFlags = Pick<Settings, "values" | "setByUser">;

/**
 * What the flags and features say of the database, see `TsdbOptions`. Throws for an encoding of floats that the features don't allow, see
 * `floatEncoding`.
 */
export function storageOptions(flags: StorageFlags, features: StorageFeatures, section: StorageSection): Partial<TsdbOptions> {
  const { values } = flags;
  const walSegmentBytes = values["storage.tsdb.wal-segment-size"];
  const blockSegmentBytes = values["storage.tsdb.max-block-chunk-segment-size"];
  const maxBlockMs = values["storage.tsdb.max-block-duration"];
  const samplesPerChunk = values["storage.tsdb.samples-per-chunk"];
  return {
    walFsync: values["storage.tsdb.wal-fsync"],
    walCompression: walCompression(flags),
    chunkRangeMs: blockRangeMs(values),
    samplesPerChunk: samplesPerChunk > 0 ? samplesPerChunk : DEFAULT_CHUNK_SAMPLES,
    noLockfile: values["storage.tsdb.no-lockfile"],
    mergesOverlaps: values["storage.tsdb.allow-overlapping-compaction"],
    reloadIntervalMs: Math.max(values["storage.tsdb.block-reload-interval"], LEAST_RELOAD_MS),
    snapshotOnClose: features.memorySnapshot,
    logsMetadata: features.metadataRecords,
    floatEncoding: floatEncoding(features, section),
    keepsHistogramStarts: features.histogramStarts,
    logsStarts: features.startStorage,
    storesZeros: features.startZeros,
    compactionDelayMs: features.delayedCompaction ? randomDelayMs(values) : 0,
    ...(walSegmentBytes === 0 ? {} : { walSegmentBytes }),
    ...(blockSegmentBytes === 0 ? {} : { blockSegmentBytes }),
    ...(maxBlockMs === 0 ? {} : { maxBlockMs }),
  };
}

/** Upstream's least of `--storage.tsdb.block-reload-interval` (cmd/prometheus/main.go). */
export const LEAST_RELOAD_MS: number = 1000;

/** What the configuration says of the database, with the flags where it is silent, see `TsdbSettings`. */
export function storageSettings(
  values: Values,
  features: StorageFeatures,
  { tsdb, exemplars }: StorageSection,
): Required<TsdbSettings> & { readonly retention: RetentionSettings } {
  return {
    retention: retentionOf(values, tsdb.retention),
    outOfOrderWindowMs: tsdb.out_of_order_time_window,
    staleSeriesThreshold: tsdb.stale_series_compaction_threshold,
    exemplarLimit: features.exemplarStorage ? (exemplars?.max_exemplars ?? DEFAULT_EXEMPLARS) : 0,
  };
}

/** How both logs are compressed: as upstream where the command line says anything of it, else not at all. */
export function walCompression({ values, setByUser }: StorageFlags): Required<TsdbOptions>["walCompression"] {
  const isAsked = setByUser.has("storage.tsdb.wal-compression") || setByUser.has("storage.tsdb.wal-compression-type");
  return isAsked && values["storage.tsdb.wal-compression"] ? values["storage.tsdb.wal-compression-type"] : "none";
}

/** A block of no length is one of the usual length (tsdb/db.go `validateOpts`). */
function blockRangeMs(values: Values): number {
  return values["storage.tsdb.min-block-duration"] || DEFAULT_BLOCK_MS;
}

/** Servers that were started together then don't compact together (tsdb/db.go `generateCompactionDelay`). */
function randomDelayMs(values: Values): number {
  const percent = values["storage.tsdb.delayed-compaction.max-percent"];
  const most = isDelayPercent(percent) ? percent : DEFAULT_DELAY_PERCENT;
  return Math.floor((Math.random() * blockRangeMs(values) * most) / 100);
}

/** Whether a value of `--storage.tsdb.delayed-compaction.max-percent` is taken as it is; else the default is. */
export function isDelayPercent(percent: number): boolean {
  return percent > 0 && percent <= 100;
}

/** The encoding of floats. Throws for one that the features don't allow, as upstream does (tsdb/db.go `Open`, `ApplyConfig`). */
export function floatEncoding({ xor2Encoding, startStorage }: StorageFeatures, { tsdb }: StorageSection): "xor" | "xor2" {
  const { floats } = tsdb.chunk_encoding;
  if (startStorage && !xor2Encoding) {
    throw new Error(
      'float chunk encoding "xor" is incompatible with start-timestamp storage; XOR chunks do not store start timestamps, use "xor2"',
    );
  }
  if (startStorage && floats === "xor") {
    throw new Error("'storage.tsdb.chunk_encoding.floats: xor' is incompatible with st-storage; XOR chunks do not store start timestamps");
  }
  if (floats === "xor2" && !xor2Encoding) {
    throw new Error("'storage.tsdb.chunk_encoding.floats: xor2' requires the xor2-encoding feature flag to be enabled at startup");
  }
  if (floats !== "") return floats;
  return xor2Encoding ? "xor2" : "xor";
}

/** A section that is there takes the place of the flags as a whole, and 0 in it is no limit (config/config.go `TSDBConfig.UnmarshalYAML`). */
export function retentionOf(values: Values, section: RetentionSection | undefined): RetentionSettings {
  if (section !== undefined) return { durationMs: section.time, sizeBytes: section.size, percentage: section.percentage };
  const flagMs = values["storage.tsdb.retention.time"];
  const sizeBytes = values["storage.tsdb.retention.size"];
  return { durationMs: flagMs === 0 && sizeBytes === 0 ? DEFAULT_RETENTION_MS : flagMs, sizeBytes, percentage: 0 };
}
