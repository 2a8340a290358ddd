import { addInterval, type Interval } from "../block/intervals.ts";
import type { BlockChunk, BlockRange } from "../block/write-block.ts";
import type { EncodeOptions } from "../compact/encode-samples.ts";
import { mergeChunks } from "../compact/merge-chunks.ts";
import { type ChunkPlace, sourceOfEncoded, type SourceChunk } from "../compact/source-chunk.ts";
import { withoutDeleted } from "../compact/without-deleted.ts";
import type { SelectedChunks } from "./head-block.ts";

/** What is wanted of a series. */
export interface RangedOptions {
  readonly range: BlockRange;
  /** For chunks that overlap. */
  readonly encoding: EncodeOptions;
  /** What was deleted of the series. */
  readonly deleted: readonly Interval[];
}

/** For messages; a damaged file of chunks is named by its reader before. */
const place = (): ChunkPlace => ({ path: "a chunk of the head", offset: 0 });

/**
 * The chunks of series `index` within the range, by ascending time and without overlaps. Those that are wholly inside, of which nothing was
 * deleted and that overlap no other are copied; all others are encoded anew.
 */
export function rangedChunks(selected: SelectedChunks, index: number, { range, encoding, deleted }: RangedOptions): Iterable<BlockChunk> {
  const dropped = [...deleted];
  addInterval(dropped, { minTimeMs: -Infinity, maxTimeMs: range.minTimeMs - 1 });
  addInterval(dropped, { minTimeMs: range.maxTimeMs, maxTimeMs: Infinity });
  const chunks: SourceChunk[] = [];
  selected.forEachChunk(index, (chunk) => {
    if (chunk.maxTimeMs < range.minTimeMs || chunk.minTimeMs >= range.maxTimeMs) return;
    const copy = sourceOfEncoded({ ...chunk, bytes: chunk.bytes.slice() }, place);
    for (const kept of withoutDeleted(copy, dropped)) chunks.push(kept);
  });
  chunks.sort((a, b) => a.minTimeMs - b.minTimeMs);
  return mergeChunks([chunks], encoding);
}
