import type { StoredChunk } from "../block/chunk-reader.ts";
import type { BlockChunk } from "../block/write-block.ts";
import { BinaryHeap } from "./binary-heap.ts";
import { ChainedSamples } from "./chained-samples.ts";
import { ChunkSamples } from "./chunk-samples.ts";
import { encodeSamples, type EncodeOptions } from "./encode-samples.ts";
import { sourceOfEncoded, type SourceChunk } from "./source-chunk.ts";

/** Chunks of which the next is known. */
interface ChunkQueue {
  readonly rest: Iterator<SourceChunk>;
  next: SourceChunk;
}

/**
 * The chunks of one series out of several blocks as one row by ascending time. What overlaps nothing is passed on as its bytes are; what
 * overlaps is decoded, merged and encoded anew, see `ChainedSamples`; of chunks that are the same one is kept. Source: storage/merge.go
 * `compactChunkIterator`.
 */
export function* mergeChunks(sources: readonly Iterable<SourceChunk>[], encoding: EncodeOptions): Generator<BlockChunk> {
  const queues = new BinaryHeap<ChunkQueue>((a, b) => beginsEarlier(a.next, b.next));
  for (const source of sources) enqueue(queues, source[Symbol.iterator]());
  for (let first = takeNext(queues); first !== undefined; first = takeNext(queues)) {
    const overlapping = takeOverlapping(queues, first);
    if (overlapping.length === 0) {
      const { minTimeMs, maxTimeMs } = first;
      const { encoding: own, bytes } = first.read();
      yield { minTimeMs, maxTimeMs, encoding: own, bytes };
      continue;
    }
    // The first goes last: in this order upstream chooses among samples of the same time.
    const merged = encodeSamples(new ChainedSamples([...overlapping, first].map(samplesOf)), encoding);
    yield merged[0];
    const { place } = first;
    enqueue(
      queues,
      merged
        .slice(1)
        .map((chunk) => sourceOfEncoded(chunk, place))
        .values(),
    );
  }
}

function beginsEarlier(a: SourceChunk, b: SourceChunk): boolean {
  return a.minTimeMs === b.minTimeMs ? a.maxTimeMs < b.maxTimeMs : a.minTimeMs < b.minTimeMs;
}

function enqueue(queues: BinaryHeap<ChunkQueue>, rest: Iterator<SourceChunk>): void {
  const { done, value } = rest.next();
  if (done !== true) queues.push({ rest, next: value });
}

/** Takes the earliest chunk of all. */
function takeNext(queues: BinaryHeap<ChunkQueue>): SourceChunk | undefined {
  const queue = queues.pop();
  if (queue === undefined) return undefined;
  const chunk = queue.next;
  enqueue(queues, queue.rest);
  return chunk;
}

/** Takes what begins before `first`, or what overlaps it, has ended; without what is the same as the one before. */
function takeOverlapping(queues: BinaryHeap<ChunkQueue>, first: SourceChunk): SourceChunk[] {
  const overlapping: SourceChunk[] = [];
  let { maxTimeMs } = first;
  let previous = first;
  for (let next = queues.peek()?.next; next !== undefined && next.minTimeMs <= maxTimeMs; next = queues.peek()?.next) {
    if (!isSame(next, previous)) {
      overlapping.push(next);
      maxTimeMs = Math.max(maxTimeMs, next.maxTimeMs);
      previous = next;
    }
    takeNext(queues);
  }
  return overlapping;
}

function isSame(a: SourceChunk, b: SourceChunk): boolean {
  if (a.minTimeMs !== b.minTimeMs || a.maxTimeMs !== b.maxTimeMs) return false;
  const kept = keptCopy(a);
  const other = b.read();
  return kept.encoding === other.encoding && Buffer.compare(kept.bytes, other.bytes) === 0;
}

function samplesOf(chunk: SourceChunk): ChunkSamples {
  return new ChunkSamples(keptCopy(chunk), chunk.place);
}

/** What is read stays only until the next read. */
function keptCopy(chunk: SourceChunk): StoredChunk {
  const { encoding, bytes } = chunk.read();
  return { encoding, bytes: bytes.slice() };
}
