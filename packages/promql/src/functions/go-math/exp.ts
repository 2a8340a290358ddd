import { fusedMultiplyAdd, scaleBy } from "./scale.ts";

/** ln 2 in two parts; the upper has so few bits that its multiples are exact. */
const LN2_UPPER = 0.693147180559663;
const LN2_LOWER = 2.8235290563031577e-13;
/** A power of two that Go takes for infinite, though a little of its octave would still fit. */
const OVERFLOW_EXPONENT = 1024;
/** Whatever lies below makes 0. */
const LEAST = -746;
/** Added and subtracted, it leaves a whole number, ties to even. */
const ROUNDER = 1.5 * 2 ** 52;

/**
 * e^x to the bit as Go has it on amd64 with fused multiplication (math/exp_amd64.s): N. Shibata's method for SIMD (ISC'10): a sixteenth
 * of what is left behind the powers of two goes into a Taylor series of e^x - 1, whose result is doubled in its argument four times.
 */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x < LEAST) return 0;
  const exponent = x * Math.LOG2E + ROUNDER - ROUNDER;
  if (exponent >= OVERFLOW_EXPONENT) return Infinity;
  const rest = fusedMultiplyAdd(-exponent, LN2_LOWER, fusedMultiplyAdd(-exponent, LN2_UPPER, x)) * 0.0625;
  let series = 2.48015873015873e-5;
  series = fusedMultiplyAdd(rest, series, 1.984126984126984e-4);
  series = fusedMultiplyAdd(rest, series, 1.388888888888889e-3);
  series = fusedMultiplyAdd(rest, series, 8.333333333333333e-3);
  series = fusedMultiplyAdd(rest, series, 4.1666666666666664e-2);
  series = fusedMultiplyAdd(rest, series, 1.6666666666666666e-1);
  series = fusedMultiplyAdd(rest, series, 0.5);
  series = fusedMultiplyAdd(rest, series, 1);
  let power = rest * series;
  power *= power + 2;
  power *= power + 2;
  power *= power + 2;
  return scaleBy(fusedMultiplyAdd(power + 2, power, 1), exponent);
}
