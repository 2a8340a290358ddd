import type { Histogram, Side } from "./histogram.ts";

/** The counts of the buckets of one side: those of a float histogram themselves, an integer histogram's added up into a new array. */
export function absoluteCounts(histogram: Histogram, side: Side): Float64Array {
  const buckets = side === "positive" ? histogram.positiveBuckets : histogram.negativeBuckets;
  return histogram.kind === "float" ? buckets : addedUp(buckets);
}

/** Counts in the form in which `histogram` keeps them: as they are, or as differences, written over `counts`. */
export function inFormOf(histogram: Histogram, counts: Float64Array): Float64Array {
  if (histogram.kind === "float") return counts;
  for (let i = counts.length - 1; i > 0; i--) counts[i] -= counts[i - 1];
  return counts;
}

/** Counts of buckets that are given as differences, in a new array. */
export function addedUp(deltas: Float64Array): Float64Array {
  const counts = new Float64Array(deltas.length);
  let count = 0;
  for (let i = 0; i < deltas.length; i++) {
    count += deltas[i];
    counts[i] = count;
  }
  return counts;
}
