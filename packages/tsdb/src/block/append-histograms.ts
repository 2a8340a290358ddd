import { openChunk, SAMPLE_TYPES, type HistogramEncoding } from "@ferula/chunks";
import { pushHistogram, type HistogramColumns } from "@ferula/model";
import type { Interval } from "./intervals.ts";

const NONE: readonly Interval[] = [];

/**
 * Appends the histograms of a whole chunk to `out` that lie in `[minTimeMs, maxTimeMs]` and in none of `deleted`, which ascend; integer ones
 * are made floats. Throws RangeError when the chunk is damaged.
 */
export function appendHistograms(
  encoding: HistogramEncoding,
  chunk: Uint8Array,
  out: HistogramColumns,
  minTimeMs: number,
  maxTimeMs: number,
  deleted: readonly Interval[] = NONE,
): void {
  const iterator = openChunk(encoding, chunk);
  let next = 0;
  while (iterator.next() !== SAMPLE_TYPES.none) {
    const { timestampMs } = iterator;
    if (timestampMs > maxTimeMs) return;
    while (next < deleted.length && deleted[next].maxTimeMs < timestampMs) next++;
    const isDeleted = next < deleted.length && deleted[next].minTimeMs <= timestampMs;
    if (timestampMs >= minTimeMs && !isDeleted) pushHistogram(out, timestampMs, iterator.floatHistogram());
  }
}
