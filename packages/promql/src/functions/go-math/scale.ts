const scratch = new Float64Array(1);
const words: Uint32Array = new Uint32Array(scratch.buffer);

/** The exponent e of a finite number that is not zero: it is f times 2^e with f in [0.5, 1). */
export function exponentOf(value: number): number {
  scratch[0] = value;
  const biased = (words[1] >>> 20) & 0x7ff;
  if (biased !== 0) return biased - 1022;
  // Subnormal numbers keep no leading bit: they are brought up first.
  scratch[0] = value * 2 ** 52;
  return ((words[1] >>> 20) & 0x7ff) - 1074;
}

/** The f of `exponentOf`, with the sign of `value`. */
export function fractionOf(value: number): number {
  scratch[0] = Math.abs(value) < 2 ** -1022 ? value * 2 ** 52 : value;
  words[1] = (words[1] & 0x800fffff) | 0x3fe00000;
  return scratch[0];
}

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
