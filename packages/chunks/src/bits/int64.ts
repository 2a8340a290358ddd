/**
 * 64-bit integers as two words of 32 bits, each held as a signed number: exact where a double is not, and free of the allocation that
 * every BigInt costs.
 */

const WORD = 4_294_967_296;
const MAX_SIGNED = 2 ** 63;
const MAX_UNSIGNED = 2 ** 64;

/** The low word of a whole number from -2^63; what is above 2^63 - 1 becomes that. */
export function lowWord(value: number): number {
  return value >= MAX_SIGNED ? -1 : value | 0;
}

/** The high word of such a number, in two's complement. */
export function highWord(value: number): number {
  return value >= MAX_SIGNED ? 0x7fffffff : Math.floor(value / WORD) | 0;
}

/** The low word of a whole number from 0; what is above 2^64 - 1 becomes that. */
export function lowUnsignedWord(value: number): number {
  return value >= MAX_UNSIGNED ? -1 : value | 0;
}

/** The high word of such a number. */
export function highUnsignedWord(value: number): number {
  return value >= MAX_UNSIGNED ? -1 : Math.floor(value / WORD) | 0;
}

/** The double nearest to a signed integer. */
export function signedNumber(low: number, high: number): number {
  return high * WORD + (low >>> 0);
}

/** The double nearest to an unsigned integer. */
export function unsignedNumber(low: number, high: number): number {
  return (high >>> 0) * WORD + (low >>> 0);
}

/** The high word of a sum, whose low word is `(aLow + bLow) | 0`. */
export function sumHigh(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const carry = (aLow >>> 0) + (bLow >>> 0) >= WORD ? 1 : 0;
  return (aHigh + bHigh + carry) | 0;
}

/** The high word of a difference, whose low word is `(aLow - bLow) | 0`. */
export function differenceHigh(aLow: number, aHigh: number, bLow: number, bHigh: number): number {
  const borrow = aLow >>> 0 < bLow >>> 0 ? 1 : 0;
  return (aHigh - bHigh - borrow) | 0;
}
