import type { Histogram } from "./histogram.ts";
import { hasCustomBuckets } from "./schema.ts";
import { spansMatch } from "./spans.ts";

/**
 * Whether two histograms hold the same data: the same form, schema, totals and buckets, empty ones too. A NaN equals a NaN, and 0 is not
 * -0, as upstream compares bits; the hint does not count. Spans may differ in empty spans.
 */
export function histogramsEqual(a: Histogram, b: Histogram): boolean {
  return (
    a.kind === b.kind &&
    a.schema === b.schema &&
    a.isStale === b.isStale &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    (!hasCustomBuckets(a) || customBoundsMatch(a.customValues, b.customValues)) &&
    spansMatch(a.negativeSpans, b.negativeSpans) &&
    bucketsMatch(a.negativeBuckets, b.negativeBuckets) &&
    spansMatch(a.positiveSpans, b.positiveSpans) &&
    bucketsMatch(a.positiveBuckets, b.positiveBuckets)
  );
}

/** Whether two arrays of custom bounds are the same. */
export function customBoundsMatch(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function bucketsMatch(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
