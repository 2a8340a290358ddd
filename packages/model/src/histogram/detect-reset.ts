import { customBoundsMatch } from "./equal.ts";
import { intersectBounds } from "./custom-bounds.ts";
import { copyHistogram, type FloatHistogram, type Spans } from "./histogram.ts";
import { bucketsWithin } from "./merge-layouts.ts";
import { reduceResolution } from "./reduce-resolution.ts";
import { hasCustomBuckets } from "./schema.ts";
import { bucketCountOf, fillIndexes, spansIdentical } from "./spans.ts";
import { zeroBucketAt } from "./zero-bucket.ts";

let currentIndexes = new Int32Array(256);
let previousIndexes = new Int32Array(256);

/**
 * Whether the counter was reset between `previous` and `histogram`: a count went down, in a bucket too, or the resolution or the zero
 * bucket changed as only a reset lets them. A hint of "reset" or "not_reset" is believed; a gauge is looked at like a counter. What can
 * change without a reset, a coarser schema or a wider zero bucket, is done to the previous buckets first; both histograms are only read.
 * Source: model/histogram/float_histogram.go `DetectReset`.
 */
export function detectReset(histogram: FloatHistogram, previous: FloatHistogram): boolean {
  if (histogram.counterResetHint === "reset") return true;
  if (histogram.counterResetHint === "not_reset") return false;
  if (histogram.count < previous.count) return true;
  if (hasCustomBuckets(histogram)) {
    if (!hasCustomBuckets(previous)) return true;
    if (!customBoundsMatch(histogram.customValues, previous.customValues)) return detectMappedReset(histogram, previous);
  }
  if (histogram.schema > previous.schema || histogram.zeroThreshold < previous.zeroThreshold) return true;
  const zero = zeroBucketAt(previous, histogram.zeroThreshold);
  // The threshold cuts through a bucket that is not empty, which it can't without a reset.
  if (zero.threshold !== histogram.zeroThreshold || histogram.zeroCount < zero.count) return true;
  return hasLessInBuckets(histogram, inSchemaOf(histogram, previous));
}

function inSchemaOf(histogram: FloatHistogram, previous: FloatHistogram): FloatHistogram {
  if (previous.schema === histogram.schema) return previous;
  const reduced = copyHistogram(previous);
  reduceResolution(reduced, histogram.schema);
  return reduced;
}

function hasLessInBuckets(histogram: FloatHistogram, previous: FloatHistogram): boolean {
  const { schema, zeroThreshold } = histogram;
  return (
    sideHasLess(
      histogram.positiveSpans,
      histogram.positiveBuckets,
      previous.positiveSpans,
      previous.positiveBuckets,
      bucketsWithin(zeroThreshold, schema, previous.positiveSpans),
    ) ||
    sideHasLess(
      histogram.negativeSpans,
      histogram.negativeBuckets,
      previous.negativeSpans,
      previous.negativeBuckets,
      bucketsWithin(zeroThreshold, schema, previous.negativeSpans),
    )
  );
}

/** Whether a bucket of the previous side, from `first` on, holds more than the current one of the same index, or than none at all. */
function sideHasLess(spans: Spans, counts: Float64Array, previousSpans: Spans, previousCounts: Float64Array, first: number): boolean {
  if (spansIdentical(spans, previousSpans)) {
    for (let i = first; i < counts.length; i++) if (counts[i] < previousCounts[i]) return true;
    return false;
  }
  const length = bucketCountOf(spans);
  const previousLength = bucketCountOf(previousSpans);
  if (currentIndexes.length < length) currentIndexes = new Int32Array(2 * length);
  if (previousIndexes.length < previousLength) previousIndexes = new Int32Array(2 * previousLength);
  fillIndexes(spans, currentIndexes);
  fillIndexes(previousSpans, previousIndexes);
  let at = 0;
  for (let i = first; i < previousLength; i++) {
    while (at < length && currentIndexes[at] < previousIndexes[i]) at++;
    // Of the buckets behind the last current one upstream looks at the first only, and queries must give the same answers.
    if (at === length) return previousCounts[i] !== 0;
    const isThere = currentIndexes[at] === previousIndexes[i];
    if (isThere ? counts[at] < previousCounts[i] : previousCounts[i] !== 0) return true;
  }
  return false;
}

/** With different custom bounds, counts are compared between the bounds that both have. */
function detectMappedReset(histogram: FloatHistogram, previous: FloatHistogram): boolean {
  const shared = intersectBounds(histogram.customValues, previous.customValues);
  const counts = countsBetween(shared, histogram);
  const previousCounts = countsBetween(shared, previous);
  for (let i = 0; i < counts.length; i++) if (counts[i] < previousCounts[i]) return true;
  return false;
}

function countsBetween(bounds: Float64Array, { positiveSpans, positiveBuckets, customValues }: FloatHistogram): Float64Array {
  const counts = new Float64Array(bounds.length + 1);
  let index = 0;
  let bucket = 0;
  let target = 0;
  for (let i = 0; i < positiveSpans.length; i += 2) {
    index += positiveSpans[i];
    for (let left = positiveSpans[i + 1]; left > 0; left--) {
      const upper = index < customValues.length ? customValues[index] : Infinity;
      while (target < bounds.length && bounds[target] < upper) target++;
      counts[target] += positiveBuckets[bucket++];
      index++;
    }
  }
  return counts;
}
