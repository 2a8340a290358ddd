/** `count` bounds, `width` apart, from `start`. */
export function linearBuckets(start: number, width: number, count: number): number[] {
  if (!(count >= 1)) throw new Error("Linear buckets needs a positive count");
  return Array.from({ length: count }, (_, i) => start + i * width);
}

/** `count` bounds from `start`, each `factor` times the one before. */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  if (!(start > 0)) throw new Error("Exponential buckets needs a positive start");
  if (!(count >= 1)) throw new Error("Exponential buckets needs a positive count");
  if (!(factor > 1)) throw new Error("Exponential buckets needs a factor greater than 1");
  return Array.from({ length: count }, (_, i) => start * factor ** i);
}
