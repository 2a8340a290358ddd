import { CUSTOM_BUCKETS_SCHEMA, MAX_EXPONENTIAL_SCHEMA } from "./schema.ts";

const FINEST_COUNT: number = 2 ** MAX_EXPONENTIAL_SCHEMA;
const LOWEST_EXPONENT = -1074;
const HIGHEST_EXPONENT = 1023;

/** Bounds of the finest schema from 0.5 up to 1; a coarser schema's are every second, every fourth … of them. */
const finestBounds: Float64Array = boundsBelowOne();
/** `powersOfTwo[e + 1074]` is 2^e. */
const powersOfTwo: Float64Array = allPowersOfTwo();

/**
 * Upper bound of the bucket `index` of the positive side; the lower one is that of `index - 1`. Bounds of the negative side are these
 * with a minus. Of custom buckets, the one behind the last bound ends at +Inf and the first begins at -Inf.
 */
export function bucketBound(index: number, schema: number, customValues: Float64Array): number {
  if (schema !== CUSTOM_BUCKETS_SCHEMA) return exponentialBound(index, schema);
  if (index === customValues.length) return Infinity;
  if (index === -1) return -Infinity;
  if (index < -1 || index > customValues.length)
    throw new Error(`BUG: index ${index} out of bounds for custom bounds of length ${customValues.length}`);
  return customValues[index];
}

/**
 * Upper bound of the bucket `index` of an exponential schema: 2^(index / 2^schema), to the bit as upstream has it. The bucket of the
 * largest finite numbers ends at the largest of them, so that infinities have a bucket to themselves.
 */
export function exponentialBound(index: number, schema: number): number {
  if (schema <= 0) {
    const exponent = index * 2 ** -schema;
    return exponent === 1024 ? Number.MAX_VALUE : timesPowerOfTwo(1, exponent);
  }
  const fraction = finestBounds[(index & ((1 << schema) - 1)) << (MAX_EXPONENTIAL_SCHEMA - schema)];
  const exponent = (index >> schema) + 1;
  return fraction === 0.5 && exponent === 1025 ? Number.MAX_VALUE : timesPowerOfTwo(fraction, exponent);
}

/** `fraction * 2^exponent`, rounded once, for a fraction from a quarter to 1. */
export function timesPowerOfTwo(fraction: number, exponent: number): number {
  // 2^1025 is no double, but a quarter of it is.
  if (exponent > HIGHEST_EXPONENT + 2) return Infinity;
  if (exponent > HIGHEST_EXPONENT) return fraction * 4 * powersOfTwo[exponent - 2 - LOWEST_EXPONENT];
  if (exponent < LOWEST_EXPONENT) return 0;
  return fraction * powersOfTwo[exponent - LOWEST_EXPONENT];
}

/**
 * The steps by which upstream's table comes out to the last bit, which differs from the correctly rounded values in places: 1/√2, then
 * each bound between two as the lower one times a root of two, the root taken again and again.
 */
function boundsBelowOne(): Float64Array {
  const bounds = new Float64Array(FINEST_COUNT);
  let root = Math.sqrt(2);
  bounds[0] = 0.5;
  bounds[FINEST_COUNT / 2] = 1 / root;
  for (let step = FINEST_COUNT / 4; step >= 1; step /= 2) {
    root = Math.sqrt(root);
    for (let i = step; i < FINEST_COUNT; i += 2 * step) bounds[i] = bounds[i - step] * root;
  }
  return bounds;
}

function allPowersOfTwo(): Float64Array {
  const powers = new Float64Array(HIGHEST_EXPONENT - LOWEST_EXPONENT + 1);
  powers[0] = Number.MIN_VALUE;
  for (let i = 1; i < powers.length; i++) powers[i] = powers[i - 1] * 2;
  return powers;
}
