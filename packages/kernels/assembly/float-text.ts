// Numbers as the JSON of the HTTP API writes them: the shortest digits that read back to the same double, by Raffaello Giulietti's
// Schubfach ("The Schubfach way to render doubles", 2021), laid out by Go's rules (util/jsonutil): plain, and with an exponent below 1e-6
// and from 1e21 on.
import { POWERS_OF_TEN, POWER_MIN } from "./float-powers";

const MINUS: u8 = 45;
const PLUS: u8 = 43;
const POINT: u8 = 46;
const ZERO: u8 = 48;
const COMMA: u8 = 44;
const OPEN: u8 = 91;
/** The characters `,"` and `"]` as little-endian words. */
const COMMA_QUOTE: u16 = 0x222c;
const QUOTE_CLOSE: u16 = 0x5d22;

/** Upper bounds of the bytes that one number, and one point of a series, take. */
const POINT_BYTES: usize = 64;

const FRACTION_BITS: u64 = 52;
const FRACTION_MASK: u64 = 0x000f_ffff_ffff_ffff;
const HIDDEN_BIT: u64 = 0x0010_0000_0000_0000;

/** 10^i for the i that fit 64 bits; 0 for i = 0, so that the number of digits of 0 is 1. */
const DIGIT_LIMITS: usize = memory.data<u64>([
  0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
  100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000, 10000000000000000000,
]);

/** The two digits of each number below 100. */
const DIGIT_PAIRS: usize = memory.data<u8>([
  48, 48, 48, 49, 48, 50, 48, 51, 48, 52, 48, 53, 48, 54, 48, 55, 48, 56, 48, 57, 49, 48, 49, 49, 49, 50, 49, 51, 49, 52, 49, 53, 49, 54,
  49, 55, 49, 56, 49, 57, 50, 48, 50, 49, 50, 50, 50, 51, 50, 52, 50, 53, 50, 54, 50, 55, 50, 56, 50, 57, 51, 48, 51, 49, 51, 50, 51, 51,
  51, 52, 51, 53, 51, 54, 51, 55, 51, 56, 51, 57, 52, 48, 52, 49, 52, 50, 52, 51, 52, 52, 52, 53, 52, 54, 52, 55, 52, 56, 52, 57, 53, 48,
  53, 49, 53, 50, 53, 51, 53, 52, 53, 53, 53, 54, 53, 55, 53, 56, 53, 57, 54, 48, 54, 49, 54, 50, 54, 51, 54, 52, 54, 53, 54, 54, 54, 55,
  54, 56, 54, 57, 55, 48, 55, 49, 55, 50, 55, 51, 55, 52, 55, 53, 55, 54, 55, 55, 55, 56, 55, 57, 56, 48, 56, 49, 56, 50, 56, 51, 56, 52,
  56, 53, 56, 54, 56, 55, 56, 56, 56, 57, 57, 48, 57, 49, 57, 50, 57, 51, 57, 52, 57, 53, 57, 54, 57, 55, 57, 56, 57, 57,
]);

/** What `shortest` found: the value is `digits` × 10^`exponent`. */
let digits: u64 = 0;
let exponent: i32 = 0;

/** Writes `value` at `out` and returns the address behind it. At most 32 bytes are written. */
export function writeJsonFloat(value: f64, out: usize): usize {
  const bits = reinterpret<u64>(value);
  if (value != value) {
    store<u8>(out, 78);
    store<u8>(out, 97, 1);
    store<u8>(out, 78, 2);
    return out + 3;
  }
  if (value == Infinity || value == -Infinity) {
    store<u8>(out, value > 0 ? PLUS : MINUS);
    store<u8>(out, 73, 1);
    store<u8>(out, 110, 2);
    store<u8>(out, 102, 3);
    return out + 4;
  }
  if (<i64>bits < 0) store<u8>(out++, MINUS);
  if (bits << 1 == 0) {
    store<u8>(out, ZERO);
    return out + 1;
  }
  if (isInteger(bits)) return writeInteger(digits, out);
  shortest(bits);
  return writeDecimal(out);
}

