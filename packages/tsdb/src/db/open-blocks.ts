import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { PageCache } from "../block/page-cache.ts";
import { COMPACTION_HINTS } from "../compact/hints.ts";
import { tidyBlockFolder } from "../compact/tidy-folder.ts";
import { BlockSet } from "./block-set.ts";

/** Tidies the folder and serves the blocks that can be read; what can't be is told. Throws where the folder can't be listed. */
export function openBlocks(files: Files, dir: string, logger: Logger): BlockSet {
  const { removed, repaired, faults } = tidyBlockFolder(files, dir);
  for (const name of removed) logger.info("removed what was being written or removed when the last process ended", { folder: name });
  for (const name of repaired) logger.info("repaired the version of a block", { block: name });
  for (const { name, reason } of faults) logger.error("cannot tidy a folder; it is left as it is", { folder: name, err: reason });
  const set = new BlockSet({ files, dir, logger, pageCache: new PageCache() });
  // What retention has gone is removed by the first round of maintenance.
  set.load(() => []);
  return set;
}

/** Hints of blocks beside which the head may have older samples still. */
const PARTIAL: readonly string[] = Object.values(COMPACTION_HINTS);

/** The end of the newest block that holds all samples in order before it; -Infinity when there is none. Source: tsdb/db.go `inOrderBlocksMaxTime`. */
export function blocksEndMs({ all }: BlockSet): number {
  let endMs = -Infinity;
  for (const { meta } of all) {
    if (meta.maxTime > endMs && !meta.compaction.hints.some((hint) => PARTIAL.includes(hint))) endMs = meta.maxTime;
  }
  return endMs;
}
