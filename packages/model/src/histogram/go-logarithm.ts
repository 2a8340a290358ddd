import { timesPowerOfTwo } from "./bounds.ts";

/**
 * Logarithm and power to the base of two, to the bit as Go's math package has them on amd64 (fdlibm's approximations: e_log.c, e_exp.c,
 * with fdlibm's coefficients). Quantiles are printed with all digits, and those of the engine's own functions may end otherwise.
 */
const LN2_HIGH = 6.9314718036912382e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const SQRT_HALF: number = Math.SQRT1_2;

const scratch = new Float64Array(1);
const words: Uint32Array = new Uint32Array(scratch.buffer);

/** log2 of a finite number above zero; exact for powers of two. */
export function log2(value: number): number {
  let scaled = value;
  let exponent = 0;
  if (value < 2.2250738585072014e-308) {
    // Subnormal numbers keep no leading bit: they are brought up first.
    scaled = value * 2 ** 52;
    exponent = -52;
  }
  scratch[0] = scaled;
  exponent += ((words[1] >>> 20) & 0x7ff) - 1022;
  words[1] = (words[1] & 0x000fffff) | 0x3fe00000;
  const fraction = scratch[0];
  if (fraction === 0.5) return exponent - 1;
  return naturalLog(fraction) * (1 / Math.LN2) + exponent;
}

/** ln of a number in [0.5, 1). */
function naturalLog(fraction: number): number {
  const isLow = fraction < SQRT_HALF;
  const f = (isLow ? fraction * 2 : fraction) - 1;
  const k = isLow ? -1 : 0;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = z * (6.66666666666673513e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + (odd + even)) + k * LN2_LOW) - f);
}

/** 2^exponent. */
export function exp2(exponent: number): number {
  if (exponent > 1023.9999999999999) return Infinity;
  if (exponent < -1074) return 0;
  const k = Math.trunc(exponent < 0 ? exponent - 0.5 : exponent + 0.5);
  const rest = exponent - k;
  const high = rest * LN2_HIGH;
  const low = -rest * LN2_LOW;
  const r = high - low;
  const z = r * r;
  const c =
    r -
    z *
      (1.66666666666666657415e-1 +
        z *
          (-2.77777777770155933842e-3 + z * (6.61375632143793436117e-5 + z * (-1.6533902205465251539e-6 + z * 4.13813679705723846039e-8))));
  const power = 1 - (low - (r * c) / (2 - c) - high);
  // `power` lies between 0.7 and 1.5; the scaling wants less than one.
  return timesPowerOfTwo(power / 2, k + 1);
}