/**
 * Writes the points of steps [from, to) whose byte at `present` is not 0 as `[seconds,"value"]`, with a comma before each but the very
 * first of a series: `isFirst` says that none was written yet. Step k is at `startMs + k * stepMs`, its value at `values + 8 * k`. Stops
 * before `outEnd` might be passed. Returns the address behind the last byte; `pointsReached()` tells the step to go on from.
 */
export function writeJsonPoints(
  startMs: f64,
  stepMs: f64,
  from: i32,
  to: i32,
  isFirst: bool,
  values: usize,
  present: usize,
  out: usize,
  outEnd: usize,
): usize {
  let k = from;
  for (; k < to; k++) {
    if (load<u8>(present + <usize>k) == 0) continue;
    if (out + POINT_BYTES > outEnd) break;
    if (!isFirst) store<u8>(out++, COMMA);
    isFirst = false;
    store<u8>(out++, OPEN);
    out = writeSeconds(<i64>(startMs + <f64>k * stepMs), out);
    store<u16>(out, COMMA_QUOTE);
    out = writeJsonFloat(load<f64>(values + ((<usize>k) << 3)), out + 2);
    store<u16>(out, QUOTE_CLOSE);
    out += 2;
  }
  reachedStep = k;
  return out;
}

let reachedStep: i32 = 0;

/** The first step that the last call of `writeJsonPoints` had no more room for, or its `to`. */
export function pointsReached(): i32 {
  return reachedStep;
}

/** Milliseconds as seconds: three decimals, and none when they are zero. */
function writeSeconds(timeMs: i64, out: usize): usize {
  let rest: u64;
  if (timeMs < 0) {
    store<u8>(out++, MINUS);
    rest = <u64>-timeMs;
  } else {
    rest = <u64>timeMs;
  }
  const seconds = rest / 1000;
  out = writeInteger(seconds, out);
  const milliseconds = rest - seconds * 1000;
  if (milliseconds == 0) return out;
  store<u8>(out++, POINT);
  putDigits(out, milliseconds, 3);
  return out + 3;
}

/** Whether the number is a whole one below 2^53; then `digits` is its size. */
function isInteger(bits: u64): bool {
  const shift = 1075 - <i32>((bits >> FRACTION_BITS) & 0x7ff);
  if (shift < 0 || shift > 52) return false;
  const significand = (bits & FRACTION_MASK) | HIDDEN_BIT;
  if ((significand & (((<u64>1) << (<u64>shift)) - 1)) != 0) return false;
  digits = significand >> <u64>shift;
  return true;
}

/** Finds the shortest decimal inside of the interval that rounds to the number, and of those the nearest one. */
function shortest(bits: u64): void {
  const biased = <i32>((bits >> FRACTION_BITS) & 0x7ff);
  const fraction = bits & FRACTION_MASK;
  const significand = biased == 0 ? fraction : fraction | HIDDEN_BIT;
  const binary = biased == 0 ? -1074 : biased - 1075;
  // At a power of two, the neighbour below is at half the distance.
  const isUneven = fraction == 0 && biased > 1;
  const isOdd = (significand & 1) != 0;

  // floor(log10(2^binary)), or of three quarters of it.
  const power = (binary * 1262611 - (isUneven ? 524031 : 0)) >> 22;
  const shift = <u64>(binary + ((-power * 1741647) >> 19) + 1);
  const entry = POWERS_OF_TEN + ((<usize>(-power - POWER_MIN)) << 4);
  const high = load<u64>(entry);
  const low = load<u64>(entry, 8);
  const scaled = roundToOdd(high, low, (significand << 2) << shift);
  const lower = roundToOdd(high, low, ((significand << 2) - 2 + u64(isUneven)) << shift) + u64(isOdd);
  const upper = roundToOdd(high, low, ((significand << 2) + 2) << shift) - u64(isOdd);

  const whole = scaled >> 2;
  if (whole >= 10) {
    const tenth = whole / 10;
    const lowerFits = lower <= 40 * tenth;
    const upperFits = 40 * tenth + 40 <= upper;
    if (lowerFits != upperFits) {
      digits = tenth + u64(upperFits);
      exponent = power + 1;
      return;
    }
  }
  const lowerFits = lower <= 4 * whole;
  const upperFits = 4 * whole + 4 <= upper;
  exponent = power;
  if (lowerFits != upperFits) {
    digits = whole + u64(upperFits);
    return;
  }
  const middle = 4 * whole + 2;
  digits = whole + u64(scaled > middle || (scaled == middle && (whole & 1) != 0));
}

