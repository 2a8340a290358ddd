// Decimal text to doubles, correctly rounded: Lemire, "Number Parsing at a Gigabyte per Second" (2021). Twin: src/parse-float.ts.
import { HIGHEST_EXPONENT, LOWEST_EXPONENT, powersOfTen } from "./powers-of-ten";

const exactPowers: usize = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]);

const MAX_DIGITS: i32 = 19; // They fit 64 bits.
const MAX_EXACT_EXPONENT: i32 = 22; // 1e22 is the last power of ten that is a double.

/** The double nearest to the decimal number in [start, end); NaN when it is none, or is one that this method can't decide. */
export function parseDecimal(start: usize, end: usize): f64 {
  let p = start;
  if (p == end) return NaN;
  let c = <u32>load<u8>(p);
  const isNegative = c == 0x2d;
  if (isNegative || c == 0x2b) p++;
  let significand: u64 = 0;
  let digits: i32 = 0; // Significant ones.
  let exponent: i32 = 0;
  let afterPoint: i32 = 0;
  let hasDigit = false;
  for (; p < end; p++) {
    c = load<u8>(p);
    const digit = c - 0x30;
    if (digit <= 9) {
      hasDigit = true;
      significand = significand * 10 + digit;
      digits += i32(significand != 0);
      exponent -= afterPoint;
    } else if (c == 0x2e && afterPoint == 0) afterPoint = 1;
    else break;
  }
  if (!hasDigit || digits > MAX_DIGITS) return NaN;
  if (p < end) {
    if ((c | 0x20) != 0x65) return NaN;
    const written = parseExponent(p + 1, end);
    if (written == i32.MIN_VALUE) return NaN;
    exponent += written;
  }
  const magnitude = scale(significand, exponent);
  return isNegative ? -magnitude : magnitude;
}

/** The signed number in [p, end), at most four digits; the least i32 when it is none. */
function parseExponent(p: usize, end: usize): i32 {
  if (p == end) return i32.MIN_VALUE;
  const sign = load<u8>(p);
  if (sign == 0x2d || sign == 0x2b) p++;
  if (p == end || end - p > 4) return i32.MIN_VALUE;
  let exponent: i32 = 0;
  for (; p < end; p++) {
    const digit = <u32>load<u8>(p) - 0x30;
    if (digit > 9) return i32.MIN_VALUE;
    exponent = exponent * 10 + <i32>digit;
  }
  return sign == 0x2d ? -exponent : exponent;
}

function scale(significand: u64, exponent: i32): f64 {
  // Both factors are exact, so that the one rounding is right.
  if (exponent >= -MAX_EXACT_EXPONENT && exponent <= MAX_EXACT_EXPONENT && significand <= <u64>1 << 53) {
    if (exponent < 0) return <f64>significand / load<f64>(exactPowers + (<usize>-exponent << 3));
    return <f64>significand * load<f64>(exactPowers + (<usize>exponent << 3));
  }
  return eiselLemire(significand, exponent);
}

function eiselLemire(significand: u64, exponent: i32): f64 {
  if (significand == 0) return 0;
  if (exponent < LOWEST_EXPONENT || exponent > HIGHEST_EXPONENT) return NaN;
  const leadingZeros = <i32>clz(significand);
  const normalized = significand << leadingZeros;
  const power = powersOfTen + (<usize>(exponent - LOWEST_EXPONENT) << 4);
  let low = normalized * load<u64>(power);
  let high = highProduct(normalized, load<u64>(power));
  // The nine bits below the result may all carry: only then does the power's low word count.
  if ((high & 0x1ff) == 0x1ff) {
    const carry = highProduct(normalized, load<u64>(power, 8));
    low += carry;
    if (low < carry) high++;
    if (low == u64.MAX_VALUE && (exponent < -27 || exponent > 55)) return NaN;
  }
  const upperBit = <i32>(high >> 63);
  let mantissa = high >> (upperBit + 9);
  // floor(exponent * log2(10)), in 16-bit fixed point.
  let biased = ((217706 * exponent) >> 16) + 63 + upperBit - leadingZeros + 1023;
  if (biased <= 0 || biased >= 2046) return NaN;
  // Halfway between two doubles: to even. It can only happen where the power is exact.
  if (low <= 1 && exponent >= -4 && exponent <= 23 && (mantissa & 3) == 1 && mantissa << (upperBit + 9) == high) mantissa &= ~(<u64>1);
  mantissa += mantissa & 1;
  mantissa >>= 1;
  if (mantissa == <u64>1 << 53) {
    mantissa = <u64>1 << 52;
    biased++;
  }
  return reinterpret<f64>((<u64>biased << 52) | (mantissa & ~(<u64>1 << 52)));
}

/** The upper 64 bits of a product of two words. */
function highProduct(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const first = aHigh * bLow + ((aLow * bLow) >> 32);
  const second = aLow * bHigh + (first & 0xffffffff);
  return aHigh * bHigh + (first >> 32) + (second >> 32);
}
