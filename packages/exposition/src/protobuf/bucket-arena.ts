/**
 * Memory for the buckets and spans of a body's histograms: arrays of their own would cost more than reading them. What it hands out is good
 * until `reset`.
 */
export class BucketArena {
  private buckets = new Float64Array(4096);
  private spans = new Int32Array(1024);
  private bucketTop = 0;
  private spanTop = 0;

  /** Takes everything back. */
  reset(): void {
    this.bucketTop = 0;
    this.spanTop = 0;
  }

  /** A copy of the first `length` numbers. */
  copyBuckets(source: Float64Array, length: number): Float64Array {
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

  /** A copy of the first `length` words. */
  copySpans(source: Int32Array, length: number): Int32Array {
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
