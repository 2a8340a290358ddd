import type { Files } from "@ferula/files";
import type { BlockSet } from "./db/block-set.ts";
import { bytesOf } from "./db/disk-use.ts";
import { HEAD_CHUNKS_FOLDER, WAL_FOLDER } from "./db/folders.ts";
import type { MaintenanceCounters } from "./db/maintenance-counters.ts";
import { maintenanceMetrics } from "./db/maintenance-metrics.ts";
import { exemplarMetrics } from "./exemplars/exemplar-metrics.ts";
import type { HeadChunkSummary } from "./head-chunks/scan-head-chunks.ts";
import { finite, headMetrics, times } from "./head/head-metrics.ts";
import type { Head } from "./head/head.ts";
import type { OutOfOrderLog } from "./head/out-of-order/open.ts";
import type { FolderLock } from "./lock.ts";
import { counter, gauge, type MetricSource } from "./metric-source.ts";
import type { TsdbSettings } from "./options.ts";
import type { WalCompression } from "./wal/compression.ts";
import { logMetrics } from "./wal/log-metrics.ts";
import type { ReplaySummary } from "./wal/replay.ts";
import type { WalWriter } from "./wal/wal-writer.ts";
import { wblMetrics } from "./wal/wbl-metrics.ts";
import type { WblSummary } from "./wal/wbl-replay.ts";

/** Where the numbers come from. */
export interface MetricSubjects {
  readonly files: Files;
  /** The folder of the database. */
  readonly dir: string;
  readonly head: Head;
  readonly wal: WalWriter;
  /** How both logs are compressed. */
  readonly compression: WalCompression;
  readonly lateLog: OutOfOrderLog;
  readonly set: BlockSet;
  readonly counters: MaintenanceCounters;
  readonly settings: TsdbSettings;
  readonly headChunks: HeadChunkSummary;
  readonly replayed: ReplaySummary;
  readonly replayedLate: WblSummary | undefined;
  /** Whether a memory snapshot could not be used. */
  readonly isSnapshotDamaged: boolean;
  /** Undefined where the folder is not locked. */
  readonly lock: FolderLock | undefined;
}

/** Upstream's names and texts (tsdb/db.go, tsdb/head.go, tsdb/compact.go, tsdb/wlog/wlog.go, tsdb/exemplar.go), of those things that exist here. */
export function metricSources(subjects: MetricSubjects): readonly MetricSource[] {
  const { files, dir, head, wal, compression, lateLog, replayedLate, set, counters, settings } = subjects;
  const sizeOf = (folder: string) => (): number => bytesOrNaN(files, `${dir}/${folder}`);
  return [
    ...headMetrics(head),
    ...times("lowest_timestamp", "Lowest timestamp value stored in the database.", () => lowestMs(head, set)),
    // Upstream's is of its blocks; what stands here is the head's.
    gauge("prometheus_tsdb_symbol_table_size_bytes", "Bytes of all label names and values.", () => head.symbols.sizeBytes),
    gauge("prometheus_tsdb_head_chunks_storage_size_bytes", "Size of the chunks_head directory.", sizeOf(HEAD_CHUNKS_FOLDER)),
    ...exemplarMetrics(head.exemplars),
    ...maintenanceMetrics(counters, set, settings),
    ...startMetrics(subjects),
    gauge(
      "prometheus_tsdb_clean_start",
      "-1: lockfile is disabled. 0: a lockfile from a previous execution was replaced. 1: lockfile creation was clean",
      () => (subjects.lock === undefined ? -1 : Number(!subjects.lock.isReplaced)),
    ),
    ...logMetrics("prometheus_tsdb_wal_", wal, { compression, sizeBytes: sizeOf(WAL_FOLDER) }),
    ...wblMetrics(lateLog, compression, replayedLate),
  ];
}

/** A folder that can't be looked at for the moment must not take all other metrics along. */
function bytesOrNaN(files: Files, folder: string): number {
  try {
    return bytesOf(files, folder);
  } catch {
    return NaN;
  }
}

function lowestMs(head: Head, { all }: BlockSet): number {
  return finite(all.reduce((lowest, { meta }) => Math.min(lowest, meta.minTime), head.minTimeMs));
}

/** What was found when the database was opened. */
function startMetrics({ replayed, replayedLate, headChunks, counters, isSnapshotDamaged }: MetricSubjects): readonly MetricSource[] {
  const unknownHelp = "Total number of unknown series references encountered during WAL replay.";
  return [
    counter(
      "prometheus_tsdb_wal_corruptions_total",
      "Total number of WAL corruptions.",
      () => replayed.corruptions + (replayedLate?.corruptions ?? 0) + counters.walCorruptions,
    ),
    counter(
      "prometheus_tsdb_mmap_chunk_corruptions_total",
      "Total number of memory-mapped chunk corruptions.",
      () => headChunks.corruptions,
    ),
    counter("prometheus_tsdb_snapshot_replay_error_total", "Total number snapshot replays that failed.", () => (isSnapshotDamaged ? 1 : 0)),
    ...Object.entries(replayed.unknownRefs).map(([type, count]) => ({
      ...counter("prometheus_tsdb_wal_replay_unknown_refs_total", unknownHelp, () => count),
      labels: { type },
    })),
    gauge("prometheus_tsdb_data_replay_duration_seconds", "Time taken to replay the data on disk.", () => replayed.seconds),
  ];
}
