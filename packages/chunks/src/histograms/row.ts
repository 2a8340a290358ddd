import { type Histogram, STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import { highUnsignedWord, highWord, lowUnsignedWord, lowWord } from "../bits/int64.ts";
import { bucketCountOf, emptyLayout, type Layout } from "./layout.ts";

/** The fields of a histogram in a chunk; positive and negative buckets follow. */
export const TIME = 0;
export const COUNT = 1;
export const ZERO_COUNT = 2;
export const SUM = 3;
export const BUCKETS = 4;

/** 64-bit fields of a sample, as integers (two words each, low first) and as floats in the same memory. */
export interface FieldWords {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
}

/** The last sample of a chunk's reader or writer. */
export interface ChunkPosition {
  readonly layout: Layout;
  readonly positiveCount: number;
  readonly fields: FieldWords;
}

/** Whether the sum is a stale marker: one NaN among many. */
export function isStaleSum({ words }: FieldWords): boolean {
  return words[2 * SUM] === STALE_NAN_LOW && words[2 * SUM + 1] === STALE_NAN_HIGH;
}

/**
 * One histogram on its way into a chunk. Where the chunk holds integer histograms, counts and differences of buckets are integers of
 * 64 bits, else all but the time are floats. A stale marker has nothing but its time and its sum.
 */
export class Row implements FieldWords {
  words: Int32Array = new Int32Array(0);
  doubles: Float64Array = new Float64Array(0);
  /** Of the histogram or the chunk it comes from, for the moment. */
  layout: Layout = emptyLayout;
  positiveCount = 0;
  negativeCount = 0;
  isStale = false;

  /** Sets the layout, and the fields to zeros of that number of buckets. */
  reset(layout: Layout, positiveCount: number, negativeCount: number): void {
    this.layout = layout;
    this.positiveCount = positiveCount;
    this.negativeCount = negativeCount;
    this.isStale = false;
    const fieldCount = BUCKETS + positiveCount + negativeCount;
    if (this.doubles.length < fieldCount) {
      this.doubles = new Float64Array(2 * fieldCount);
      this.words = new Int32Array(this.doubles.buffer);
    } else {
      this.words.fill(0, 0, 2 * fieldCount);
    }
  }

  /** Takes a histogram. Throws RangeError when its spans don't fit its buckets. */
  fill(histogram: Histogram, timestampMs: number): void {
    const { positiveBuckets, negativeBuckets, isStale } = histogram;
    if (isStale) {
      this.reset(emptyLayout, 0, 0);
      this.isStale = true;
      this.set(SUM, STALE_NAN_LOW, STALE_NAN_HIGH);
    } else {
      checkBuckets("positive", bucketCountOf(histogram.positiveSpans), positiveBuckets.length);
      checkBuckets("negative", bucketCountOf(histogram.negativeSpans), negativeBuckets.length);
      this.reset(histogram, positiveBuckets.length, negativeBuckets.length);
      this.doubles[SUM] = histogram.sum;
      if (histogram.kind === "integer") this.fillIntegers(histogram);
      else this.fillFloats(histogram);
    }
    this.set(TIME, lowWord(timestampMs), highWord(timestampMs));
  }

  /** Takes the sample that a chunk's reader or writer stands at. */
  take({ layout, positiveCount, fields }: ChunkPosition): void {
    this.reset(layout, positiveCount, fields.doubles.length - BUCKETS - positiveCount);
    this.words.set(fields.words);
    this.isStale = isStaleSum(fields);
  }

  set(field: number, low: number, high: number): void {
    this.words[2 * field] = low;
    this.words[2 * field + 1] = high;
  }

  private fillIntegers({ count, zeroCount, positiveBuckets, negativeBuckets }: Histogram): void {
    this.set(COUNT, lowUnsignedWord(count), highUnsignedWord(count));
    this.set(ZERO_COUNT, lowUnsignedWord(zeroCount), highUnsignedWord(zeroCount));
    let field = BUCKETS;
    for (let i = 0; i < positiveBuckets.length; i++) this.set(field++, lowWord(positiveBuckets[i]), highWord(positiveBuckets[i]));
    for (let i = 0; i < negativeBuckets.length; i++) this.set(field++, lowWord(negativeBuckets[i]), highWord(negativeBuckets[i]));
  }

  private fillFloats({ count, zeroCount, positiveBuckets, negativeBuckets }: Histogram): void {
    this.doubles[COUNT] = count;
    this.doubles[ZERO_COUNT] = zeroCount;
    this.doubles.set(positiveBuckets, BUCKETS);
    this.doubles.set(negativeBuckets, BUCKETS + positiveBuckets.length);
  }
}

function checkBuckets(side: string, needed: number, given: number): void {
  if (needed !== given) throw new RangeError(`cannot append a histogram: its ${side} spans need ${needed} buckets, it has ${given}`);
}
