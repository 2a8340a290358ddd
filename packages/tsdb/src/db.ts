import type { Files } from "@ferula/files";
import { PromError, type Matcher, type MetricMetadata } from "@ferula/model";
import type { Appender, ChunkQueryable, ListingSource, Queryable, SelectHints, SeriesRef } from "@ferula/storage";
import type { BlockMeta } from "./block/meta.ts";
import { createDb } from "./db/create-db.ts";
import { WAL_FOLDER } from "./db/folders.ts";
import type { ExemplarOutcome, NewExemplar, SeriesExemplars } from "./exemplars/exemplar-store.ts";
import { lockFolder } from "./lock.ts";
import type { MetadataOutcome } from "./metadata/series-metadata.ts";
import type { MetricSource } from "./metric-source.ts";
import { defaultTsdbOptions, type TsdbOptions, type TsdbSettings } from "./options.ts";
import type { DbSelection } from "./query/db-selection.ts";
import type { HeadStats } from "./stats.ts";
import type { MetadataRow } from "./wal/records/metadata.ts";
import type { ReplaySummary } from "./wal/replay.ts";

/** A database that is open: the newest samples in memory and in the log, older ones in blocks. */
export interface Db extends Appender, Queryable, ChunkQueryable, ListingSource {
  readonly select: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[], hints?: SelectHints) => DbSelection;
  /** What `SelectionReader.openChunks` reads; it is released as what `select` gives. */
  readonly selectChunks: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]) => DbSelection;
  /** See `ExemplarStore.append`. */
  readonly appendExemplars: (rows: readonly NewExemplar[]) => ExemplarOutcome;
  /** See `ExemplarStore.select`. */
  readonly exemplars: (minTimeMs: number, maxTimeMs: number, matcherSets: readonly (readonly Matcher[])[]) => SeriesExemplars[];
  /** See `SeriesMetadata.append`. */
  readonly appendMetadata: (rows: readonly MetadataRow[]) => MetadataOutcome;
  /** What is known of a series beside its samples, if anything. */
  readonly seriesMetadata: (ref: SeriesRef) => MetricMetadata | undefined;
  /** The blocks that are served, by ascending beginning. */
  readonly blocks: () => readonly BlockMeta[];
  /**
   * One round of what is due: blocks that came or went, blocks of the head, checkpoints, merging, retention. By default rounds run by
   * themselves. Fails with the first error; what that kept from being done is left to the next round.
   */
  readonly maintain: () => Promise<void>;
  /**
   * Deletes samples in the range, both ends inclusive, of the series that match all of `matchers`: they are not read any more, and leave the
   * disk with the next compaction of what they are in. Later samples are not touched.
   */
  readonly deleteSeries: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]) => Promise<void>;
  /** Writes the blocks anew that have deleted samples, without these. */
  readonly cleanTombstones: () => Promise<void>;
  /** Makes the folder `target`, on the same file system, with the blocks as they are, and one of the head where that is asked for. */
  readonly snapshot: (target: string, withHead: boolean) => Promise<void>;
  /** Changes settings; those that are left out stay. Throws PromError("internal") when a log that is needed can't be made. */
  readonly configure: (settings: TsdbSettings) => void;
  /** Tables have `limit` rows, 10 by default. Takes milliseconds for a million series. */
  readonly stats: (limit?: number) => HeadStats;
  /**
   * What to register as metrics; beside them `prometheus_tsdb_wal_fsync_duration_seconds` and
   * `prometheus_tsdb_out_of_order_wbl_fsync_duration_seconds` are summaries of what `onWalSync` and `onWblSync` are told.
   */
  readonly metrics: readonly MetricSource[];
  readonly replayed: ReplaySummary;
  /** What a worker hands to `createSelectionReader` as `decodeScratch`; one for each worker, once in its life. */
  readonly reserveDecodeScratch: () => number;
  /** Cancels what is being compacted, brings the logs to the disk and lets go of the folder. Later appends fail. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the folder: takes its lock, opens its blocks, replays its logs and starts new segments. What is damaged is told in the log and in
 * metrics, and all else is served. Fails with PromError where the folder can't be made, another process has it or the log is of a kind that
 * can't be read, and with the file system's errors.
 */
export async function openDb(options: TsdbOptions): Promise<Db> {
  const { dir, files } = options;
  makeDataFolder(files, dir);
  const lock = options.noLockfile === true ? undefined : lockFolder(files, dir);
  if (lock?.isReplaced === true) options.logger.warn("A lockfile from a previous execution already existed. It was replaced", { dir });
  try {
    return await createDb({ ...defaultTsdbOptions, ...options }, lock);
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function makeDataFolder(files: Files, dir: string): void {
  try {
    files.makeFolder(`${dir}/${WAL_FOLDER}`);
  } catch (error) {
    throw new PromError("internal", `cannot make the data folder ${dir}: ${(error as Error).message}`, { cause: error });
  }
}
