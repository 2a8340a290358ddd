import { fractionBelow } from "./fraction-below.ts";
import type { Side } from "./histogram.ts";

/** The end of a histogram that is cut off. */
export type TrimmedEnd = "upper" | "lower";

/** What is left of a bucket: how many observations, and the value that each of them is taken to have. */
export interface Kept {
  readonly count: number;
  readonly middle: number;
}

/** The bounds and the count of a bucket. */
interface Bounded {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** What is left of the bucket that `limit` lies in. Source: model/histogram/float_histogram.go `computeBucketTrim`. */
export function keptOfBucket(bucket: Bounded, limit: number, end: TrimmedEnd, side: Side, isCustom: boolean): Kept {
  const { lower, upper, count } = bucket;
  if (lower === -Infinity) return keptOfFirst(bucket, limit, end);
  if (upper === Infinity) return keptOfLast(bucket, limit, end);
  const below = count * fractionBelow(limit, lower, upper, isCustom);
  if (end === "upper") return { count: below, middle: midpoint(lower, limit, side, isCustom) };
  return { count: count - below, middle: midpoint(limit, upper, side, isCustom) };
}

/** What is left of the zero bucket, over which observations spread evenly. Source: `computeZeroBucketTrim`. */
export function keptOfZeroBucket(lower: number, upper: number, count: number, limit: number, end: TrimmedEnd): Kept {
  const whole: Kept = { count, middle: (lower + upper) / 2 };
  const nothing: Kept = { count: 0, middle: 0 };
  if (limit <= lower) return end === "upper" ? nothing : whole;
  if (limit >= upper) return end === "upper" ? whole : nothing;
  if (end === "upper") return { count: count * ((limit - lower) / (upper - lower)), middle: (lower + limit) / 2 };
  return { count: count * ((upper - limit) / (upper - lower)), middle: (limit + upper) / 2 };
}

/**
 * The value that stands for all between `lower` and `upper`: their mean, the geometric one where buckets are exponential. Next to an
 * infinite bound it is the finite one, or half of it where observations can be taken to begin at 0. Source: `computeMidpoint`.
 */
export function midpoint(lower: number, upper: number, side: Side, isLinear: boolean): number {
  if (!isFiniteOrNan(lower)) {
    if (!isFiniteOrNan(upper)) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (!isFiniteOrNan(upper)) return lower;
  if (isLinear) return (lower + upper) / 2;
  const mean = Math.sqrt(Math.abs(lower * upper));
  return side === "positive" ? mean : -mean;
}

/** Of the bucket from -Inf, nobody knows how observations spread: it is kept or dropped whole unless it can be taken to begin at 0. */
function keptOfFirst({ upper, count }: Bounded, limit: number, end: TrimmedEnd): Kept {
  const beginsAtZero = upper > 0 && upper !== Infinity;
  if (end === "upper") {
    if (limit >= upper) return { count, middle: 0 };
    if (limit > 0 && beginsAtZero) return { count: (count * limit) / upper, middle: limit / 2 };
    return upper <= 0 ? { count, middle: limit } : { count: 0, middle: 0 };
  }
  if (limit === -Infinity) return { count, middle: 0 };
  if (limit >= 0 && upper > limit && beginsAtZero) return { count: count * (1 - limit / upper), middle: (limit + upper) / 2 };
  return { count: 0, middle: 0 };
}

/** The bucket up to +Inf goes whole when its upper end is cut off, and stays whole when its lower end is. */
function keptOfLast({ lower, count }: Bounded, limit: number, end: TrimmedEnd): Kept {
  return end === "lower" && limit >= lower ? { count, middle: limit } : { count: 0, middle: 0 };
}

function isFiniteOrNan(value: number): boolean {
  return value !== Infinity && value !== -Infinity;
}
