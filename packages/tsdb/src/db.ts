import { reserveDecodeScratch } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import { PromError, type Matcher } from "@ferula/model";
import type { Appender, Queryable, SelectHints, SelectionSource } from "@ferula/storage";
import { Head } from "./head/head.ts";
import { headQuerier, selectFromHead } from "./head-querier.ts";
import { lockFolder, type FolderLock } from "./lock.ts";
import { createMetadataStore, type MetadataStore } from "./metadata-store.ts";
import { folderBytes } from "./wal/folder-bytes.ts";
import type { MetricSource } from "./metric-source.ts";
import { metricSources } from "./metrics.ts";
import { defaultTsdbOptions, type TsdbOptions } from "./options.ts";
import { headStats, type HeadStats } from "./stats.ts";
import type { HeadSelection } from "./read/head-selection.ts";
import { replay, type ReplaySummary } from "./wal/replay.ts";
import { WalWriter } from "./wal/wal-writer.ts";

/** An open database: the newest samples in memory, all of them in the log. */
export interface Db extends Appender, Queryable, SelectionSource {
  readonly select: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[], hints?: SelectHints) => HeadSelection;
  readonly metadata: MetadataStore;
  /** Tables have `limit` rows, 10 by default. Takes milliseconds for a million series. */
  readonly stats: (limit?: number) => HeadStats;
  /** What to register as metrics; `prometheus_tsdb_wal_fsync_duration_seconds` beside them is a summary of what `onWalSync` is told. */
  readonly metrics: readonly MetricSource[];
  readonly replayed: ReplaySummary;
  /** What a worker hands to `openSelection` as `decodeScratch`; one for each worker, once in its life. */
  readonly reserveDecodeScratch: () => number;
  /** Brings the log to the disk and lets go of the folder. Later appends fail. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the folder, takes its lock, replays the log and starts a new segment. Fails with PromError where the folder can't be made, another
 * process has it or the log is of a kind that can't be read, and with the file system's errors.
 */
export async function openDb(options: TsdbOptions): Promise<Db> {
  const { dir, files } = options;
  makeDataFolder(files, dir);
  const lock = options.noLockfile === true ? undefined : lockFolder(files, dir);
  try {
    return await openLocked({ ...defaultTsdbOptions, ...options }, lock);
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function makeDataFolder(files: Files, dir: string): void {
  try {
    files.makeFolder(`${dir}/wal`);
  } catch (error) {
    throw new PromError("internal", `cannot make the data folder ${dir}: ${(error as Error).message}`, { cause: error });
  }
}

type FilledOptions = TsdbOptions & typeof defaultTsdbOptions;

async function openLocked(options: FilledOptions, lock: FolderLock | undefined): Promise<Db> {
  const { dir, files, logger, shared } = options;
  const folder = `${dir}/wal`;
  const head = new Head(shared, { chunkRangeMs: options.chunkRangeMs, samplesPerChunk: options.samplesPerChunk });
  const replayed = await replay({ files, logger, folder, head, onProgress: options.onReplayProgress });
  head.counters.resetSamples();
  logger.info("replayed the write-ahead log", { ...replayed });
  const { walSegmentBytes: segmentBytes, walFsync: fsync } = options;
  const wal = new WalWriter({ files, logger, folder, segmentBytes, fsync, onSync: options.onWalSync }, replayed.nextSegment);
  head.headLog = wal;
  const decodeScratch = reserveDecodeScratch(shared);
  let isClosed = false;
  return {
    seriesRef: (labels) => head.seriesRef(labels),
    append: (batch) => {
      const { appended, outOfOrder, duplicate, outOfBounds, tooOld, invalid } = head.append(batch);
      return { appended, outOfOrder, duplicate, outOfBounds, tooOld, invalid };
    },
    get epoch() {
      return head.epoch;
    },
    isLive: (ref) => head.isLive(ref),
    querier: (minTimeMs, maxTimeMs) => headQuerier(head, minTimeMs, maxTimeMs, decodeScratch),
    select: (minTimeMs, maxTimeMs, matchers, hints) => selectFromHead(head, minTimeMs, maxTimeMs, matchers, hints),
    release: (pin) => {
      head.slabAllocator.release(pin);
    },
    metadata: createMetadataStore(),
    stats: (limit = 10) => headStats(head, limit),
    metrics: metricSources({ head, wal, replayed, walBytes: () => folderBytes(files, folder) }),
    replayed,
    reserveDecodeScratch: () => reserveDecodeScratch(shared),
    async close() {
      if (isClosed) return;
      isClosed = true;
      try {
        head.flushNewSeries();
      } finally {
        await wal.close();
        lock?.release();
      }
    },
  };
}
