import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import type { BlockMeta } from "../block/meta.ts";
import { PageCache } from "../block/page-cache.ts";
import { COMPACTION_HINTS } from "../compact/hints.ts";
import { tidyBlockFolder } from "../compact/tidy-folder.ts";
import { BlockSet } from "./block-set.ts";

/** Tidies the folder and serves the blocks that can be read; what can't be is told. Throws where the folder can't be listed. */
export async function openBlocks(files: Files, dir: string, logger: Logger): Promise<BlockSet> {
  const { removed, repaired, faults } = tidyBlockFolder(files, dir);
  for (const name of removed) logger.info("removed what was being written or removed when the last process ended", { folder: name });
  for (const name of repaired) logger.info("repaired the version of a block", { block: name });
  for (const { name, reason } of faults) logger.error("cannot tidy a folder; it is left as it is", { folder: name, err: reason });
  const set = new BlockSet({ files, dir, logger, pageCache: new PageCache() });
  // What retention has gone is removed by the first round of maintenance.
  await set.load(() => []);
  return set;
}

/** Hints of blocks beside which the head may have older samples still. */
const PARTIAL: readonly string[] = Object.values(COMPACTION_HINTS);

/**
 * The newest block that holds all samples in order before its end; undefined when there is none. It is what tells a start which samples of
 * the logs are in blocks, or were and are deleted.
 */
export function lastInOrderBlock({ all }: Pick<BlockSet, "all">): BlockMeta | undefined {
  let last: BlockMeta | undefined;
  for (const { meta } of all) {
    if (last !== undefined && meta.maxTime <= last.maxTime) continue;
    if (!meta.compaction.hints.some((hint) => PARTIAL.includes(hint))) last = meta;
  }
  return last;
}

/** Its end; -Infinity when there is none. Source: tsdb/db.go `inOrderBlocksMaxTime`. */
export function blocksEndMs(blocks: Pick<BlockSet, "all">): number {
  return lastInOrderBlock(blocks)?.maxTime ?? -Infinity;
}
