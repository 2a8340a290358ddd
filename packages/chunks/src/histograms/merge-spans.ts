import type { Spans } from "@ferula/model";
import { bucketCountOf } from "./layout.ts";

/** The buckets of a chunk and of a sample on one side, brought into one layout. */
export interface SpansMerge {
  /** The layout that holds both, with no empty spans and none that touch. */
  readonly spans: Spans;
  readonly bucketCount: number;
  /** Bucket i of the chunk goes to `chunkSlots[i]`. */
  readonly chunkSlots: Int32Array;
  /** Bucket i of the sample goes to `sampleSlots[i]`. */
  readonly sampleSlots: Int32Array;
  /** Into how many places of the chunk's buckets others have to be put. */
  readonly chunkInserts: number;
  /** The same for the sample's. */
  readonly sampleInserts: number;
}

/**
 * Merges two layouts. Buckets that are put into the same place count as one insert, or, with `splitAtGaps`, as one for each run without a
 * gap: only messages tell the difference, and they are upstream's.
 */
export function mergeSpans(chunkSpans: Spans, sampleSpans: Spans, splitAtGaps: boolean): SpansMerge {
  const chunkIndexes = indexesOf(chunkSpans);
  const sampleIndexes = indexesOf(sampleSpans);
  const chunkSlots = new Int32Array(chunkIndexes.length);
  const sampleSlots = new Int32Array(sampleIndexes.length);
  const merged = new Float64Array(chunkIndexes.length + sampleIndexes.length);
  const chunkInserts = new InsertCounter(splitAtGaps);
  const sampleInserts = new InsertCounter(splitAtGaps);
  let slot = 0;
  for (let i = 0, j = 0; i < chunkIndexes.length || j < sampleIndexes.length; slot++) {
    const chunkIndex = i < chunkIndexes.length ? chunkIndexes[i] : Infinity;
    const sampleIndex = j < sampleIndexes.length ? sampleIndexes[j] : Infinity;
    if (chunkIndex < sampleIndex) sampleInserts.add(j, chunkIndex);
    if (sampleIndex < chunkIndex) chunkInserts.add(i, sampleIndex);
    merged[slot] = Math.min(chunkIndex, sampleIndex);
    if (chunkIndex <= sampleIndex) chunkSlots[i++] = slot;
    if (sampleIndex <= chunkIndex) sampleSlots[j++] = slot;
  }
  return {
    spans: spansOf(merged.subarray(0, slot)),
    bucketCount: slot,
    chunkSlots,
    sampleSlots,
    chunkInserts: chunkInserts.count,
    sampleInserts: sampleInserts.count,
  };
}

class InsertCounter {
  count = 0;
  private readonly splitAtGaps: boolean;
  private lastPlace = -1;
  private lastIndex = 0;

  constructor(splitAtGaps: boolean) {
    this.splitAtGaps = splitAtGaps;
  }

  add(place: number, index: number): void {
    if (place !== this.lastPlace || (this.splitAtGaps && index !== this.lastIndex + 1)) this.count++;
    this.lastPlace = place;
    this.lastIndex = index;
  }
}

/** The index of each bucket. Doubles, as offsets from outside may add up to more than 32 bits. */
function indexesOf(spans: Spans): Float64Array {
  const indexes = new Float64Array(bucketCountOf(spans));
  let index = 0;
  let at = 0;
  for (let i = 0; i < spans.length; i += 2) {
    index += spans[i];
    for (let left = spans[i + 1] >>> 0; left > 0; left--) indexes[at++] = index++;
  }
  return indexes;
}

function spansOf(indexes: Float64Array): Spans {
  const spans = new Int32Array(2 * indexes.length);
  let used = 0;
  let next = 0;
  for (let i = 0; i < indexes.length; i++) {
    if (used > 0 && indexes[i] === next) {
      spans[used - 1]++;
    } else {
      spans[used] = indexes[i] - next;
      spans[used + 1] = 1;
      used += 2;
    }
    next = indexes[i] + 1;
  }
  return spans.slice(0, used);
}

/** Whether two layouts are written alike. */
export function spansIdentical(a: Spans, b: Spans): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