/** The upper half of (high:low) × factor, with its last bit set when the rest isn't zero. */
function roundToOdd(high: u64, low: u64, factor: u64): u64 {
  const carry = multiplyHigh(low, factor);
  const sumLow = high * factor + carry;
  const sumHigh = multiplyHigh(high, factor) + u64(sumLow < carry);
  return sumHigh | u64(sumLow > 1);
}

function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffff_ffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffff_ffff;
  const bHigh = b >> 32;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >> 32);
  const cross = aLow * bHigh + (middle & 0xffff_ffff);
  return aHigh * bHigh + (middle >> 32) + (cross >> 32);
}

/** Lays out `digits` × 10^`exponent`. */
function writeDecimal(out: usize): usize {
  while (true) {
    const tenth = digits / 10;
    if (tenth * 10 != digits) break;
    digits = tenth;
    exponent++;
  }
  const count = countDigits(digits);
  const pointAt = count + exponent;
  if (pointAt > 21 || pointAt < -5) return writeScientific(out, count, pointAt - 1);
  if (exponent >= 0) {
    putDigits(out, digits, count);
    memory.fill(out + <usize>count, ZERO, <usize>exponent);
    return out + <usize>pointAt;
  }
  if (pointAt > 0) {
    putDigits(out + 1, digits, count);
    memory.copy(out, out + 1, <usize>pointAt);
    store<u8>(out + <usize>pointAt, POINT);
    return out + <usize>count + 1;
  }
  store<u8>(out, ZERO);
  store<u8>(out, POINT, 1);
  out += 2;
  memory.fill(out, ZERO, <usize>-pointAt);
  out += <usize>-pointAt;
  putDigits(out, digits, count);
  return out + <usize>count;
}

/** One digit, the others behind the point, and an exponent of two digits or more. */
function writeScientific(out: usize, count: i32, power: i32): usize {
  putDigits(out + 1, digits, count);
  store<u8>(out, load<u8>(out, 1));
  if (count > 1) {
    store<u8>(out, POINT, 1);
    out += <usize>count + 1;
  } else {
    out += 1;
  }
  store<u8>(out, 101);
  store<u8>(out, power < 0 ? MINUS : PLUS, 1);
  out += 2;
  const size = <u64>(power < 0 ? -power : power);
  const width = size < 100 ? 2 : 3;
  putDigits(out, size, width);
  return out + <usize>width;
}

function writeInteger(value: u64, out: usize): usize {
  const count = countDigits(value);
  putDigits(out, value, count);
  return out + <usize>count;
}

function countDigits(value: u64): i32 {
  const guess = ((64 - <i32>clz(value | 1)) * 1233) >> 12;
  return guess + 1 - i32(value < load<u64>(DIGIT_LIMITS + ((<usize>guess) << 3)));
}

/** Writes exactly `count` digits, with zeros in front. Divisions by constants are cheap in 32 bits only: eight digits go at a time. */
function putDigits(out: usize, value: u64, count: i32): void {
  let at = out + <usize>count;
  let rest = value;
  while (rest > 0xffff_ffff) {
    const higher = rest / 100000000;
    let eight = <u32>(rest - higher * 100000000);
    for (let pair = 0; pair < 4; pair++) {
      const hundredth = eight / 100;
      at -= 2;
      store<u16>(at, load<u16>(DIGIT_PAIRS + ((<usize>(eight - hundredth * 100)) << 1)));
      eight = hundredth;
    }
    rest = higher;
  }
  let low = <u32>rest;
  while (at >= out + 2) {
    const hundredth = low / 100;
    at -= 2;
    store<u16>(at, load<u16>(DIGIT_PAIRS + ((<usize>(low - hundredth * 100)) << 1)));
    low = hundredth;
  }
  if (at > out) store<u8>(out, ZERO + <u8>low);
}
