import type { Files } from "@ferula/files";
import type { Matcher } from "@ferula/model";
import { addInterval, type Interval } from "./intervals.ts";
import { writeMeta, type BlockMeta } from "./meta.ts";
import type { BlockReader } from "./open-block.ts";
import { selectPostings } from "./select-postings.ts";
import { createSeriesEntry } from "./series-entry.ts";
import { countTombstones, writeTombstones } from "./tombstones.ts";

/**
 * Marks the samples in `[minTimeMs, maxTimeMs]` of the series that match all of `matchers` as deleted, as tsdb/block.go `Delete` does: for each
 * series with a chunk in the range, no further than its samples reach. What was deleted before stays so. Returns the block's new description.
 *
 * `block` stays as it was opened: who reads on opens it again. Cut off in between, the marks are there and only their count is old.
 */
export function deleteFromBlock(
  files: Files,
  block: BlockReader,
  minTimeMs: number,
  maxTimeMs: number,
  matchers: readonly Matcher[],
): BlockMeta {
  const tombstones = new Map<number, Interval[]>(Array.from(block.tombstones, ([ref, intervals]) => [ref, [...intervals]]));
  const entry = createSeriesEntry();
  for (const ref of selectPostings(block.index, matchers)) {
    block.index.readSeries(ref, entry);
    const { minTimesMs, maxTimesMs, chunkCount } = entry;
    const isHit = minTimesMs.subarray(0, chunkCount).some((minMs, i) => minMs <= maxTimeMs && maxTimesMs[i] >= minTimeMs);
    if (!isHit) continue;
    const intervals = tombstones.get(ref) ?? [];
    addInterval(intervals, {
      minTimeMs: Math.max(minTimeMs, minTimesMs[0]),
      maxTimeMs: Math.min(maxTimeMs, maxTimesMs[chunkCount - 1]),
    });
    tombstones.set(ref, intervals);
  }
  const meta = { ...block.meta, stats: { ...block.meta.stats, numTombstones: countTombstones(tombstones) } };
  writeTombstones(files, block.dir, tombstones);
  writeMeta(files, block.dir, meta);
  return meta;
}
