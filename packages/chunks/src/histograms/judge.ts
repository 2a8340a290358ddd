import { CUSTOM_BUCKETS_SCHEMA, type CounterResetHint, customBoundsMatch, type Histogram } from "@ferula/model";
import { absoluteCounts, CountScratch, isAbove, isTotalAbove, isZero } from "./counts.ts";
import { mergeSpans, type SpansMerge, spansIdentical } from "./merge-spans.ts";
import type { Layout } from "./layout.ts";
import { BUCKETS, type ChunkPosition, COUNT, type FieldWords, isStaleSum, type Row, ZERO_COUNT } from "./row.ts";

/** Where a chunk stands, to judge whether a sample may follow. */
export interface ChunkState extends ChunkPosition {
  readonly isInteger: boolean;
  readonly sampleCount: number;
  readonly counterReset: CounterResetHint;
}

/** Whether a sample may follow in a chunk, and how. */
export interface Verdict {
  readonly isAppendable: boolean;
  /** What a chunk begun with the sample tells about its counters. */
  readonly counterReset: CounterResetHint;
  /** How the buckets of both sides come together; undefined where both have the same layout. */
  readonly positive?: SpansMerge;
  readonly negative?: SpansMerge;
}

const sameLayout: Verdict = { isAppendable: true, counterReset: "not_reset" };
const noReset: Verdict = { isAppendable: false, counterReset: "not_reset" };
const reset: Verdict = { isAppendable: false, counterReset: "reset" };
const notKnown: Verdict = { isAppendable: false, counterReset: "unknown" };

/**
 * Judges a histogram of a counter. It may not follow gauges, what is not stale may not follow a stale marker, and schema, zero threshold
 * and bounds must be the chunk's. No count may have gone down; a bucket may have vanished only if it was empty. Of a change of schema or
 * threshold nobody asks whether there was a reset too. Source: `HistogramAppender.appendable`.
 */
export function judgeCounter(chunk: ChunkState, histogram: Histogram, row: Row): Verdict {
  if (chunk.sampleCount > 0 && chunk.counterReset === "gauge") return noReset;
  if (histogram.counterResetHint === "reset") return reset;
  if (row.isStale) return sameLayout;
  if (isStaleSum(chunk.fields)) return notKnown;
  const { isInteger, fields, layout } = chunk;
  if (isTotalAbove(isInteger, fields, row, COUNT)) return reset;
  if (histogram.schema !== layout.schema || histogram.zeroThreshold !== layout.zeroThreshold) return notKnown;
  if (!boundsMatch(layout, histogram)) return reset;
  if (isTotalAbove(isInteger, fields, row, ZERO_COUNT)) return reset;
  if (hasSameSpans(layout, histogram)) return hasLessInSameBuckets(chunk, row) ? reset : sameLayout;
  const positive = mergeSpans(layout.positiveSpans, histogram.positiveSpans, true);
  const negative = mergeSpans(layout.negativeSpans, histogram.negativeSpans, true);
  const { positiveCount } = chunk;
  const hasLess =
    hasLessInBuckets(isInteger, fields, BUCKETS, row, BUCKETS, positive) ||
    hasLessInBuckets(isInteger, fields, BUCKETS + positiveCount, row, BUCKETS + row.positiveCount, negative);
  return hasLess ? reset : { isAppendable: true, counterReset: "not_reset", positive, negative };
}

/** Judges a gauge, whose counts may go anywhere. Source: `HistogramAppender.appendableGauge`. */
export function judgeGauge(chunk: ChunkState, histogram: Histogram, row: Row): Verdict {
  if (chunk.sampleCount > 0 && chunk.counterReset !== "gauge") return noReset;
  if (row.isStale) return sameLayout;
  if (isStaleSum(chunk.fields)) return noReset;
  const { layout } = chunk;
  if (histogram.schema !== layout.schema || histogram.zeroThreshold !== layout.zeroThreshold) return noReset;
  if (!boundsMatch(layout, histogram)) return noReset;
  if (hasSameSpans(layout, histogram)) return sameLayout;
  const positive = mergeSpans(layout.positiveSpans, histogram.positiveSpans, false);
  const negative = mergeSpans(layout.negativeSpans, histogram.negativeSpans, false);
  return { isAppendable: true, counterReset: "not_reset", positive, negative };
}

function boundsMatch(layout: Layout, histogram: Histogram): boolean {
  return histogram.schema !== CUSTOM_BUCKETS_SCHEMA || customBoundsMatch(histogram.customValues, layout.customValues);
}

function hasSameSpans(layout: Layout, histogram: Histogram): boolean {
  return spansIdentical(layout.positiveSpans, histogram.positiveSpans) && spansIdentical(layout.negativeSpans, histogram.negativeSpans);
}

const chunkScratch = new CountScratch();
const sampleScratch = new CountScratch();

function hasLessInSameBuckets({ isInteger, fields, positiveCount }: ChunkState, row: Row): boolean {
  return (
    hasLess(isInteger, fields, row, BUCKETS, positiveCount) || hasLess(isInteger, fields, row, BUCKETS + positiveCount, row.negativeCount)
  );
}

function hasLess(isInteger: boolean, fields: FieldWords, row: Row, first: number, count: number): boolean {
  const before = absoluteCounts(isInteger, fields, first, count, chunkScratch);
  const after = absoluteCounts(isInteger, row, first, count, sampleScratch);
  for (let field = first; field < first + count; field++) if (isAbove(isInteger, before, field, after, field)) return true;
  return false;
}

function hasLessInBuckets(
  isInteger: boolean,
  fields: FieldWords,
  chunkFirst: number,
  row: Row,
  sampleFirst: number,
  { chunkSlots, sampleSlots }: SpansMerge,
): boolean {
  const before = absoluteCounts(isInteger, fields, chunkFirst, chunkSlots.length, chunkScratch);
  const after = absoluteCounts(isInteger, row, sampleFirst, sampleSlots.length, sampleScratch);
  for (let i = 0, j = 0; i < chunkSlots.length; i++) {
    while (j < sampleSlots.length && sampleSlots[j] < chunkSlots[i]) j++;
    const isThere = j < sampleSlots.length && sampleSlots[j] === chunkSlots[i];
    if (isThere ? isAbove(isInteger, before, chunkFirst + i, after, sampleFirst + j) : !isZero(isInteger, before, chunkFirst + i)) {
      return true;
    }
  }
  return false;
}
