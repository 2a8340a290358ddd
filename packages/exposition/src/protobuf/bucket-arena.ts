import { ExpositionError } from "../exposition-error.ts";

/**
 * So many buckets the histograms of a body may have, and as many offsets and lengths of spans. A bucket takes a byte of a body and eight
 * here: without a limit a hostile one of 256 MB would take 2 GB.
 */
export const MOST_NUMBERS = 1 << 24;

/** Up to here memory is kept for the next body. */
const KEPT_NUMBERS = 1 << 18;

/**
 * Memory for the buckets and spans of a body's histograms: arrays of their own would cost more than reading them. What it hands out is good
 * until `reset`.
 */
export class BucketArena {
  private buckets = new Float64Array(4096);
  private spans = new Int32Array(1024);
  private bucketTop = 0;
  private spanTop = 0;
  /** How many numbers were handed out since `reset`. */
  private bucketCount = 0;
  private spanCount = 0;

  /** Takes everything back. */
  reset(): void {
    if (this.buckets.length > KEPT_NUMBERS) this.buckets = new Float64Array(KEPT_NUMBERS);
    if (this.spans.length > KEPT_NUMBERS) this.spans = new Int32Array(KEPT_NUMBERS);
    this.bucketTop = this.spanTop = 0;
    this.bucketCount = this.spanCount = 0;
  }

  /** A copy of the first `length` numbers. Throws an ExpositionError when the body has too many. */
  copyBuckets(source: Float64Array, length: number): Float64Array {
    this.bucketCount += length;
    if (this.bucketCount > MOST_NUMBERS) throw tooMany("buckets");
    if (this.bucketTop + length > this.buckets.length) {
      // What was handed out of the old one stays good.
      this.buckets = new Float64Array(Math.max(this.buckets.length * 2, length));
      this.bucketTop = 0;
    }
    const copy = this.buckets.subarray(this.bucketTop, this.bucketTop + length);
    for (let i = 0; i < length; i++) copy[i] = source[i];
    this.bucketTop += length;
    return copy;
  }

  /** A copy of the first `length` words. Throws an ExpositionError when the body has too many. */
  copySpans(source: Int32Array, length: number): Int32Array {
    this.spanCount += length;
    if (this.spanCount > MOST_NUMBERS) throw tooMany("span offsets and lengths");
    if (this.spanTop + length > this.spans.length) {
      this.spans = new Int32Array(Math.max(this.spans.length * 2, length));
      this.spanTop = 0;
    }
    const copy = this.spans.subarray(this.spanTop, this.spanTop + length);
    for (let i = 0; i < length; i++) copy[i] = source[i];
    this.spanTop += length;
    return copy;
  }
}

function tooMany(what: string): ExpositionError {
  return new ExpositionError(0, `the histograms of a body have more than ${MOST_NUMBERS} ${what}`);
}
