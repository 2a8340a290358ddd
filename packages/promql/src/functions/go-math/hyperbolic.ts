import { exp } from "./exp.ts";
import { ln, log1p } from "./log.ts";

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
  const above = ((-0.2630563213397497062819489e2 * z - 0.2894211355989563807284660366e4) * z - 0.8991272022039509355398013511e5) * z;
  const below = ((z - 0.173678953558233699533450911e3) * z + 0.1521517378790019070696485176e5) * z - 0.6307673640497716991212077277e6;
  return ((above - 0.6307673640497716991184787251e6) * x) / below;
}

/** The hyperbolic cosine to the bit as Go has it. */
export function cosh(x: number): number {
  const power = exp(Math.abs(x));
  return Math.abs(x) > 21 ? power * 0.5 : (power + 1 / power) * 0.5;
}

/** ln(2^127) / 2: the tangent is one from here on. */
const ONE_FROM = 8.8029691931113054295988e1 * 0.5;

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
  const above = (-9.64399179425052238628e-1 * z - 9.92877231001918586564e1) * z - 1.61468768441708447952e3;
  const below = ((z + 1.12811678491632931402e2) * z + 2.23548839060100448583e3) * z + 4.84406305325125486048e3;
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
