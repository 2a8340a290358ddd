import type { BlockCompaction, BlockMeta } from "../block/meta.ts";
import type { BlockRange } from "../block/write-block.ts";
import { COMPACTION_HINTS } from "./hints.ts";

/** The time that all of the blocks take together. There is at least one. */
export function mergedRange(metas: readonly BlockMeta[]): BlockRange {
  return { minTimeMs: Math.min(...metas.map(({ minTime }) => minTime)), maxTimeMs: Math.max(...metas.map(({ maxTime }) => maxTime)) };
}

/**
 * Where the block comes from that others become: one level above the highest, with the sources of all. It is out-of-order only where
 * all are; the other hints stay where one has them. Source: tsdb/compact.go `CompactBlockMetas`.
 */
export function mergedCompaction(metas: readonly BlockMeta[]): BlockCompaction {
  const compactions = metas.map(({ compaction }) => compaction);
  const hints = [COMPACTION_HINTS.staleSeries, COMPACTION_HINTS.selectedSeries].filter((hint) =>
    compactions.some((one) => one.hints.includes(hint)),
  );
  const isOutOfOrder = compactions.every((one) => one.hints.includes(COMPACTION_HINTS.outOfOrder));
  return {
    level: Math.max(...compactions.map(({ level }) => level)) + 1,
    sources: [...new Set(compactions.flatMap(({ sources }) => sources))].sort(),
    deletable: false,
    parents: metas.map(({ ulid, minTime, maxTime }) => ({ ulid, minTime, maxTime })),
    failed: false,
    hints: [...hints, ...(isOutOfOrder ? [COMPACTION_HINTS.outOfOrder] : [])].sort(),
  };
}
