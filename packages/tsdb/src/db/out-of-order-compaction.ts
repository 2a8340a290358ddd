import { COMPACTION_HINTS } from "../compact/hints.ts";
import { forgetOldTombstones } from "../head/tombstones.ts";
import { type CompactionDeps, writeHeadBlock } from "./compaction.ts";

/**
 * Writes the samples that came out of order into blocks of their own, which are merged with those that they overlap later. Those that come
 * meanwhile stay for the next time. Source: tsdb/db.go `compactOOOHead`.
 */
export async function compactOutOfOrder(deps: CompactionDeps): Promise<void> {
  const { head, logger } = deps;
  const compaction = await head.outOfOrder.beginCompaction();
  if (compaction === undefined) return;
  for (const range of compaction.ranges) {
    await writeHeadBlock(deps, { part: "outOfOrder", range, refs: compaction.refs, hints: [COMPACTION_HINTS.outOfOrder] });
  }
  await head.slicedReads.ended();
  await head.outOfOrder.finishCompaction(compaction);
  await forgetOldTombstones(head);
  logger.info("out-of-order compaction completed", { blocks: compaction.ranges.length });
}
