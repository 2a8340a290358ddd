import type { Logger } from "@ferula/logging";
import type { BlockMeta } from "../block/meta.ts";
import { planCompaction } from "../compact/plan-compaction.ts";
import { rangeEndMs } from "../head/chunk-cut.ts";
import type { Head } from "../head/head.ts";
import type { CompactionDelay } from "./compaction-delay.ts";
import { forgetOldTombstones } from "../head/tombstones.ts";
import type { JobRunner, Jobs } from "./jobs.ts";
import type { LogTruncation } from "./log-truncation.ts";
import type { MaintenanceCounters } from "./maintenance-counters.ts";
import { blocksEndMs, lastInOrderBlock } from "./open-blocks.ts";
import { compactOutOfOrder } from "./out-of-order-compaction.ts";
import type { ServedBlocks } from "./served-blocks.ts";

/** What compacting needs. */
export interface CompactionDeps {
  readonly head: Head;
  readonly blocks: ServedBlocks;
  readonly runner: JobRunner;
  readonly logTruncation: LogTruncation;
  readonly counters: MaintenanceCounters;
  readonly logger: Logger;
  /** The folder of the blocks. */
  readonly dir: string;
  /** The length of the head's blocks. */
  readonly chunkRangeMs: number;
  /** The lengths that blocks grow through, see `blockRangesMs`. */
  readonly rangesMs: readonly number[];
  readonly mergesOverlaps: boolean;
  readonly nowMs: () => number;
  readonly delay: CompactionDelay;
}

/** Whether the head spans so much that its first block gets no further sample (tsdb/head.go `compactable`). */
export function isCompactable(head: Head, chunkRangeMs: number): boolean {
  return head.maxTimeMs - nextBlockStartMs(head) > Math.trunc(chunkRangeMs / 2) * 3;
}

function nextBlockStartMs({ minTimeMs, times }: Head): number {
  return Math.max(minTimeMs, times.deletedUntilMs);
}

/** Whether a block of the head is to be written now. */
export function isHeadDue({ head, chunkRangeMs, delay }: Pick<CompactionDeps, "head" | "chunkRangeMs" | "delay">): boolean {
  return isCompactable(head, chunkRangeMs) && !delay.isWaiting();
}

/** Compacts what is due, the head first. Source: tsdb/db.go `Compact`. */
export async function compactAll(deps: CompactionDeps): Promise<void> {
  const { head, logTruncation, chunkRangeMs, delay } = deps;
  let compactedUntilMs = -Infinity;
  try {
    while (isHeadDue(deps)) compactedUntilMs = (await compactHead(deps)) ?? compactedUntilMs;
    if (!isCompactable(head, chunkRangeMs)) delay.end();
  } finally {
    // What was written of the head is not needed in the log, even if the next block of it can't be written.
    if (compactedUntilMs > -Infinity) await logTruncation.truncate(compactedUntilMs);
  }
  if (compactedUntilMs > -Infinity) await compactOutOfOrder(deps);
  await mergeBlocks(deps);
}

/**
 * Writes the oldest block of the head and drops what it holds; returns its end. Undefined when all was deleted that it would hold: the head
 * keeps that until the next one is written.
 */
async function compactHead(deps: CompactionDeps): Promise<number | undefined> {
  const { head, chunkRangeMs, counters } = deps;
  counters.lastHeadBlockMs = deps.nowMs();
  const minTimeMs = nextBlockStartMs(head);
  const maxTimeMs = rangeEndMs(minTimeMs, chunkRangeMs);
  const written = await writeHeadBlock(deps, { part: "inOrder", range: { minTimeMs, maxTimeMs }, hints: [] });
  if (written === undefined) {
    head.times.deletedUntilMs = maxTimeMs;
    return undefined;
  }
  await truncateHead(deps, maxTimeMs);
  return maxTimeMs;
}

async function truncateHead({ head, counters }: CompactionDeps, timeMs: number): Promise<void> {
  counters.truncations++;
  try {
    await head.truncateBefore(timeMs);
  } catch (error) {
    counters.truncationsFailed++;
    throw error;
  }
  await forgetOldTombstones(head);
  head.finished.truncateFiles();
}

/** Writes a block of the head into the folder of blocks and serves it; undefined when there was nothing to write. */
export async function writeHeadBlock(
  deps: CompactionDeps,
  task: Omit<Jobs["writeHeadBlock"]["task"], "parent">,
): Promise<BlockMeta | undefined> {
  const { runner, blocks, logger, counters } = deps;
  const startMs = performance.now();
  const written = await writing(deps, () => runner.run("writeHeadBlock", { ...task, parent: deps.dir }));
  if (written === undefined) return undefined;
  const { meta, chunks } = written;
  counters.compactedChunks.addAll(chunks);
  const { ulid, minTime, maxTime, stats } = meta;
  logger.info("write block", { ulid, mint: minTime, maxt: maxTime, series: stats.numSeries, samples: stats.numSamples, ...since(startMs) });
  await blocks.adopt(ulid);
  return meta;
}

/** Merges blocks as long as there is something to merge. A head that has become ready goes before. */
async function mergeBlocks(deps: CompactionDeps): Promise<void> {
  const { blocks, runner, counters, logger, rangesMs, mergesOverlaps } = deps;
  for (;;) {
    if (isHeadDue(deps)) {
      logger.warn("aborting block compactions to persist the head block");
      return;
    }
    const plan = planCompaction(
      blocks.all.map(({ meta }) => meta),
      { rangesMs, mergesOverlaps, inOrderEndMs: blocksEndMs(blocks) },
    );
    if (plan.length === 0) return;
    const ulids = plan.map(({ ulid }) => ulid);
    const startMs = performance.now();
    const lastUlid = lastInOrderBlock(blocks)?.ulid;
    const outcome = await writing(deps, () => runner.run("compactBlocks", { ulids, lastUlid }));
    if (outcome.isOverlapping) counters.verticalCompactions++;
    if (outcome.kind === "empty") {
      logger.info("compact blocks resulted in empty block", { count: ulids.length, sources: ulids, ...since(startMs) });
      if (ulids.every((ulid) => ulid === lastUlid)) return;
      await blocks.reload();
      continue;
    }
    const { ulid, minTime, maxTime } = outcome.meta;
    logger.info("compact blocks", { count: ulids.length, mint: minTime, maxt: maxTime, ulid, sources: ulids, ...since(startMs) });
    await blocks.adopt(ulid);
  }
}

/** Counts and times the writing of a block. */
async function writing<T>({ counters }: CompactionDeps, write: () => Promise<T>): Promise<T> {
  counters.blocksBeingWritten++;
  try {
    const result = await counters.compaction.time(write);
    counters.compactions++;
    return result;
  } finally {
    counters.blocksBeingWritten--;
  }
}

function since(startMs: number): { readonly duration: string } {
  return { duration: `${((performance.now() - startMs) / 1000).toFixed(3)}s` };
}
