import { ln } from "@ferula/model";
import { exp } from "./exp.ts";
import { log1p } from "./log.ts";

/*
 * The sign is taken off by comparison, which leaves that of zero where it is.
 */

/** From here on a summand of one is lost. */
const LARGE = 2 ** 28;
const SMALL = 2 ** -28;

/** The hyperbolic sine to the bit as Go has it: near zero by a quotient of polynomials (Hart & Cheney 2028). */
export function sinh(x: number): number {
  const size = x < 0 ? -x : x;
  const value = size > 21 ? exp(size) * 0.5 : size > 0.5 ? halfDifference(exp(size)) : sinhNearZero(size);
  return x < 0 ? -value : value;
}

function halfDifference(power: number): number {
  return (power - 1 / power) * 0.5;
}

function sinhNearZero(x: number): number {
  const z = x * x;
  const above = ((-2.630563213397497e1 * z - 2.894211355989564e3) * z - 8.991272022039509e4) * z;
  const below = ((z - 1.736789535582337e2) * z + 1.521517378790019e4) * z - 6.307673640497717e5;
  return ((above - 6.307673640497717e5) * x) / below;
}

/** The hyperbolic cosine to the bit as Go has it. */
export function cosh(x: number): number {
  const power = exp(Math.abs(x));
  return Math.abs(x) > 21 ? power * 0.5 : (power + 1 / power) * 0.5;
}

/** ln(2^127) / 2: the tangent is one from here on. */
const ONE_FROM = 8.802969193111305e1 * 0.5;

/** The hyperbolic tangent to the bit as Go has it: Cephes' tanh.c. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size > ONE_FROM) return x < 0 ? -1 : 1;
  if (size >= 0.625) {
    const value = 1 - 2 / (exp(2 * size) + 1);
    return x < 0 ? -value : value;
  }
  if (x === 0) return x;
  const z = x * x;
  const above = (-9.643991794250523e-1 * z - 9.928772310019185e1) * z - 1.6146876844170845e3;
  const below = ((z + 1.1281167849163293e2) * z + 2.2354883906010045e3) * z + 4.844063053251255e3;
  return x + (x * z * above) / below;
}

/** The inverse of `sinh` to the bit as Go has it: fdlibm's s_asinh.c. */
export function asinh(x: number): number {
  if (!(Math.abs(x) < Infinity)) return x;
  const size = x < 0 ? -x : x;
  const value = asinhOfPositive(size);
  return x < 0 ? -value : value;
}

function asinhOfPositive(x: number): number {
  if (x > LARGE) return ln(x) + Math.LN2;
  if (x > 2) return ln(2 * x + 1 / (Math.sqrt(x * x + 1) + x));
  return x < SMALL ? x : log1p(x + (x * x) / (1 + Math.sqrt(1 + x * x)));
}

/** The inverse of `cosh` to the bit as Go has it: fdlibm's e_acosh.c. */
export function acosh(x: number): number {
  if (!(x >= 1)) return Number.NaN;
  if (x === 1) return 0;
  if (x >= LARGE) return ln(x) + Math.LN2;
  if (x > 2) return ln(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  const t = x - 1;
  return log1p(t + Math.sqrt(2 * t + t * t));
}

/** The inverse of `tanh` to the bit as Go has it: fdlibm's e_atanh.c. */
export function atanh(x: number): number {
  const size = x < 0 ? -x : x;
  if (!(size < 1)) return size === 1 ? x * Infinity : Number.NaN;
  const value = atanhOfPositive(size);
  return x < 0 ? -value : value;
}

function atanhOfPositive(x: number): number {
  if (x < SMALL) return x;
  const twice = x + x;
  return x < 0.5 ? 0.5 * log1p(twice + (twice * x) / (1 - x)) : 0.5 * log1p(twice / (1 - x));
}
