import { ln } from "@ferula/model";

const LN2_HIGH = 6.931471803691238e-1;
const LN2_LOW = 1.9082149292705877e-10;

/** The logarithm to the base of ten, as Go has it since 1.26: one rounding less than by way of the base of two. */
export function log10(x: number): number {
  return ln(x) * Math.LOG10E;
}

const SQRT2_LESS_1 = 4.1421356237309503e-1;
const HALF_SQRT2_LESS_1 = -2.928932188134525e-1;
const scratch = new Float64Array(1);
const words: Uint32Array = new Uint32Array(scratch.buffer);

/** ln(1 + x) to the bit as Go has it: fdlibm's approximation (s_log1p.c). */
export function log1p(x: number): number {
  if (!(x > -1 && x < Infinity)) return Math.log1p(x);
  const size = Math.abs(x);
  if (size < 2 ** -29) return size < 2 ** -54 ? x : x - x * x * 0.5;
  if (x > HALF_SQRT2_LESS_1 && size < SQRT2_LESS_1) return nearOne(x);
  // What 1 + x loses by rounding is made up for behind the logarithm.
  const isHuge = size >= 2 ** 53;
  const u = isHuge ? x : 1 + x;
  scratch[0] = u;
  let k = (words[1] >>> 20) - 1023;
  const correction = isHuge ? 0 : (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
  words[1] = (words[1] & 0x000fffff) | 0x3ff00000;
  let fraction = scratch[0];
  if (fraction >= Math.SQRT2) {
    fraction *= 0.5;
    k++;
  }
  const f = fraction - 1;
  const halfSquare = 0.5 * f * f;
  const low = k * LN2_LOW + correction;
  if (f === 0) return k * LN2_HIGH + low;
  if (f < 0 && f > -(2 ** -51)) {
    const short = halfSquare * (1 - 0.6666666666666666 * f);
    return k === 0 ? f - short : k * LN2_HIGH - (short - low - f);
  }
  if (k === 0) return nearOne(f);
  return k * LN2_HIGH - (halfSquare - ((f / (2 + f)) * (halfSquare + tailOf(f)) + low) - f);
}

/** ln(1 + f) where no power of two is taken out. */
function nearOne(f: number): number {
  const halfSquare = 0.5 * f * f;
  return f - (halfSquare - (f / (2 + f)) * (halfSquare + tailOf(f)));
}

/** What fdlibm's polynomial adds to the half square. */
function tailOf(f: number): number {
  const s = f / (2 + f);
  const z = s * s;
  const last = 1.818357216161805e-1 + z * (1.5313837699209373e-1 + z * 1.4798198605116586e-1);
  return z * (6.666666666666735e-1 + z * (3.999999999940942e-1 + z * (2.857142874366239e-1 + z * (2.2222198432149784e-1 + z * last))));
}
