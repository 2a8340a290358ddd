import { absoluteCounts, inFormOf } from "./deltas.ts";
import { histogramError } from "./errors.ts";
import { copyHistogram, type Histogram, type Spans } from "./histogram.ts";
import { addCompensated } from "./kahan.ts";
import { CUSTOM_BUCKETS_SCHEMA, hasCustomBuckets } from "./schema.ts";
import type { CompensatedBuckets, SideBuckets } from "./side-buckets.ts";
import { bucketCountOf, fillIndexes, SpansBuilder } from "./spans.ts";

/**
 * Merges buckets so that the histogram has the coarser `schema`, in place. Throws RangeError when the schema is not coarser or one of
 * the two is that of custom buckets, and HistogramError when spans and buckets don't fit each other.
 */
export function reduceResolution(histogram: Histogram, schema: number): void {
  if (hasCustomBuckets(histogram)) throw new RangeError("cannot reduce resolution when there are custom buckets");
  if (schema === CUSTOM_BUCKETS_SCHEMA) throw new RangeError("cannot reduce resolution to custom buckets schema");
  if (schema >= histogram.schema) throw new RangeError(`cannot reduce resolution from schema ${histogram.schema} to ${schema}`);
  const positive = reduceBuckets(histogram.positiveSpans, absoluteCounts(histogram, "positive"), histogram.schema, schema);
  const negative = reduceBuckets(histogram.negativeSpans, absoluteCounts(histogram, "negative"), histogram.schema, schema);
  histogram.positiveSpans = positive.spans;
  histogram.positiveBuckets = inFormOf(histogram, positive.buckets);
  histogram.negativeSpans = negative.spans;
  histogram.negativeBuckets = inFormOf(histogram, negative.buckets);
  histogram.schema = schema;
}

/** A copy in `schema`, which must be the histogram's or a coarser one. A copy that was reduced has no hint any more. */
export function copyToSchema<H extends Histogram>(histogram: H, schema: number): H {
  const copy = copyHistogram(histogram);
  if (schema === histogram.schema) return copy;
  reduceResolution(copy, schema);
  copy.counterResetHint = "unknown";
  return copy;
}

/** The index in the coarser schema `to` of the bucket that holds the bucket `index` of the schema `from`. */
export function reducedIndex(index: number, from: number, to: number): number {
  // Shifts take their distance modulo 32; further ones leave only the sign, as this does.
  return ((index - 1) >> Math.min(from - to, 31)) + 1;
}

/** Merges counts of the schema `from` into the coarser `to`. The arrays are only read. */
export function reduceBuckets(spans: Spans, counts: Float64Array, from: number, to: number): SideBuckets {
  const targets = reducedIndexes(spans, counts.length, from, to);
  const buckets = new Float64Array(counts.length);
  let last = -1;
  for (let i = 0; i < counts.length; i++) {
    if (i === 0 || targets[i] !== targets[i - 1]) buckets[++last] = counts[i];
    else buckets[last] += counts[i];
  }
  return { spans: spansOf(targets), buckets: buckets.slice(0, last + 1) };
}

/** The same with compensations, which are merged into those of the result. */
export function reduceCompensated(source: CompensatedBuckets, from: number, to: number): CompensatedBuckets {
  const { spans, buckets: counts, compensations } = source;
  const targets = reducedIndexes(spans, counts.length, from, to);
  const buckets = new Float64Array(counts.length);
  const merged = new Float64Array(counts.length);
  let last = -1;
  for (let i = 0; i < counts.length; i++) {
    if (i === 0 || targets[i] !== targets[i - 1]) {
      last++;
      buckets[last] = counts[i];
      merged[last] = compensations[i];
    } else {
      addCompensated(buckets, merged, last, counts[i]);
      addCompensated(buckets, merged, last, compensations[i]);
    }
  }
  return { spans: spansOf(targets), buckets: buckets.slice(0, last + 1), compensations: merged.slice(0, last + 1) };
}

/** Ascending indexes in the coarser schema, one for each bucket: neighbours that fall together have the same. */
function reducedIndexes(spans: Spans, bucketCount: number, from: number, to: number): Int32Array {
  for (let n = 1; 2 * n < spans.length; n++) {
    if (spans[2 * n] < 0) throw histogramError("negativeSpanOffset", `span number ${n + 1} with offset ${spans[2 * n]}`);
  }
  const needed = bucketCountOf(spans);
  if (needed > bucketCount) throw histogramError("spansBucketsMismatch", `have ${bucketCount} buckets but spans need more`);
  if (needed < bucketCount) throw histogramError("spansBucketsMismatch", `spans need ${needed} buckets, have ${bucketCount} buckets`);
  const indexes = new Int32Array(needed);
  fillIndexes(spans, indexes);
  for (let i = 0; i < indexes.length; i++) indexes[i] = reducedIndex(indexes[i], from, to);
  return indexes;
}

function spansOf(targets: Int32Array): Spans {
  const builder = new SpansBuilder(targets.length);
  for (let i = 0; i < targets.length; i++) if (i === 0 || targets[i] !== targets[i - 1]) builder.add(targets[i]);
  return builder.finish();
}
