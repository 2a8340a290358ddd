import { log2 } from "./go-logarithm.ts";

/**
 * Which part of the bucket between `lower` and `upper` lies below `value`, which is inside of it: observations are taken to spread evenly
 * (custom buckets, the zero bucket) or, where buckets are exponential, evenly on a logarithmic scale. All three have one sign then.
 * Source: model/histogram/generic.go `FractionBelow`.
 */
export function fractionBelow(value: number, lower: number, upper: number, isLinear: boolean): number {
  if (isLinear) return (value - lower) / (upper - lower);
  const logLower = log2(Math.abs(lower));
  const logUpper = log2(Math.abs(upper));
  const logValue = log2(Math.abs(value));
  return value > 0 ? (logValue - logLower) / (logUpper - logLower) : 1 - (logValue - logUpper) / (logLower - logUpper);
}
