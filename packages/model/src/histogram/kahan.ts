/**
 * The compensation after `increment` was added to `sum`: what rounding took away adds up beside the sum, and sum and compensation
 * together are the result (Kahan's summation with Neumaier's improvement; util/kahansum). The new sum is `sum + increment`.
 */
export function compensated(increment: number, sum: number, compensation: number): number {
  const total = sum + increment;
  if (total === Infinity || total === -Infinity) return 0;
  return compensation + (Math.abs(sum) >= Math.abs(increment) ? sum - total + increment : increment - total + sum);
}

/** Adds `increment` to `sums[i]`, with its compensation in `compensations[i]`. */
export function addCompensated(sums: Float64Array, compensations: Float64Array, i: number, increment: number): void {
  compensations[i] = compensated(increment, sums[i], compensations[i]);
  sums[i] += increment;
}
