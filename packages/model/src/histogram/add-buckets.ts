import { addCompensated } from "./kahan.ts";
import { bucketsWithin, mergeLayouts } from "./merge-layouts.ts";
import type { CompensatedBuckets, SideBuckets } from "./side-buckets.ts";
import { spansIdentical } from "./spans.ts";

/**
 * Adds the buckets of `b`, times `sign`, to those of `a`; both have `schema`. Buckets of `b` that lie within `zeroThreshold` are left
 * out. Where the layouts are the same, `a.buckets` is overwritten and returned: the usual case takes no memory.
 */
export function addBuckets(a: SideBuckets, b: SideBuckets, sign: 1 | -1, schema: number, zeroThreshold: number): SideBuckets {
  const firstB = bucketsWithin(zeroThreshold, schema, b.spans);
  const added = b.buckets;
  if (firstB === added.length) return a;
  if (spansIdentical(a.spans, b.spans)) {
    const sums = a.buckets;
    for (let i = firstB; i < added.length; i++) sums[i] += sign * added[i];
    return a;
  }
  const { spans, bucketCount, slotsA, slotsB } = mergeLayouts(a.spans, b.spans, firstB);
  const sums = new Float64Array(bucketCount);
  for (let i = 0; i < a.buckets.length; i++) sums[slotsA[i]] = a.buckets[i];
  for (let i = firstB; i < added.length; i++) {
    const slot = slotsB[i];
    if (slot < 0) sums[~slot] = sign * added[i];
    else sums[slot] += sign * added[i];
  }
  return { spans, buckets: sums };
}

/** The same with Kahan's summation: the compensations of `a` are kept on, those of `b`, if it has any, are added. */
export function addBucketsCompensated(a: CompensatedBuckets, b: SideBuckets, schema: number, zeroThreshold: number): CompensatedBuckets {
  const firstB = bucketsWithin(zeroThreshold, schema, b.spans);
  if (firstB === b.buckets.length) return a;
  if (spansIdentical(a.spans, b.spans)) {
    for (let i = firstB; i < b.buckets.length; i++) addPair(a.buckets, a.compensations, i, b, i);
    return a;
  }
  const { spans, bucketCount, slotsA, slotsB } = mergeLayouts(a.spans, b.spans, firstB);
  const sums = new Float64Array(bucketCount);
  const compensations = new Float64Array(bucketCount);
  for (let i = 0; i < a.buckets.length; i++) {
    sums[slotsA[i]] = a.buckets[i];
    compensations[slotsA[i]] = a.compensations[i];
  }
  for (let i = firstB; i < b.buckets.length; i++) {
    const slot = slotsB[i];
    if (slot >= 0) {
      addPair(sums, compensations, slot, b, i);
    } else {
      sums[~slot] = b.buckets[i];
      compensations[~slot] = b.compensations === undefined ? 0 : b.compensations[i];
    }
  }
  return { spans, buckets: sums, compensations };
}

function addPair(sums: Float64Array, compensations: Float64Array, slot: number, b: SideBuckets, i: number): void {
  addCompensated(sums, compensations, slot, b.buckets[i]);
  const compensation = b.compensations === undefined ? 0 : b.compensations[i];
  if (compensation !== 0) addCompensated(sums, compensations, slot, compensation);
}
