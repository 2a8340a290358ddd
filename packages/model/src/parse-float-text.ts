const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const HEXADECIMAL = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/i;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ["nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
  ["+inf", Number.POSITIVE_INFINITY],
  ["+infinity", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["-infinity", Number.NEGATIVE_INFINITY],
]);

/**
 * The number that Go's strconv.ParseFloat reads in the whole of `text`, or undefined where that refuses: decimal and hexadecimal
 * numbers, NaN and infinities in any case; no blanks, no underscores, nothing too large for a float64.
 */
export function parseFloatText(text: string): number | undefined {
  if (DECIMAL.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const known = SPECIAL.get(text.toLowerCase());
  return known ?? parseHexFloat(text);
}

function parseHexFloat(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction, exponentText] = match;
  if (whole.length + fraction.length === 0) return undefined;
  const digits = BigInt(`0x${whole}${fraction}`);
  const value = scaleToDouble(digits, Number(exponentText) - 4 * fraction.length);
  if (!Number.isFinite(value)) return undefined;
  return sign === "-" ? -value : value;
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
