/** Digits of a finite number above zero, and the place of its decimal point: 0.0123 is "123" and -1. They are the shortest that read back. */
function decimal(value: number): { digits: string; point: number } {
  const [mantissa, exponent] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  return undefined;
}

function scientific(value: number): string {
  const { digits, point } = decimal(Math.abs(value));
  const exponent = point - 1;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  return `${value < 0 ? "-" : ""}${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function plain(value: number): string {
  const { digits, point } = decimal(Math.abs(value));
  const sign = value < 0 ? "-" : "";
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + "0".repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * A number as the exposition formats write it: Go's shortest 'g', with an exponent below 1e-4 and from 1e6 on
 * (strconv.FormatFloat(x, 'g', -1, 64)).
 */
export function formatFloat(value: number): string {
  const size = Math.abs(value);
  // Both languages print the shortest digits that read back; they only disagree on where the exponent begins.
  if (size >= 1e-4 && size < 1e6) return String(value);
  return special(value) ?? scientific(value);
}

/** A number as the JSON of the API writes it: Go's 'f', and 'e' below 1e-6 and from 1e21 on (util/jsonutil). */
export function formatJsonFloat(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e-6 && size < 1e21) return String(value);
  return special(value) ?? scientific(value);
}

/** A number with an exponent, as the API writes the values of alerts: Go's 'e' with the shortest digits. */
export function formatFloatE(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0e+00" : "0e+00";
  return special(value) ?? scientific(value);
}

/** A number without an exponent, whatever its size: Go's 'f' with the shortest digits. */
export function formatFloatF(value: number): string {
  return special(value) ?? plain(value);
}

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
