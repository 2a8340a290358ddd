import { PromError, type Matcher } from "@ferula/model";
import { isUlid } from "../block/ulid.ts";
import { plainMatchers } from "../query/matchers.ts";
import type { SegmentLog } from "../wal/segment-log.ts";
import type { BlockSet } from "./block-set.ts";
import type { CompactionDeps } from "./compaction.ts";
import { deleteFromHead } from "./delete-from-head.ts";
import { lastInOrderBlock } from "./open-blocks.ts";

/** What the administrator's commands need. */
export interface AdminDeps extends CompactionDeps {
  readonly set: BlockSet;
  readonly log: Pick<SegmentLog, "append">;
}

/**
 * Deletes the samples in `[minTimeMs, maxTimeMs]` of the series that match all of `matchers`: they are no longer read from now on, and leave
 * the disk with the next compaction of what they are in. Samples that come later are not touched. Fails with the first thing that can't be
 * written, or with a block of that time that can't be read; what was deleted before it stays deleted.
 */
export async function deleteSeries(deps: AdminDeps, minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): Promise<void> {
  const { head, log, runner, set, blocks } = deps;
  // A block that was written and could not be served is to be hit, not those that it was made of.
  await blocks.reload();
  await deleteFromHead(head, log, minTimeMs, maxTimeMs, matchers);
  const hit = set.blocksIn(minTimeMs, maxTimeMs);
  // A block that can't be read now may be served again later, and must not bring back what was deleted.
  const unserved = set.broken.map(({ name }) => name).filter((ulid) => !hit.some(({ meta }) => meta.ulid === ulid));
  const task = { minTimeMs, maxTimeMs, matchers: plainMatchers(matchers) };
  try {
    for (const block of hit) {
      await runner.run("deleteFromBlock", { ulid: block.meta.ulid, ...task });
      set.markChanged(block);
    }
    for (const ulid of unserved) await runner.run("deleteFromBlock", { ulid, ...task });
  } finally {
    if (hit.length + unserved.length > 0) await blocks.reload();
  }
}

/** Writes every block of which something was deleted anew, without it. Source: tsdb/db.go `CleanTombstones`. */
export async function cleanTombstones(deps: AdminDeps): Promise<void> {
  const { runner, blocks, counters } = deps;
  await counters.tombstoneCleanup.time(async () => {
    const ulids = blocks.all.filter(({ meta }) => meta.stats.numTombstones > 0).map(({ meta }) => meta.ulid);
    for (const ulid of ulids) {
      // Serving what was written of one may have let go of others: they were too old or took too much room.
      if (!blocks.all.some(({ meta }) => meta.ulid === ulid)) continue;
      const outcome = await runner.run("cleanTombstones", { ulid, lastUlid: lastInOrderBlock(blocks)?.ulid });
      if (outcome?.kind === "written") await blocks.adopt(outcome.meta.ulid);
      else if (outcome?.kind === "empty") await blocks.reload();
    }
  });
}

/**
 * Makes the folder `target` with all blocks, by second names of their files, and, if asked for, a block of what is in the head. Throws
 * PromError("bad_data") for a folder that can't be that, and the file system's errors: EXDEV, where it lies on another file system.
 * Source: tsdb/db.go `Snapshot`.
 */
export async function snapshotBlocks(deps: AdminDeps, target: string, withHead: boolean): Promise<void> {
  const { head, runner, set, dir, logger } = deps;
  if (target === dir) throw new PromError("bad_data", "cannot snapshot into base directory");
  if (isUlid(target)) throw new PromError("bad_data", "dir must not be a valid ULID");
  const unpin = set.pin(set.all);
  try {
    await runner.run("makeFolder", { path: target });
    for (const { meta } of set.all) {
      logger.info("Snapshotting block", { block: meta.ulid });
      await runner.run("linkBlock", { ulid: meta.ulid, target });
    }
    const { minTimeMs, maxTimeMs } = head;
    if (!withHead || maxTimeMs === -Infinity) return;
    const range = { minTimeMs, maxTimeMs: maxTimeMs + 1 };
    await runner.run("writeHeadBlock", { parent: target, part: "inOrder", range, hints: [] });
  } finally {
    unpin();
  }
}
