import { exponentialBound } from "./bounds.ts";
import type { Spans } from "./histogram.ts";
import { isExponentialSchema } from "./schema.ts";
import { bucketCountOf, fillIndexes, SpansBuilder } from "./spans.ts";

/**
 * Where the buckets of two layouts go in the layout that holds both. A view of memory that the next call overwrites: an addition of
 * histograms allocates what it returns and nothing else.
 */
export interface MergedLayout {
  readonly spans: Spans;
  /** How many buckets the merged layout has. */
  readonly bucketCount: number;
  /** Bucket i of the first layout goes to `slotsA[i]`. */
  readonly slotsA: Int32Array;
  /** Bucket i of the second goes to `slotsB[i]`, or, where the first has none there, to `~slotsB[i]`. */
  readonly slotsB: Int32Array;
}

let indexesA = new Int32Array(256);
let indexesB = new Int32Array(256);

/** How many leading buckets have an upper bound that is not above `threshold`: the zero bucket holds their observations already. */
export function bucketsWithin(threshold: number, schema: number, spans: Spans): number {
  if (!isExponentialSchema(schema)) return 0;
  let within = 0;
  let index = 0;
  for (let i = 0; i < spans.length; i += 2) {
    index += spans[i];
    for (let left = spans[i + 1]; left > 0; left--) {
      if (exponentialBound(index++, schema) > threshold) return within;
      within++;
    }
  }
  return within;
}

/** Merges the layouts `a` and `b`, of which the first `firstB` buckets are left out. Spans that come to touch become one. */
export function mergeLayouts(a: Spans, b: Spans, firstB: number): MergedLayout {
  const countA = bucketCountOf(a);
  const countB = bucketCountOf(b);
  if (indexesA.length < countA) indexesA = new Int32Array(2 * countA);
  if (indexesB.length < countB) indexesB = new Int32Array(2 * countB);
  // Filled with the indexes of buckets first; each gives way to its slot once it is read.
  const slotsA = indexesA;
  const slotsB = indexesB;
  fillIndexes(a, slotsA);
  fillIndexes(b, slotsB);
  const builder = new SpansBuilder((a.length + b.length) / 2);
  let slot = 0;
  let atA = 0;
  let atB = firstB;
  while (atA < countA && atB < countB) {
    const indexA = slotsA[atA];
    const indexB = slotsB[atB];
    builder.add(indexA < indexB ? indexA : indexB);
    if (indexA === indexB) slotsB[atB++] = slot;
    else if (indexB < indexA) slotsB[atB++] = ~slot;
    if (indexA <= indexB) slotsA[atA++] = slot;
    slot++;
  }
  while (atA < countA) {
    builder.add(slotsA[atA]);
    slotsA[atA++] = slot++;
  }
  while (atB < countB) {
    builder.add(slotsB[atB]);
    slotsB[atB++] = ~slot++;
  }
  return { spans: builder.finish(), bucketCount: slot, slotsA, slotsB };
}
