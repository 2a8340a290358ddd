import { bucketBound } from "./bounds.ts";
import { absoluteCounts } from "./deltas.ts";
import type { Histogram, Side, Spans } from "./histogram.ts";
import { hasCustomBuckets } from "./schema.ts";

/**
 * Stands on one bucket after another; before the first `next()` on none. It is its own bucket, so that a walk over a histogram takes
 * no memory for each of them.
 */
export interface BucketCursor {
  /** Goes to the next bucket; false when there is none left. */
  next(): boolean;
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  /** Where the bucket lies in its schema, on its side; without meaning for the zero bucket. */
  readonly index: number;
  readonly isLowerInclusive: boolean;
  readonly isUpperInclusive: boolean;
}

/** The buckets of one side, from the zero bucket outwards. */
export function sideBuckets(histogram: Histogram, side: Side): BucketCursor {
  return new SideCursor(histogram, side, false);
}

/** The buckets of one side, from the outermost to the zero bucket. */
export function sideBucketsInwards(histogram: Histogram, side: Side): BucketCursor {
  return new SideCursor(histogram, side, true);
}

/**
 * All buckets with ascending bounds: the negative side, the zero bucket if it is not empty, the positive side. Where a bucket overlaps
 * with the zero bucket, it begins or ends at the zero threshold.
 */
export function allBuckets(histogram: Histogram): BucketCursor {
  return new AllCursor(histogram, new SideCursor(histogram, "negative", true), new SideCursor(histogram, "positive", false));
}

/** The same with descending bounds. */
export function allBucketsDescending(histogram: Histogram): BucketCursor {
  return new AllCursor(histogram, new SideCursor(histogram, "positive", true), new SideCursor(histogram, "negative", false));
}

class SideCursor implements BucketCursor {
  lower = 0;
  upper = 0;
  count = 0;
  index = 0;
  isLowerInclusive = false;
  isUpperInclusive = false;
  private readonly histogram: Histogram;
  private readonly isPositive: boolean;
  private readonly isInward: boolean;
  private readonly spans: Spans;
  private readonly counts: Float64Array;
  /** Position of the next bucket among the counts. */
  private bucket: number;
  /** Position of the current span's offset in `spans`, how many of its buckets are left, and the index of the next of them. */
  private span: number;
  private leftInSpan = 0;
  private nextIndex = 0;

  constructor(histogram: Histogram, side: Side, isInward: boolean) {
    this.histogram = histogram;
    this.isPositive = side === "positive";
    this.isInward = isInward;
    this.spans = this.isPositive ? histogram.positiveSpans : histogram.negativeSpans;
    this.counts = absoluteCounts(histogram, side);
    this.bucket = isInward ? this.counts.length - 1 : 0;
    this.span = isInward ? this.spans.length : -2;
    // Inwards, the walk begins behind the last bucket.
    if (isInward) for (let i = 0; i < this.spans.length; i++) this.nextIndex += this.spans[i];
    this.nextIndex -= isInward ? 1 : 0;
  }

  next(): boolean {
    // Spans that ask for more buckets than there are end the walk early.
    if (this.bucket < 0 || this.bucket >= this.counts.length) return false;
    const step = this.isInward ? -1 : 1;
    while (this.leftInSpan === 0) {
      // Inwards, the gap to the span before is the offset of the span that was left.
      if (this.isInward && this.span < this.spans.length) this.nextIndex -= this.spans[this.span];
      this.span += 2 * step;
      if (this.span < 0 || this.span >= this.spans.length) return false;
      if (!this.isInward) this.nextIndex += this.spans[this.span];
      this.leftInSpan = this.spans[this.span + 1];
    }
    this.stand(this.nextIndex, this.counts[this.bucket]);
    this.nextIndex += step;
    this.bucket += step;
    this.leftInSpan--;
    return true;
  }

  private stand(index: number, count: number): void {
    const { schema, customValues } = this.histogram;
    const far = bucketBound(index, schema, customValues);
    const near = bucketBound(index - 1, schema, customValues);
    this.index = index;
    this.count = count;
    this.lower = this.isPositive ? near : -far;
    this.upper = this.isPositive ? far : -near;
    const isCustom = hasCustomBuckets(this.histogram);
    this.isLowerInclusive = isCustom ? index === 0 : this.lower < 0;
    this.isUpperInclusive = isCustom || this.upper > 0;
  }
}

class AllCursor implements BucketCursor {
  lower = 0;
  upper = 0;
  count = 0;
  index = 0;
  isLowerInclusive = false;
  isUpperInclusive = false;
  private readonly histogram: Histogram;
  private readonly first: BucketCursor;
  private readonly second: BucketCursor;
  private stage: "first" | "zero" | "second" = "first";

  constructor(histogram: Histogram, first: BucketCursor, second: BucketCursor) {
    this.histogram = histogram;
    this.first = first;
    this.second = second;
  }

  next(): boolean {
    if (this.stage === "first") {
      if (this.first.next()) return this.standOn(this.first);
      this.stage = "zero";
    }
    if (this.stage === "zero") {
      this.stage = "second";
      if (this.histogram.zeroCount > 0) return this.standOnZero();
    }
    return this.second.next() && this.standOn(this.second);
  }

  private standOn(bucket: BucketCursor): true {
    const { zeroThreshold } = this.histogram;
    this.lower = bucket.lower > 0 && bucket.lower < zeroThreshold ? zeroThreshold : bucket.lower;
    this.upper = bucket.upper < 0 && bucket.upper > -zeroThreshold ? -zeroThreshold : bucket.upper;
    this.count = bucket.count;
    this.index = bucket.index;
    this.isLowerInclusive = bucket.isLowerInclusive;
    this.isUpperInclusive = bucket.isUpperInclusive;
    return true;
  }

  private standOnZero(): true {
    this.lower = -this.histogram.zeroThreshold;
    this.upper = this.histogram.zeroThreshold;
    this.count = this.histogram.zeroCount;
    this.index = 0;
    this.isLowerInclusive = true;
    this.isUpperInclusive = true;
    return true;
  }
}
