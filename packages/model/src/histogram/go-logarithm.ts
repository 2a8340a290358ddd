import { exponentOf, fractionOf } from "../float-parts.ts";
import { timesPowerOfTwo } from "./bounds.ts";

/**
 * Logarithms, and the power to the base of two, to the bit as Go's math package has them on amd64 (fdlibm's approximations: e_log.c, e_exp.c,
 * with fdlibm's coefficients). Quantiles are printed with all digits, and those of the engine's own functions may end otherwise.
 */
const LN2_HIGH = 6.9314718036912382e-1;
const LN2_LOW = 1.90821492927058770002e-10;

/** ln of a number, to the bit as Go has it on amd64: fdlibm's approximation, its terms summed in another order. */
export function ln(value: number): number {
  if (!(value > 0 && value < Infinity)) return Math.log(value);
  let fraction = fractionOf(value);
  let exponent = exponentOf(value);
  if (fraction <= Math.SQRT1_2) {
    fraction *= 2;
    exponent--;
  }
  const f = fraction - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = z * (6.666666666666735e-1 + w * (2.857142874366239e-1 + w * (1.818357216161805e-1 + w * 1.4798198605116586e-1)));
  const even = w * (3.999999999940942e-1 + w * (2.2222198432149784e-1 + w * 1.5313837699209373e-1));
  const halfSquare = 0.5 * f * f;
  return exponent * LN2_HIGH - (halfSquare - (s * (halfSquare + (odd + even)) + exponent * LN2_LOW) - f);
}

/** log2 of a finite number above zero; exact for powers of two. */
export function log2(value: number): number {
  const fraction = fractionOf(value);
  const exponent = exponentOf(value);
  return fraction === 0.5 ? exponent - 1 : ln(fraction) * (1 / Math.LN2) + exponent;
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
