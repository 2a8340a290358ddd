import { CHUNK_HEADER_BYTES, slabAddress } from "@ferula/chunks";
import type { SelectHints } from "@ferula/storage";
import type { HeadSelection } from "../read/head-selection.ts";
import type { Head } from "./head.ts";

/**
 * Notes where the chunks of `refs` lie that overlap the range (both ends inclusive), and how many samples each open one has now. Series
 * without such a chunk are left out. The arrays share one SharedArrayBuffer, so that posting a selection copies nothing.
 *
 * With `latestAtMs`, a series whose newest sample is not after it is answered by that sample alone and needs no chunk.
 */
export function takeSelection(head: Head, refs: Uint32Array, minTimeMs: number, maxTimeMs: number, hints?: SelectHints): HeadSelection {
  const latestAtMs = hints?.latestAtMs;
  const picker = new ChunkPicker(head, minTimeMs, maxTimeMs, latestAtMs);
  let seriesCount = 0;
  let chunkCount = 0;
  for (let i = 0; i < refs.length; i++) {
    const chunks = picker.count(refs[i]);
    if (chunks < 0) continue;
    refs[seriesCount++] = refs[i];
    chunkCount += chunks;
  }
  const arrays = allocate(seriesCount, chunkCount, latestAtMs !== undefined);
  let nextChunk = 0;
  for (let i = 0; i < seriesCount; i++) {
    const ref = refs[i];
    arrays.labelAddresses[i] = head.labelSets.address(ref);
    arrays.chunkStart[i] = nextChunk;
    const chunks = picker.count(ref);
    picker.fill(ref, chunks, arrays.chunkAddresses, arrays.chunkSampleCounts, nextChunk);
    nextChunk += chunks;
    if (arrays.latestTimestampsMs !== undefined && arrays.latestBits !== undefined) {
      const isLatest = picker.isAnsweredByLatest(ref);
      arrays.latestTimestampsMs[i] = isLatest ? head.series.lastTimestampsMs[ref] : NaN;
      arrays.latestBits[2 * i] = head.series.lastBits[2 * ref];
      arrays.latestBits[2 * i + 1] = head.series.lastBits[2 * ref + 1];
    }
  }
  arrays.chunkStart[seriesCount] = nextChunk;
  return {
    minTimeMs,
    maxTimeMs,
    seriesCount,
    labelAddresses: arrays.labelAddresses,
    chunkStart: arrays.chunkStart,
    chunkAddresses: arrays.chunkAddresses,
    chunkSampleCounts: arrays.chunkSampleCounts,
    ...(arrays.latestTimestampsMs !== undefined && arrays.latestValues !== undefined
      ? { latestTimestampsMs: arrays.latestTimestampsMs, latestValues: arrays.latestValues }
      : {}),
    pin: head.slabAllocator.pin(),
  };
}

/** Which chunks of a series overlap a range. */
class ChunkPicker {
  private readonly head: Head;
  private readonly minTimeMs: number;
  private readonly maxTimeMs: number;
  private readonly latestAtMs: number;

  constructor(head: Head, minTimeMs: number, maxTimeMs: number, latestAtMs: number | undefined) {
    this.head = head;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    this.latestAtMs = latestAtMs ?? -Infinity;
  }

  isAnsweredByLatest(ref: number): boolean {
    const lastMs = this.head.series.lastTimestampsMs[ref];
    return lastMs <= this.latestAtMs && lastMs >= this.minTimeMs && lastMs <= this.maxTimeMs;
  }

  /** How many chunks `fill` will write; -1 when the series has no chunk in the range. */
  count(ref: number): number {
    const { chunks, series } = this.head;
    if (this.isAnsweredByLatest(ref)) return 0;
    let count = this.hasOpenChunk(ref) ? 1 : 0;
    for (let chunk = series.newestChunks[ref]; chunk !== 0 && chunks.maxTimesMs[chunk] >= this.minTimeMs; chunk = chunks.older[chunk]) {
      if (chunks.minTimesMs[chunk] <= this.maxTimeMs) count++;
    }
    return count === 0 ? -1 : count;
  }

  /** Writes the series' `count` chunks from `start` on, oldest first; the chain runs the other way. */
  fill(ref: number, count: number, addresses: Uint32Array, sampleCounts: Uint16Array, start: number): void {
    if (count === 0) return;
    const { chunks, series, floats } = this.head;
    let at = start + count - 1;
    if (this.hasOpenChunk(ref)) {
      addresses[at] = slabAddress(floats.encoder.slabs[ref]) + CHUNK_HEADER_BYTES;
      sampleCounts[at--] = floats.encoder.sampleCounts[ref];
    }
    for (let chunk = series.newestChunks[ref]; at >= start; chunk = chunks.older[chunk]) {
      if (chunks.minTimesMs[chunk] > this.maxTimeMs) continue;
      addresses[at] = slabAddress(chunks.slabs[chunk]) + CHUNK_HEADER_BYTES;
      sampleCounts[at--] = chunks.sampleCounts[chunk];
    }
  }

  private hasOpenChunk(ref: number): boolean {
    const { floats, series } = this.head;
    const slab = floats.encoder.slabs[ref];
    if (slab === 0 || series.lastTimestampsMs[ref] < this.minTimeMs) return false;
    return series.lastTimestampsMs[ref] <= this.maxTimeMs || floats.encoder.firstTimestampMs(slab) <= this.maxTimeMs;
  }
}

interface SelectionArrays {
  readonly labelAddresses: Uint32Array;
  readonly chunkStart: Uint32Array;
  readonly chunkAddresses: Uint32Array;
  readonly chunkSampleCounts: Uint16Array;
  readonly latestTimestampsMs: Float64Array | undefined;
  readonly latestValues: Float64Array | undefined;
  readonly latestBits: Uint32Array | undefined;
}

/** One buffer for all: making a SharedArrayBuffer costs microseconds. Widest elements first, so that all are aligned. */
function allocate(seriesCount: number, chunkCount: number, withLatest: boolean): SelectionArrays {
  const latestCount = withLatest ? seriesCount : 0;
  const buffer = new SharedArrayBuffer(16 * latestCount + 4 * (2 * seriesCount + 1 + chunkCount) + 2 * chunkCount);
  let at = 0;
  const take = (sizeBytes: number): number => {
    const start = at;
    at += sizeBytes;
    return start;
  };
  const times = take(8 * latestCount);
  const values = take(8 * latestCount);
  return {
    latestTimestampsMs: withLatest ? new Float64Array(buffer, times, latestCount) : undefined,
    latestValues: withLatest ? new Float64Array(buffer, values, latestCount) : undefined,
    latestBits: withLatest ? new Uint32Array(buffer, values, 2 * latestCount) : undefined,
    labelAddresses: new Uint32Array(buffer, take(4 * seriesCount), seriesCount),
    chunkStart: new Uint32Array(buffer, take(4 * (seriesCount + 1)), seriesCount + 1),
    chunkAddresses: new Uint32Array(buffer, take(4 * chunkCount), chunkCount),
    chunkSampleCounts: new Uint16Array(buffer, take(2 * chunkCount), chunkCount),
  };
}
