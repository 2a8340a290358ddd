import type { Spans } from "./histogram.ts";

/** How many buckets the spans ask for. Lengths are unsigned 32-bit numbers on the wire. */
export function bucketCountOf(spans: Spans): number {
  let count = 0;
  for (let i = 1; i < spans.length; i += 2) count += spans[i] >>> 0;
  return count;
}

/** Whether the spans ask for `bucketCount` buckets, one behind the other. */
export function spansFit(spans: Spans, bucketCount: number): boolean {
  for (let i = 2; i < spans.length; i += 2) if (spans[i] < 0) return false;
  return bucketCountOf(spans) === bucketCount;
}

/** Whether two arrays of spans are the same, pair by pair. */
export function spansIdentical(a: Spans, b: Spans): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether two arrays of spans mean the same buckets: an empty span only adds to the offset of the next. */
export function spansMatch(a: Spans, b: Spans): boolean {
  if (spansIdentical(a, b)) return true;
  const left = withoutEmptySpans(a);
  const right = withoutEmptySpans(b);
  return spansIdentical(left, right);
}

function withoutEmptySpans(spans: Spans): Spans {
  const kept: number[] = [];
  let offset = 0;
  for (let i = 0; i < spans.length; i += 2) {
    offset += spans[i];
    if (spans[i + 1] === 0) continue;
    kept.push(offset, spans[i + 1]);
    offset = 0;
  }
  return Int32Array.from(kept);
}

/** Writes the index of each bucket to `indexes`, which must have room for all of them; returns how many there are. */
export function fillIndexes(spans: Spans, indexes: Int32Array): number {
  let at = 0;
  let index = 0;
  for (let i = 0; i < spans.length; i += 2) {
    index += spans[i];
    for (let left = spans[i + 1]; left > 0; left--) indexes[at++] = index++;
  }
  return at;
}

/** Builds spans from ascending bucket indexes, each given once. */
export class SpansBuilder {
  private pairs: Int32Array;
  private used = 0;
  private nextIndex = 0;

  /** `pairCount` spans at most will come. */
  constructor(pairCount: number) {
    this.pairs = new Int32Array(2 * pairCount);
  }

  /** Adds the bucket `index`: to the last span where it continues that, else as a new span. */
  add(index: number): void {
    if (this.used > 0 && index === this.nextIndex) {
      this.pairs[this.used - 1]++;
    } else {
      this.pairs[this.used] = index - this.nextIndex;
      this.pairs[this.used + 1] = 1;
      this.used += 2;
    }
    this.nextIndex = index + 1;
  }

  /** The spans so far, as an array of their own. */
  finish(): Spans {
    return this.pairs.slice(0, this.used);
  }
}
