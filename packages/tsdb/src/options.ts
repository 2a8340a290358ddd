import type { FloatEncoding } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import type { SharedMemory } from "@ferula/kernels";
import type { Logger } from "@ferula/logging";
import type { RetentionLimits } from "./compact/retention.ts";
import type { WalCompression } from "./wal/compression.ts";
import type { ReplayProgress } from "./wal/replay.ts";

/** What `openDb` needs, and what may be chosen. */
export interface TsdbOptions extends TsdbSettings {
  /** The data folder, made when it is missing; the log lies in `<dir>/wal`. */
  readonly dir: string;
  readonly files: Files;
  /** Where symbols, label sets, postings and chunks live. A database that is closed does not give its memory back. */
  readonly shared: SharedMemory;
  readonly logger: Logger;
  /** `commit` waits for the disk (fdatasync) before a batch counts; `segment` only when a segment is full and at the end, as upstream. Default: `segment`. */
  readonly walFsync?: "segment" | "commit";
  /** How records of both logs are compressed. Default: `none`, as snappy costs half as much CPU as all else that appending does. */
  readonly walCompression?: WalCompression;
  /** Chunks end at multiples of it, blocks of the head span it, and samples older than half of it before the newest are refused. Default: 2 h (tsdb/db.go `DefaultBlockDuration`). */
  readonly chunkRangeMs?: number;
  /** The longest that compaction makes a block. Default: as upstream's server, a tenth of the retention, at most 31 days, at least `chunkRangeMs`. */
  readonly maxBlockMs?: number;
  /** The usual length of a chunk; twice as many at most. Default: 120 (tsdb/db.go `DefaultSamplesPerChunk`). */
  readonly samplesPerChunk?: number;
  /** How floats are encoded; `xor2` keeps start timestamps. Default: `xor`. */
  readonly floatEncoding?: FloatEncoding;
  /** Whether chunks of histograms keep start timestamps. Default: false. */
  readonly keepsHistogramStarts?: boolean;
  /** Whether a zero is stored at the start timestamp of a sample, where its series has nothing so new yet. Default: false. */
  readonly storesZeros?: boolean;
  /** Whether the logs keep start timestamps, in records that upstream reads from 3.14 on; floats need `xor2` then. Default: false. */
  readonly logsStarts?: boolean;
  /** A new segment is started when a batch would not fit. Default: 128 MiB (tsdb/wlog/wlog.go `DefaultSegmentSize`). */
  readonly walSegmentBytes?: number;
  /** The most of one chunk file of a block. Default: 512 MiB. */
  readonly blockSegmentBytes?: number;
  /** How many samples out of order a series holds before they become a chunk. Default: 32 (tsdb/db.go `DefaultOutOfOrderCapMax`). */
  readonly outOfOrderCap?: number;
  /** Whether the head is written to a snapshot at `close`, from which the next start is faster. Default: false. */
  readonly snapshotOnClose?: boolean;
  /** Whether metadata goes to the log. Default: false. */
  readonly logsMetadata?: boolean;
  /** Whether blocks that overlap are merged. Default: true. */
  readonly mergesOverlaps?: boolean;
  /** How long a head that is due waits before it is written (tsdb/db.go `CompactionDelay`). Default: 0. */
  readonly compactionDelayMs?: number;
  /** How often the folder is looked at for blocks that came or went. Default: 1 min. */
  readonly reloadIntervalMs?: number;
  /** Whether rounds of `maintain` run by themselves. Default: true. */
  readonly maintainsItself?: boolean;
  /** The wall clock: it is in the names of blocks. Default: the machine's. */
  readonly nowMs?: () => number;
  /** Do without the lock file; then nothing keeps a second process out. Default: false. */
  readonly noLockfile?: boolean;
  /** Told how long the log took each time to reach the disk. */
  readonly onWalSync?: (seconds: number) => void;
  /** The same of the log of samples out of order. */
  readonly onWblSync?: (seconds: number) => void;
  /** Told as the log is replayed, at least once a segment. */
  readonly onReplayProgress?: (progress: ReplayProgress) => void;
}

/** What may change while the database is open, see `Db.configure`. */
export interface TsdbSettings {
  /** What is kept. Default: all. */
  readonly retention?: RetentionLimits;
  /** How far behind the newest sample of the head others are taken out of order; 0: not at all. Default: 0. */
  readonly outOfOrderWindowMs?: number;
  /** How many exemplars are kept; 0: none. Default: 0. */
  readonly exemplarLimit?: number;
  /** The part of stale series, 0 to 1, from which on they are compacted and dropped before their time; 0: never. Default: 0. */
  readonly staleSeriesThreshold?: number;
}

/** Options with what is left out filled in. */
export type FilledOptions = TsdbOptions & typeof defaultTsdbOptions;

/** See `TsdbOptions` for each. */
export const defaultTsdbOptions: Required<
  Pick<
    TsdbOptions,
    | "walFsync"
    | "walCompression"
    | "chunkRangeMs"
    | "samplesPerChunk"
    | "floatEncoding"
    | "keepsHistogramStarts"
    | "storesZeros"
    | "logsStarts"
    | "walSegmentBytes"
    | "blockSegmentBytes"
    | "outOfOrderCap"
    | "snapshotOnClose"
    | "logsMetadata"
    | "mergesOverlaps"
    | "compactionDelayMs"
    | "reloadIntervalMs"
    | "maintainsItself"
    | "noLockfile"
    | "nowMs"
    | keyof TsdbSettings
  >
> = Object.freeze({
  walFsync: "segment",
  walCompression: "none",
  chunkRangeMs: 2 * 3_600_000,
  samplesPerChunk: 120,
  floatEncoding: "xor",
  keepsHistogramStarts: false,
  storesZeros: false,
  logsStarts: false,
  walSegmentBytes: 128 << 20,
  blockSegmentBytes: 512 << 20,
  outOfOrderCap: 32,
  snapshotOnClose: false,
  logsMetadata: false,
  mergesOverlaps: true,
  compactionDelayMs: 0,
  reloadIntervalMs: 60_000,
  maintainsItself: true,
  noLockfile: false,
  nowMs: Date.now,
  retention: {},
  outOfOrderWindowMs: 0,
  exemplarLimit: 0,
  staleSeriesThreshold: 0,
});
