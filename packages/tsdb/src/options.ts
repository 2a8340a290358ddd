import type { Files } from "@ferula/files";
import type { SharedMemory } from "@ferula/kernels";
import type { Logger } from "@ferula/logging";
import type { ReplayProgress } from "./wal/replay.ts";

/** What `openDb` needs, and what may be chosen. */
export interface TsdbOptions {
  /** The data folder, made when it is missing; the log lies in `<dir>/wal`. */
  readonly dir: string;
  readonly files: Files;
  /** Where symbols, label sets, postings and chunks live. A database that is closed does not give its memory back. */
  readonly shared: SharedMemory;
  readonly logger: Logger;
  /** `commit` waits for the disk (fdatasync) before a batch counts; `segment` only when a segment is full and at the end, as upstream. Default: `segment`. */
  readonly walFsync?: "segment" | "commit";
  /** Chunks end at multiples of it, and samples older than half of it before the newest are refused. Default: 2 h (tsdb/db.go `DefaultBlockDuration`). */
  readonly chunkRangeMs?: number;
  /** The usual length of a chunk; twice as many at most. Default: 120 (tsdb/db.go `DefaultSamplesPerChunk`). */
  readonly samplesPerChunk?: number;
  /** A new segment is started when a batch would not fit. Default: 128 MiB (tsdb/wlog/wlog.go `DefaultSegmentSize`). */
  readonly walSegmentBytes?: number;
  /** Do without the lock file; then nothing keeps a second process out. Default: false. */
  readonly noLockfile?: boolean;
  /** Told how long the log took each time to reach the disk. */
  readonly onWalSync?: (seconds: number) => void;
  /** Told as the log is replayed, at least once a segment. */
  readonly onReplayProgress?: (progress: ReplayProgress) => void;
}

/** See `TsdbOptions` for each. */
export const defaultTsdbOptions: {
  readonly walFsync: "segment" | "commit";
  readonly chunkRangeMs: number;
  readonly samplesPerChunk: number;
  readonly walSegmentBytes: number;
} = Object.freeze({
  walFsync: "segment",
  chunkRangeMs: 2 * 3_600_000,
  samplesPerChunk: 120,
  walSegmentBytes: 128 << 20,
});
