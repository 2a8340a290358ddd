import { exponentOf, fractionOf, ln } from "@ferula/model";
import { exp } from "./exp.ts";
import { scaleBy } from "./scale.ts";

/** Beyond, the result is 0 or infinite whatever the fraction is. */
const MOST_EXPONENT = 2 ** 12;
const LEAST_SQUARE = 2 ** -1000;

/**
 * x to the power y to the bit as Go has it: the whole part of y by repeated squaring of x's fraction, the rest by `exp` and `ln`. What is
 * special is Go's, too: 1 to anything is 1, NaN included, and so is -1 to an infinity.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (y === 2) {
    // The commonest power; only where the result is subnormal is it rounded otherwise.
    const square = x * x;
    if (square > LEAST_SQUARE && square < Infinity) return square;
  }
  const isPlain = x !== 0 && Math.abs(x) < Infinity && Math.abs(y) < Infinity;
  if (!isPlain) return x === -1 && (y === Infinity || y === -Infinity) ? 1 : x ** y;
  if (y === 0.5) return Math.sqrt(x);
  if (y === -0.5) return 1 / Math.sqrt(x);
  return plainPow(x, y);
}

function plainPow(x: number, y: number): number {
  let whole = Math.floor(Math.abs(y));
  let rest = Math.abs(y) - whole;
  if (rest !== 0 && x < 0) return Number.NaN;
  if (whole >= 2 ** 63) {
    if (x === -1) return 1;
    return Math.abs(x) < 1 === y > 0 ? 0 : Infinity;
  }
  let result = 1;
  let resultExponent = 0;
  if (rest !== 0) {
    if (rest > 0.5) {
      rest--;
      whole++;
    }
    result = exp(rest * ln(x));
  }
  let fraction = fractionOf(x);
  let exponent = exponentOf(x);
  for (let left = whole; left !== 0; left = Math.floor(left / 2)) {
    if (exponent < -MOST_EXPONENT || exponent > MOST_EXPONENT) {
      // It overflows or underflows already.
      resultExponent += exponent;
      break;
    }
    if (left % 2 === 1) {
      result *= fraction;
      resultExponent += exponent;
    }
    fraction *= fraction;
    exponent *= 2;
    if (fraction < 0.5) {
      fraction += fraction;
      exponent--;
    }
  }
  return y < 0 ? scaleBy(1 / result, -resultExponent) : scaleBy(result, resultExponent);
}
