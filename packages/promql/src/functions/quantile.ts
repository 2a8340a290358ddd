/**
 * The φ-quantile of the first `length` values, interpolated between the two nearest ranks. Sorts them; NaN counts as smaller than every
 * number (promql/quantile.go `quantile`).
 */
export function quantileOf(phi: number, values: Float64Array, length: number): number {
  if (length === 0 || Number.isNaN(phi)) return NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  const nanCount = moveNansFirst(values, length);
  values.subarray(nanCount, length).sort();
  const rank = phi * (length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return values[lower] * (1 - weight) + values[upper] * weight;
}

/** Whether a warning is due: φ lies outside of [0, 1]. */
export function isBadQuantile(phi: number): boolean {
  return !(phi >= 0 && phi <= 1);
}

/** Typed arrays sort NaN last; here it comes first. */
function moveNansFirst(values: Float64Array, length: number): number {
  let nanCount = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i];
    if (value === value) continue;
    values[i] = values[nanCount];
    values[nanCount++] = value;
  }
  return nanCount;
}
