import { noBuckets } from "./histogram.ts";
import { addCompensated } from "./kahan.ts";
import type { CompensatedBuckets, SideBuckets } from "./side-buckets.ts";
import { SpansBuilder } from "./spans.ts";

/** Buckets with custom bounds, and the bounds. */
export interface BoundedBuckets extends SideBuckets {
  readonly bounds: Float64Array;
}

/** The bounds that both have, in a new array. */
export function intersectBounds(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length === 0 || b.length === 0) return noBuckets;
  const shared = new Float64Array(Math.min(a.length, b.length));
  let used = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      shared[used++] = a[i];
      i++;
      j++;
    } else if (a[i] < b[j]) i++;
    else j++;
  }
  return shared.slice(0, used);
}

/**
 * Adds `b`, times `sign`, to `a` after mapping both to `bounds`, which both have: a bucket goes to the first bound that is not below its
 * own. Counts are added with Kahan's summation; buckets that come to nothing are left out.
 */
export function addMapped(a: BoundedBuckets, b: BoundedBuckets, sign: 1 | -1, bounds: Float64Array): CompensatedBuckets {
  const sums = new Float64Array(bounds.length + 1);
  const compensations = new Float64Array(bounds.length + 1);
  mapInto(sums, compensations, a, 1, bounds);
  mapInto(sums, compensations, b, sign, bounds);
  return withoutEmpty(sums, compensations);
}

function mapInto(sums: Float64Array, compensations: Float64Array, source: BoundedBuckets, sign: 1 | -1, bounds: Float64Array): void {
  const { spans, buckets, bounds: sourceBounds } = source;
  let bucket = 0;
  let index = 0;
  let target = 0;
  for (let i = 0; i < spans.length; i += 2) {
    index += spans[i];
    for (let left = spans[i + 1]; left > 0 && bucket < buckets.length; left--) {
      // Behind the last bound is the bucket of +Inf, where both arrays end.
      if (index >= sourceBounds.length) target = bounds.length;
      else while (target < bounds.length && bounds[target] < sourceBounds[index]) target++;
      addCompensated(sums, compensations, target, sign * buckets[bucket]);
      if (source.compensations !== undefined) addCompensated(sums, compensations, target, source.compensations[bucket]);
      index++;
      bucket++;
    }
  }
}

function withoutEmpty(sums: Float64Array, compensations: Float64Array): CompensatedBuckets {
  const builder = new SpansBuilder(sums.length);
  let used = 0;
  for (let i = 0; i < sums.length; i++) {
    if (sums[i] === 0 && compensations[i] === 0) continue;
    builder.add(i);
    sums[used] = sums[i];
    compensations[used++] = compensations[i];
  }
  return { spans: builder.finish(), buckets: sums.subarray(0, used), compensations: compensations.subarray(0, used) };
}
