/** Numbers that were counted in buckets. It is plain data, so that it can be posted to another thread. */
export interface BucketCounts {
  /** Ascending. */
  readonly upperBounds: readonly number[];
  /** One for each bound, and one for what is above them all. */
  readonly counts: Float64Array;
  sum: number;
}

/** What the chunks of blocks are like, in upstream's buckets (tsdb/compact.go `NewCompactorMetrics`). */
export class ChunkTally {
  readonly sizesBytes: BucketCounts = emptyBuckets(32, 1.5, 12);
  readonly sampleCounts: BucketCounts = emptyBuckets(4, 1.5, 12);
  /** In milliseconds, though upstream's name for them says seconds. */
  readonly rangesMs: BucketCounts = emptyBuckets(100, 4, 10);

  /** Counts a chunk. */
  add(sizeBytes: number, sampleCount: number, rangeMs: number): void {
    count(this.sizesBytes, sizeBytes);
    count(this.sampleCounts, sampleCount);
    count(this.rangesMs, rangeMs);
  }

  /** Counts the chunks of another. */
  addAll({ sizesBytes, sampleCounts, rangesMs }: Pick<ChunkTally, "sizesBytes" | "sampleCounts" | "rangesMs">): void {
    countAll(this.sizesBytes, sizesBytes);
    countAll(this.sampleCounts, sampleCounts);
    countAll(this.rangesMs, rangesMs);
  }
}

function emptyBuckets(first: number, factor: number, length: number): BucketCounts {
  const upperBounds: number[] = [];
  // As upstream multiplies, so that the bounds have the same digits.
  for (let bound = first; upperBounds.length < length; bound *= factor) upperBounds.push(bound);
  return { upperBounds, counts: new Float64Array(length + 1), sum: 0 };
}

function count(buckets: BucketCounts, value: number): void {
  const { upperBounds, counts } = buckets;
  let bucket = 0;
  while (bucket < upperBounds.length && value > upperBounds[bucket]) bucket++;
  counts[bucket]++;
  buckets.sum += value;
}

function countAll(buckets: BucketCounts, { counts, sum }: BucketCounts): void {
  for (let i = 0; i < counts.length; i++) buckets.counts[i] += counts[i];
  buckets.sum += sum;
}
