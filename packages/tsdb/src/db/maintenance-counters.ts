import { ChunkTally } from "../block/chunk-tally.ts";

/** Durations that were counted, in buckets that double from one second on (tsdb/compact.go `NewCompactorMetrics`). */
export class Durations {
  readonly upperBounds: readonly number[] = Array.from({ length: 14 }, (_, i) => 2 ** i);
  /** One for each bound, and one for what is above them all. */
  readonly counts: Float64Array = new Float64Array(15);
  seconds = 0;
  count = 0;

  /** Runs `task` and counts how long it took, when it succeeds. */
  async time<T>(task: () => Promise<T>): Promise<T> {
    const startMs = performance.now();
    const result = await task();
    this.add((performance.now() - startMs) / 1000);
    return result;
  }

  private add(seconds: number): void {
    const bucket = this.upperBounds.findIndex((bound) => seconds <= bound);
    this.counts[bucket < 0 ? this.upperBounds.length : bucket]++;
    this.seconds += seconds;
    this.count++;
  }
}

/** What the maintenance has done since the database was opened, for self metrics. */
export class MaintenanceCounters {
  reloads = 0;
  reloadsFailed = 0;
  compactionsTriggered = 0;
  compactionsFailed = 0;
  /** Blocks that were written, of the head or of others. */
  compactions = 0;
  /** Of blocks that overlapped. */
  verticalCompactions = 0;
  /** 1 while a block is written. */
  blocksBeingWritten = 0;
  timeRetentions = 0;
  sizeRetentions = 0;
  /** When a block of the head was begun last; undefined while none was. */
  lastHeadBlockMs: number | undefined;
  truncations = 0;
  truncationsFailed = 0;
  checkpointCreations = 0;
  checkpointCreationsFailed = 0;
  checkpointDeletions = 0;
  checkpointDeletionsFailed = 0;
  /** Removals of the segments that a checkpoint replaces. */
  walTruncations = 0;
  walTruncationsFailed = 0;
  /** Damaged places of the log that checkpoints met. */
  walCorruptions = 0;
  staleCompactionsTriggered = 0;
  staleCompactionsFailed = 0;
  readonly staleCompaction: Durations = new Durations();
  readonly walTruncation: Durations = new Durations();
  readonly tombstoneCleanup: Durations = new Durations();
  readonly compaction: Durations = new Durations();
  /** Of blocks of the head. */
  readonly compactedChunks: ChunkTally = new ChunkTally();
}
