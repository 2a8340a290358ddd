import { compareLabels, compareUtf8, type Labels } from "@ferula/model";
import type { BlockReader } from "../block/open-block.ts";
import type { BlockRange, BlockSeries, BlockSource } from "../block/write-block.ts";
import { BinaryHeap } from "./binary-heap.ts";
import { BlockCursor } from "./block-cursor.ts";
import type { EncodeOptions } from "./encode-samples.ts";
import { mergeChunks } from "./merge-chunks.ts";

/**
 * What the blocks hold within `range`, as the source of one block: their series by labels, each with the chunks of all, without what was
 * deleted. The blocks ascend by their beginning and stay open while it is read; damage ends the reading with its place.
 */
export function mergeBlocks(blocks: readonly BlockReader[], range: BlockRange, encoding: EncodeOptions): BlockSource {
  return {
    symbols: () => mergeSymbols(blocks.map((block) => block.index.symbols.all())),
    series: () => mergeSeries(blocks, range, encoding),
  };
}

function* mergeSeries(blocks: readonly BlockReader[], range: BlockRange, encoding: EncodeOptions): Generator<BlockSeries> {
  const cursors = new BinaryHeap<BlockCursor>((a, b) => compareLabels(a.labels, b.labels) < 0);
  let current = blocks.map((block) => new BlockCursor(block, range));
  for (;;) {
    for (const cursor of current) if (cursor.next()) cursors.push(cursor);
    const first = cursors.pop();
    if (first === undefined) return;
    const { labels } = first;
    current = [first];
    for (let next = cursors.peek(); next !== undefined && isSameSeries(next.labels, labels); next = cursors.peek()) {
      cursors.pop();
      current.push(next);
    }
    const chunks = current.map((cursor) => cursor.chunks());
    yield { labels, chunks: mergeChunks(chunks, encoding) };
  }
}

function isSameSeries(a: Labels, b: Labels): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

/** Texts that ascend by their UTF-8 bytes, of which each is given once. */
function* mergeSymbols(sources: readonly Iterator<string>[]): Generator<string> {
  const queues = new BinaryHeap<{ readonly rest: Iterator<string>; readonly next: string }>((a, b) => compareUtf8(a.next, b.next) < 0);
  const enqueue = (rest: Iterator<string>): void => {
    const { done, value } = rest.next();
    if (done !== true) queues.push({ rest, next: value });
  };
  sources.forEach(enqueue);
  let previous: string | undefined;
  for (let queue = queues.pop(); queue !== undefined; queue = queues.pop()) {
    if (queue.next !== previous) yield queue.next;
    previous = queue.next;
    enqueue(queue.rest);
  }
}
