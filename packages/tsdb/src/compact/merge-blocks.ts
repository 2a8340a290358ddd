import type { BlockReader } from "../block/open-block.ts";
import type { BlockRange, BlockSeries, BlockSource } from "../block/write-block.ts";
import { BinaryHeap } from "./binary-heap.ts";
import { BlockCursor } from "./block-cursor.ts";
import type { EncodeOptions } from "./encode-samples.ts";
import { mergeChunks } from "./merge-chunks.ts";
import { mergedSymbols, mergeSymbols } from "./merged-symbols.ts";

/**
 * What the blocks hold within `range`, as the source of one block: their series by labels, each with the chunks of all, without what was
 * deleted. The blocks ascend by their beginning and stay open while it is read; damage ends the reading with its place.
 */
export function mergeBlocks(blocks: readonly BlockReader[], range: BlockRange, encoding: EncodeOptions): BlockSource {
  const symbols = blocks.map(({ index }) => mergedSymbols(index));
  return {
    symbols: () => mergeSymbols(symbols),
    series: () =>
      mergeSeries(
        blocks.map((block, i) => new BlockCursor(block, range, symbols[i])),
        encoding,
      ),
  };
}

function* mergeSeries(all: readonly BlockCursor[], encoding: EncodeOptions): Generator<BlockSeries> {
  const cursors = new BinaryHeap<BlockCursor>((a, b) => compareSymbols(a.labelSymbols, b.labelSymbols) < 0);
  let current = all;
  for (;;) {
    for (const cursor of current) if (cursor.next()) cursors.push(cursor);
    const first = cursors.pop();
    if (first === undefined) return;
    const { labelSymbols } = first;
    const same = [first];
    for (let next = cursors.peek(); next !== undefined && compareSymbols(next.labelSymbols, labelSymbols) === 0; next = cursors.peek()) {
      cursors.pop();
      same.push(next);
    }
    const chunks = same.map((cursor) => cursor.chunks());
    yield { labelSymbols, chunks: mergeChunks(chunks, encoding) };
    current = same;
  }
}

/** Orders label sets as `compareLabels` does their texts: symbols ascend as these do. */
function compareSymbols(a: Uint32Array, b: Uint32Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
