/** `value` times 2^`exponent`, rounded once: what becomes subnormal is brought down in steps that lose nothing but the last. */
export function scaleBy(value: number, exponent: number): number {
  let scaled = value;
  let left = exponent;
  for (; left > 1023; left -= 1023) {
    if (!(Math.abs(scaled) < Infinity)) return scaled;
    scaled *= 2 ** 1023;
  }
  for (; left < -1022; left += 969) {
    if (scaled === 0) return scaled;
    scaled *= 2 ** -969;
  }
  return scaled * 2 ** left;
}

const SPLITTER = 2 ** 27 + 1;

/**
 * a · b + c, rounded once, as long as nothing overflows on the way. The product's rounding error is exact by Dekker's splitting; the sum
 * of the three parts is rounded twice, and put right where the first rounding had made a tie.
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const aHigh = a * SPLITTER - (a * SPLITTER - a);
  const bHigh = b * SPLITTER - (b * SPLITTER - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  const productError = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const sum = product + c;
  const added = sum - product;
  const sumError = product - (sum - added) + (c - added);
  const rest = sumError + productError;
  const restAdded = rest - sumError;
  const restError = sumError - (rest - restAdded) + (productError - restAdded);
  const rounded = sum + rest;
  if (restError === 0) return rounded;
  const missing = rest - (rounded - sum);
  const neighbour = rounded + 2 * missing;
  const isTie = missing !== 0 && neighbour - rounded === 2 * missing;
  return isTie && restError > 0 === missing > 0 ? neighbour : rounded;
}
