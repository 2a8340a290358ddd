/** Powers of ten that are doubles. */
const EXACT_POWERS: Float64Array = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const MAX_EXACT_EXPONENT = 22;

/** As many digits always make an integer that a double holds exactly. */
const MAX_DIGITS = 15;

/**
 * The double nearest to the decimal number in [start, end); NaN when the bytes are no such number, or are one that this method can't
 * round: what they are is then for a slower reader to say. The kernel of the same name decides up to 19 digits and exponents of ±60,
 * this one 15 digits and ±22; where both decide, they agree. `NaN`, `Inf` and hexadecimal numbers are never decided.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  if (p >= end) return NaN;
  let c = bytes[p];
  const isNegative = c === 0x2d;
  if (isNegative || c === 0x2b) p++;
  let significand = 0;
  let digits = 0;
  let exponent = 0;
  let afterPoint = 0;
  let hasDigit = false;
  for (; p < end; p++) {
    c = bytes[p];
    const digit = c - 0x30;
    if (digit >= 0 && digit <= 9) {
      hasDigit = true;
      significand = significand * 10 + digit;
      if (significand !== 0) digits++;
      exponent -= afterPoint;
    } else if (c === 0x2e && afterPoint === 0) afterPoint = 1;
    else break;
  }
  if (!hasDigit || digits > MAX_DIGITS) return NaN;
  if (p < end) {
    if ((c | 0x20) !== 0x65) return NaN;
    exponent += parseExponent(bytes, p + 1, end);
  }
  // Both factors are exact, so that the one rounding is right. A NaN exponent fails the comparison.
  if (!(exponent >= -MAX_EXACT_EXPONENT && exponent <= MAX_EXACT_EXPONENT)) return NaN;
  const magnitude = exponent < 0 ? significand / EXACT_POWERS[-exponent] : significand * EXACT_POWERS[exponent];
  return isNegative ? -magnitude : magnitude;
}

/** The signed number in [p, end), at most four digits; NaN when it is none. */
function parseExponent(bytes: Uint8Array, p: number, end: number): number {
  if (p >= end) return NaN;
  const sign = bytes[p];
  if (sign === 0x2d || sign === 0x2b) p++;
  if (p >= end || end - p > 4) return NaN;
  let exponent = 0;
  for (; p < end; p++) {
    const digit = bytes[p] - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    exponent = exponent * 10 + digit;
  }
  return sign === 0x2d ? -exponent : exponent;
}
