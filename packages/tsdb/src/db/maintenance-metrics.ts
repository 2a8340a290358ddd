import { counter, durations, gauge, histogram, type MetricSource } from "../metric-source.ts";
import type { TsdbSettings } from "../options.ts";
import type { BucketCounts, ChunkTally } from "../block/chunk-tally.ts";
import type { BlockSet } from "./block-set.ts";
import type { Durations, MaintenanceCounters } from "./maintenance-counters.ts";

/** Upstream's metrics of blocks, compaction and the log's checkpoints (tsdb/db.go `newDBMetrics`, tsdb/compact.go, tsdb/head.go). */
export function maintenanceMetrics(counters: MaintenanceCounters, set: BlockSet, settings: TsdbSettings): readonly MetricSource[] {
  return [
    ...COUNTERS.map(([name, help, value]) => counter(`prometheus_tsdb_${name}`, help, () => value(counters))),
    gauge(
      "prometheus_tsdb_compaction_populating_block",
      "Set to 1 when a block is currently being written to the disk.",
      () => counters.blocksBeingWritten,
    ),
    seconds("compaction_duration_seconds", "Duration of compaction runs", counters.compaction),
    seconds("tombstone_cleanup_seconds", "The time taken to recompact blocks to remove tombstones.", counters.tombstoneCleanup),
    seconds("stale_series_compaction_duration_seconds", "Duration of stale series compaction runs.", counters.staleCompaction),
    durations("prometheus_tsdb_wal_truncate_duration_seconds", "Duration of WAL truncation.", counters.walTruncation),
    ...chunkMetrics(counters.compactedChunks),
    ...blockMetrics(set),
    ...retentionMetrics(settings),
  ];
}

function seconds(name: string, help: string, tally: Durations): MetricSource {
  const { upperBounds, counts } = tally;
  return histogram(`prometheus_tsdb_${name}`, help, { upperBounds, counts, sum: () => tally.seconds });
}

function chunkMetrics({ sizesBytes, sampleCounts, rangesMs }: ChunkTally): readonly MetricSource[] {
  const row = (name: string, help: string, buckets: BucketCounts): MetricSource =>
    histogram(`prometheus_tsdb_compaction_chunk_${name}`, help, { ...buckets, sum: () => buckets.sum });
  return [
    row("size_bytes", "Final size of chunks on their first compaction", sizesBytes),
    row("samples", "Final number of samples on their first compaction", sampleCounts),
    row("range_seconds", "Final time range of chunks on their first compaction", rangesMs),
  ];
}

function blockMetrics(set: BlockSet): readonly MetricSource[] {
  return [
    gauge("prometheus_tsdb_blocks_loaded", "Number of currently loaded data blocks", () => set.all.length),
    gauge("prometheus_tsdb_storage_blocks_bytes", "The number of bytes that are currently used for local storage by all blocks.", () =>
      set.all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    ),
    // Upstream has none: there one block that can't be read keeps all changes of others from being seen.
    gauge("prometheus_tsdb_blocks_unreadable", "Number of data blocks that can't be read and are left out.", () => set.broken.length),
  ];
}

function retentionMetrics(settings: TsdbSettings): readonly MetricSource[] {
  return [
    gauge(
      "prometheus_tsdb_retention_limit_bytes",
      "Max number of bytes to be retained in the tsdb blocks, configured 0 means disabled",
      () => settings.retention?.sizeBytes ?? 0,
    ),
    gauge(
      "prometheus_tsdb_retention_limit_percentage",
      "Max percentage of total storage space to be retained in the tsdb blocks, configured 0 means disabled",
      () => settings.retention?.percentage ?? 0,
    ),
    gauge(
      "prometheus_tsdb_retention_limit_seconds",
      "How long to retain samples in storage.",
      () => (settings.retention?.durationMs ?? 0) / 1000,
    ),
  ];
}

/** The name behind `prometheus_tsdb_`, upstream's text, and where the number is. */
type CounterRow = readonly [name: string, help: string, value: (counters: MaintenanceCounters) => number];

const COUNTERS: readonly CounterRow[] = [
  ["reloads_total", "Number of times the database reloaded block data from disk.", ({ reloads }) => reloads],
  [
    "reloads_failures_total",
    "Number of times the database failed to reloadBlocks block data from disk.",
    ({ reloadsFailed }) => reloadsFailed,
  ],
  [
    "compactions_triggered_total",
    "Total number of triggered compactions for the partition.",
    ({ compactionsTriggered }) => compactionsTriggered,
  ],
  ["compactions_failed_total", "Total number of compactions that failed for the partition.", ({ compactionsFailed }) => compactionsFailed],
  ["compactions_skipped_total", "Total number of skipped compactions due to disabled auto compaction.", () => 0],
  ["compactions_total", "Total number of compactions that were executed for the partition.", ({ compactions }) => compactions],
  [
    "vertical_compactions_total",
    "Total number of compactions done on overlapping blocks.",
    ({ verticalCompactions }) => verticalCompactions,
  ],
  [
    "time_retentions_total",
    "The number of times that blocks were deleted because the maximum time limit was exceeded.",
    ({ timeRetentions }) => timeRetentions,
  ],
  [
    "size_retentions_total",
    "The number of times that blocks were deleted because the maximum number of bytes was exceeded.",
    ({ sizeRetentions }) => sizeRetentions,
  ],
  [
    "stale_series_compactions_triggered_total",
    "Total number of triggered stale series compactions.",
    ({ staleCompactionsTriggered }) => staleCompactionsTriggered,
  ],
  [
    "stale_series_compactions_failed_total",
    "Total number of stale series compactions that failed.",
    ({ staleCompactionsFailed }) => staleCompactionsFailed,
  ],
  ["head_truncations_total", "Total number of head truncations attempted.", ({ truncations }) => truncations],
  ["head_truncations_failed_total", "Total number of head truncations that failed.", ({ truncationsFailed }) => truncationsFailed],
  ["checkpoint_creations_total", "Total number of checkpoint creations attempted.", ({ checkpointCreations }) => checkpointCreations],
  [
    "checkpoint_creations_failed_total",
    "Total number of checkpoint creations that failed.",
    ({ checkpointCreationsFailed }) => checkpointCreationsFailed,
  ],
  ["checkpoint_deletions_total", "Total number of checkpoint deletions attempted.", ({ checkpointDeletions }) => checkpointDeletions],
  [
    "checkpoint_deletions_failed_total",
    "Total number of checkpoint deletions that failed.",
    ({ checkpointDeletionsFailed }) => checkpointDeletionsFailed,
  ],
  ["wal_truncations_total", "Total number of write log truncations attempted.", ({ walTruncations }) => walTruncations],
  [
    "wal_truncations_failed_total",
    "Total number of write log truncations that failed.",
    ({ walTruncationsFailed }) => walTruncationsFailed,
  ],
];
