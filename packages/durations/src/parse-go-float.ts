/** Why Go's strconv.ParseFloat refuses a text, in its words. */
export type GoFloatError = "invalid syntax" | "value out of range";

// No part of these can match the same digits in two ways: a text of a megabyte that is no number takes one pass.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const HEXADECIMAL = /^(?<sign>[+-]?)0x(?=\.?[\da-f])(?<whole>[\da-f]*)(?:\.(?<fraction>[\da-f]*))?p(?<exponent>[+-]?\d+)$/i;
const HEXADECIMAL_PREFIX = /^[+-]?0x/i;

/** An underscore stands between two digits, or between the prefix `0x` and the first. */
const STRAY_UNDERSCORE = /(?<!\d)_|_(?!\d)/;
const STRAY_HEXADECIMAL_UNDERSCORE = /(?<!^[+-]?0x|[\da-f])_|_(?![\da-f])/i;

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ["nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
  ["+inf", Number.POSITIVE_INFINITY],
  ["+infinity", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["-infinity", Number.NEGATIVE_INFINITY],
]);

/** The longest text in SPECIAL. */
const SPECIAL_LENGTH = "+infinity".length;

/**
 * The number that Go's strconv.ParseFloat(text, 64) reads in the whole of `text`, or why it refuses: decimal and hexadecimal numbers, with
 * underscores between their digits, and NaN and infinities in any case; no blanks around them.
 */
export function parseGoFloat(text: string): number | GoFloatError {
  if (DECIMAL.test(text)) return inRange(Number(text));
  if (text.length <= SPECIAL_LENGTH) {
    const known = SPECIAL.get(text.toLowerCase());
    if (known !== undefined) return known;
  }
  return text.includes("_") ? parseWithUnderscores(text) : parseHexadecimal(text);
}

function parseWithUnderscores(text: string): number | GoFloatError {
  const stray = HEXADECIMAL_PREFIX.test(text) ? STRAY_HEXADECIMAL_UNDERSCORE : STRAY_UNDERSCORE;
  if (stray.test(text)) return "invalid syntax";
  const digits = text.replaceAll("_", "");
  return DECIMAL.test(digits) ? inRange(Number(digits)) : parseHexadecimal(digits);
}

function parseHexadecimal(text: string): number | GoFloatError {
  const parts = HEXADECIMAL.exec(text)?.groups;
  if (parts === undefined) return "invalid syntax";
  const { sign, whole, fraction = "", exponent } = parts;
  const value = scaleToDouble(BigInt(`0x${whole}${fraction}`), Number(exponent) - 4 * fraction.length);
  return inRange(sign === "-" ? -value : value);
}

function inRange(value: number): number | GoFloatError {
  return Number.isFinite(value) ? value : "value out of range";
}

/** `digits * 2^exponent`, rounded once, half to even. */
function scaleToDouble(digits: bigint, exponent: number): number {
  if (digits === 0n) return 0;
  const bits = digits.toString(2).length;
  // An exponent of many digits must not reach the shifts below.
  if (bits + exponent > 1024) return Number.POSITIVE_INFINITY;
  if (bits + exponent < -1074) return 0;
  // Subnormal numbers hold fewer than 53 bits.
  const kept = Math.min(53, Math.max(0, bits + exponent + 1074));
  const dropped = bits - kept;
  if (dropped <= 0) return Number(digits) * 2 ** Math.max(exponent, -1074) * 2 ** Math.min(0, exponent + 1074);
  const half = 1n << BigInt(dropped - 1);
  const rest = digits & ((half << 1n) - 1n);
  const floor = digits >> BigInt(dropped);
  const roundsUp = rest > half || (rest === half && (floor & 1n) === 1n);
  const shift = exponent + dropped;
  // Two factors: neither 2^shift alone nor the product may leave the range on the way.
  return Number(floor + (roundsUp ? 1n : 0n)) * 2 ** Math.max(shift, -1022) * 2 ** Math.min(0, shift + 1022);
}
