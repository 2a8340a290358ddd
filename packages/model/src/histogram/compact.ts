import { absoluteCounts, inFormOf } from "./deltas.ts";
import type { FloatHistogram, Histogram, Spans } from "./histogram.ts";
import { bucketCountOf, fillIndexes, SpansBuilder, spansFit } from "./spans.ts";

/** A layout and its buckets; `compensations`, where there are any, runs in step with `buckets` (see kahan.ts). */
export interface CompactedBuckets {
  readonly spans: Spans;
  readonly buckets: Float64Array;
  readonly compensations: Float64Array | undefined;
}

/**
 * Drops empty buckets, in place: those at the ends of a run always, those between two others when more than `maxEmptyBuckets` of them
 * follow each other. Runs that are no further apart become one. The result is the same for every layout of the same buckets. A side
 * whose spans don't fit its buckets is left as it is, for `validateHistogram` to refuse.
 *
 * Upstream (`Compact`) counts wrongly when it closes two gaps in a row with `maxEmptyBuckets` above 0, and so moves observations to
 * other buckets; here they stay where they are.
 */
export function compactHistogram(histogram: Histogram, maxEmptyBuckets: number): void {
  if (!isCompact(histogram, histogram.positiveSpans, histogram.positiveBuckets, maxEmptyBuckets)) {
    const { spans, buckets } = compactBuckets(histogram.positiveSpans, absoluteCounts(histogram, "positive"), undefined, maxEmptyBuckets);
    histogram.positiveSpans = spans;
    histogram.positiveBuckets = inFormOf(histogram, buckets);
  }
  if (!isCompact(histogram, histogram.negativeSpans, histogram.negativeBuckets, maxEmptyBuckets)) {
    const { spans, buckets } = compactBuckets(histogram.negativeSpans, absoluteCounts(histogram, "negative"), undefined, maxEmptyBuckets);
    histogram.negativeSpans = spans;
    histogram.negativeBuckets = inFormOf(histogram, buckets);
  }
}

/** The same for a histogram and its compensation, whose buckets stay in step: a bucket is empty when both are. */
export function compactWithCompensation(histogram: FloatHistogram, compensation: FloatHistogram, maxEmptyBuckets: number): void {
  const positive = compactBuckets(histogram.positiveSpans, histogram.positiveBuckets, compensation.positiveBuckets, maxEmptyBuckets);
  const negative = compactBuckets(histogram.negativeSpans, histogram.negativeBuckets, compensation.negativeBuckets, maxEmptyBuckets);
  histogram.positiveSpans = compensation.positiveSpans = positive.spans;
  histogram.negativeSpans = compensation.negativeSpans = negative.spans;
  histogram.positiveBuckets = positive.buckets;
  histogram.negativeBuckets = negative.buckets;
  compensation.positiveBuckets = positive.compensations ?? compensation.positiveBuckets;
  compensation.negativeBuckets = negative.compensations ?? compensation.negativeBuckets;
}

/** The usual case, found without allocation: no bucket is empty and no gap is small enough to be closed. */
function isCompact({ kind }: Histogram, spans: Spans, buckets: Float64Array, maxEmptyBuckets: number): boolean {
  if (!spansFit(spans, buckets.length)) return true;
  for (let i = 0; i < spans.length; i += 2) if ((i > 0 && spans[i] <= maxEmptyBuckets) || spans[i + 1] === 0) return false;
  let count = 0;
  for (let i = 0; i < buckets.length; i++) {
    count = kind === "integer" ? count + buckets[i] : buckets[i];
    if (count === 0) return false;
  }
  return true;
}

/** `compactHistogram` for the buckets of one side, given as counts; the arrays are only read. */
export function compactBuckets(
  spans: Spans,
  counts: Float64Array,
  compensations: Float64Array | undefined,
  maxEmptyBuckets: number,
): CompactedBuckets {
  const indexes = new Int32Array(bucketCountOf(spans));
  fillIndexes(spans, indexes);
  const kept = occupiedBuckets(counts, compensations);
  const length = filledLength(indexes, kept, maxEmptyBuckets);
  const builder = new SpansBuilder(kept.length);
  const buckets = new Float64Array(length);
  const keptCompensations = compensations === undefined ? undefined : new Float64Array(length);
  let at = 0;
  for (let k = 0; k < kept.length; k++) {
    const bucket = kept[k];
    const gap = k === 0 ? 0 : indexes[bucket] - indexes[kept[k - 1]] - 1;
    if (gap <= maxEmptyBuckets) {
      for (let filled = gap; filled > 0; filled--) builder.add(indexes[bucket] - filled);
      at += gap;
    }
    builder.add(indexes[bucket]);
    buckets[at] = counts[bucket];
    if (compensations !== undefined && keptCompensations !== undefined) keptCompensations[at] = compensations[bucket];
    at++;
  }
  return { spans: builder.finish(), buckets, compensations: keptCompensations };
}

/** Positions of the buckets that are not empty. */
function occupiedBuckets(counts: Float64Array, compensations: Float64Array | undefined): Int32Array {
  const kept = new Int32Array(counts.length);
  let used = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] !== 0 || (compensations !== undefined && compensations[i] !== 0)) kept[used++] = i;
  }
  return kept.subarray(0, used);
}

/** How many buckets there are once small gaps are filled. */
function filledLength(indexes: Int32Array, kept: Int32Array, maxEmptyBuckets: number): number {
  let length = kept.length;
  for (let k = 1; k < kept.length; k++) {
    const gap = indexes[kept[k]] - indexes[kept[k - 1]] - 1;
    if (gap <= maxEmptyBuckets) length += gap;
  }
  return length;
}
