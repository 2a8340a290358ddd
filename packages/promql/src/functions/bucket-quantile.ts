/** Counts that differ by less than this part of themselves are the same but for rounding (promql/quantile.go). */
const SMALL_DELTA = 1e-12;

/** What a quantile over classic buckets is, and whether counts had to be raised because they fell from one bound to the next. */
export interface BucketQuantile {
  value: number;
  wasForced: boolean;
}

/**
 * The φ-quantile of a classic histogram: `upperBounds` ascending, with `counts` cumulative. Both are overwritten. Without a bucket for
 * +Inf, or with no observations, it is NaN. Interpolates linearly inside of the bucket (promql/quantile.go `BucketQuantile`).
 */
export function bucketQuantile(phi: number, upperBounds: Float64Array, counts: Float64Array, bucketCount: number): BucketQuantile {
  const result: BucketQuantile = { value: NaN, wasForced: false };
  if (Number.isNaN(phi)) return result;
  if (phi < 0 || phi > 1) {
    result.value = phi < 0 ? -Infinity : Infinity;
    return result;
  }
  if (bucketCount === 0 || upperBounds[bucketCount - 1] !== Infinity) return result;
  const length = mergeEqualBounds(upperBounds, counts, bucketCount);
  result.wasForced = makeMonotonic(counts, length);
  const observations = counts[length - 1];
  if (length < 2 || observations === 0) return result;

  let rank = phi * observations;
  let bucket = 0;
  while (bucket < length - 1 && !(counts[bucket] >= rank)) bucket++;
  if (bucket === length - 1) {
    result.value = upperBounds[length - 2];
  } else if (bucket === 0 && upperBounds[0] <= 0) {
    result.value = upperBounds[0];
  } else {
    const end = upperBounds[bucket];
    let start = 0;
    let count = counts[bucket];
    if (bucket > 0) {
      start = upperBounds[bucket - 1];
      count -= counts[bucket - 1];
      rank -= counts[bucket - 1];
    }
    result.value = start + (end - start) * (rank / count);
  }
  return result;
}

function mergeEqualBounds(upperBounds: Float64Array, counts: Float64Array, bucketCount: number): number {
  let last = 0;
  for (let i = 1; i < bucketCount; i++) {
    if (upperBounds[i] === upperBounds[last]) {
      counts[last] += counts[i];
    } else {
      last++;
      upperBounds[last] = upperBounds[i];
      counts[last] = counts[i];
    }
  }
  return last + 1;
}

/** Raises counts that are below an earlier one; true when one was so by more than rounding. */
function makeMonotonic(counts: Float64Array, length: number): boolean {
  let wasForced = false;
  let previous = counts[0];
  for (let i = 1; i < length; i++) {
    const count = counts[i];
    if (count === previous) continue;
    if (isAlmostEqual(previous, count)) {
      counts[i] = previous;
    } else if (count < previous) {
      counts[i] = previous;
      wasForced = true;
    } else {
      previous = count;
    }
  }
  return wasForced;
}

/** util/almost/almost.go `Equal`: relative to the sum of both, and absolute near zero. */
function isAlmostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const smallestNormal = 2.2250738585072014e-308;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < smallestNormal) return difference < SMALL_DELTA * smallestNormal;
  return difference / Math.min(sum, Number.MAX_VALUE) < SMALL_DELTA;
}
