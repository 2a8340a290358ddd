import { PromError, type Matcher } from "@ferula/model";
import { isUlid } from "../block/ulid.ts";
import { plainMatchers } from "../query/matchers.ts";
import type { SegmentLog } from "../wal/segment-log.ts";
import type { BlockSet } from "./block-set.ts";
import type { CompactionDeps } from "./compaction.ts";
import { deleteFromHead } from "./delete-from-head.ts";

/** What the administrator's commands need. */
export interface AdminDeps extends CompactionDeps {
  readonly set: BlockSet;
  readonly log: Pick<SegmentLog, "append">;
}

/**
 * Deletes the samples in `[minTimeMs, maxTimeMs]` of the series that match all of `matchers`: they are no longer read from now on, and leave
 * the disk with the next compaction of what they are in. Samples that come later are not touched. Fails with the first thing that can't be
 * written; what was deleted before it stays deleted.
 */
export async function deleteSeries(deps: AdminDeps, minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): Promise<void> {
  const { head, log, runner, set, blocks } = deps;
  deleteFromHead(head, log, minTimeMs, maxTimeMs, matchers);
  const hit = set.blocksIn(minTimeMs, maxTimeMs);
  try {
    for (const block of hit) {
      await runner.run("deleteFromBlock", { ulid: block.meta.ulid, minTimeMs, maxTimeMs, matchers: plainMatchers(matchers) });
      set.markChanged(block);
    }
  } finally {
    if (hit.length > 0) await blocks.reload();
  }
}

/** Writes every block of which something was deleted anew, without it. Source: tsdb/db.go `CleanTombstones`. */
export async function cleanTombstones(deps: AdminDeps): Promise<void> {
  const { runner, blocks, counters } = deps;
  await counters.tombstoneCleanup.time(async () => {
    for (const { meta } of blocks.all) {
      if (meta.stats.numTombstones === 0) continue;
      const outcome = await runner.run("cleanTombstones", { ulid: meta.ulid });
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
