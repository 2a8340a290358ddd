/** A block as retention sees it. */
export interface RetainedBlock {
  readonly ulid: string;
  /** Exclusive. */
  readonly maxTimeMs: number;
  readonly sizeBytes: number;
}

/** What is kept. A limit that is 0 or missing is none. */
export interface RetentionLimits {
  readonly durationMs?: number;
  /** Of all that is on the disk. */
  readonly sizeBytes?: number;
  /** Of the file system, 0 to 100; goes before `sizeBytes` where the file system's size is known. */
  readonly percentage?: number;
}

/** What takes room besides the blocks, and how much there is. */
export interface DiskUse {
  /** Of the log and the head's chunk files. */
  readonly headBytes: number;
  /** Of the file system; 0 when it is not known. */
  readonly diskBytes: number;
}

/** The names of the blocks past each limit. A block may be past both. */
export interface Expired {
  readonly byTime: readonly string[];
  readonly bySize: readonly string[];
}

/**
 * Which blocks go: all from the first, newest to oldest, that ends the duration or more before the newest does, or with which the blocks
 * so far and the head take more than the size. Source: tsdb/db.go `BeyondTimeRetention`, `BeyondSizeRetention`.
 */
export function expiredBlocks(blocks: readonly RetainedBlock[], limits: RetentionLimits, use: DiskUse): Expired {
  const newestFirst = [...blocks].sort((a, b) => b.maxTimeMs - a.maxTimeMs);
  return { byTime: from(newestFirst, beyondTime(newestFirst, limits)), bySize: from(newestFirst, beyondSize(newestFirst, limits, use)) };
}

/** The index of the first block that is too old, -1 when none is. */
function beyondTime(newestFirst: readonly RetainedBlock[], { durationMs = 0 }: RetentionLimits): number {
  if (durationMs === 0) return -1;
  return newestFirst.findIndex(({ maxTimeMs }, i) => i > 0 && newestFirst[0].maxTimeMs - maxTimeMs >= durationMs);
}

/** The index of the first block that there is no room for, -1 when there is for all. */
function beyondSize(newestFirst: readonly RetainedBlock[], limits: RetentionLimits, { headBytes, diskBytes }: DiskUse): number {
  const limitBytes = sizeLimit(limits, diskBytes);
  if (limitBytes <= 0) return -1;
  let usedBytes = headBytes;
  return newestFirst.findIndex(({ sizeBytes }) => (usedBytes += sizeBytes) > limitBytes);
}

function sizeLimit({ sizeBytes = 0, percentage = 0 }: RetentionLimits, diskBytes: number): number {
  return percentage > 0 && diskBytes > 0 ? Math.trunc((diskBytes * percentage) / 100) : sizeBytes;
}

function from(newestFirst: readonly RetainedBlock[], index: number): string[] {
  return index < 0 ? [] : newestFirst.slice(index).map(({ ulid }) => ulid);
}
