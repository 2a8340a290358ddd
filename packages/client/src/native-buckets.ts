import { createIntegerHistogram, type IntegerHistogram } from "@ferula/model";

/** Buckets to a power of two as 2^schema: the widest for which each is at most a tenth wider than the one before it. */
const SCHEMA = 3;

/** The coarsest of the format: a bucket is sixteen powers of two wide. */
const LEAST_SCHEMA = -4;

/** As many as upstream's server allows each of its own histograms. */
const MOST_BUCKETS = 100;

/** Half the width of the zero bucket, the official libraries' default. */
const ZERO_THRESHOLD = 2 ** -128;

/** The bounds within a power of two, from 1 on, without the 2 at its end. */
const BOUNDS: Float64Array = Float64Array.from({ length: 2 ** SCHEMA }, (_, i) => 2 ** (i / 2 ** SCHEMA));

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/**
 * Counts observations in exponential buckets, of which only those that have any are kept. When they are more than 100, two by two become
 * one, for good. Official libraries start anew once an hour then, classic buckets included; here counts never go back.
 */
export class NativeBuckets {
  private schema = SCHEMA;
  private zeroCount = 0;
  private positive = new Map<number, number>();
  private negative = new Map<number, number>();

  /** `value` is no NaN. */
  add(value: number): void {
    if (value <= ZERO_THRESHOLD && value >= -ZERO_THRESHOLD) {
      this.zeroCount++;
      return;
    }
    const side = value > 0 ? this.positive : this.negative;
    const index = widened(indexOf(Math.abs(value)), SCHEMA - this.schema);
    side.set(index, (side.get(index) ?? 0) + 1);
    while (this.positive.size + this.negative.size > MOST_BUCKETS && this.schema > LEAST_SCHEMA) this.widen();
  }

  /** The histogram as it stands; the count and the sum are of all observations. */
  histogram(count: number, sum: number): IntegerHistogram {
    const positive = laidOut(this.positive);
    const negative = laidOut(this.negative);
    return createIntegerHistogram({
      schema: this.schema,
      zeroThreshold: ZERO_THRESHOLD,
      zeroCount: this.zeroCount,
      count,
      sum,
      positiveSpans: positive.spans,
      negativeSpans: negative.spans,
      positiveBuckets: positive.deltas,
      negativeBuckets: negative.deltas,
    });
  }

  private widen(): void {
    this.schema--;
    this.positive = merged(this.positive);
    this.negative = merged(this.negative);
  }
}

/** The bucket of a positive value: bucket i ends at 2^(i / 8), which belongs to it. Infinity is behind all numbers. */
function indexOf(value: number): number {
  if (value === Infinity) return 1024 * BOUNDS.length + 1;
  double[0] = value;
  const exponent = ((words[1] >>> 20) & 0x7ff) - 1023;
  words[1] = (words[1] & 0xfffff) | (1023 << 20);
  const fraction = double[0];
  let i = 0;
  while (i < BOUNDS.length && fraction > BOUNDS[i]) i++;
  return exponent * BOUNDS.length + i;
}

/** The bucket of a schema that is coarser by `steps` in which this one lies. */
function widened(index: number, steps: number): number {
  return Math.ceil(index / 2 ** steps);
}

function merged(side: ReadonlyMap<number, number>): Map<number, number> {
  const wide = new Map<number, number>();
  for (const [index, count] of side) wide.set(widened(index, 1), (wide.get(widened(index, 1)) ?? 0) + count);
  return wide;
}

/** Spans of buckets side by side, and each count less the one before it. */
function laidOut(side: ReadonlyMap<number, number>): { readonly spans: Int32Array; readonly deltas: Float64Array } {
  const spans: number[] = [];
  const deltas = new Float64Array(side.size);
  const indexes = [...side.keys()].sort((a, b) => a - b);
  let previous = 0;
  indexes.forEach((index, i) => {
    const isNext = i > 0 && index === indexes[i - 1] + 1;
    if (isNext) spans[spans.length - 1]++;
    else spans.push(i === 0 ? index : index - indexes[i - 1] - 1, 1);
    const count = side.get(index) ?? 0;
    deltas[i] = count - previous;
    previous = count;
  });
  return { spans: Int32Array.from(spans), deltas };
}
