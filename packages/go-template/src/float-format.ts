/** The letter of a float format: exponent, plain, the shorter of both, binary exponent, hexadecimal. */
export type FloatVerb = "e" | "E" | "f" | "g" | "G" | "b" | "x" | "X";

/**
 * Writes a float as Go's strconv does. `precision` counts digits after the point ("e", "f", "x") or significant
 * digits ("g"); -1 means as few as tell the number apart from its neighbours.
 */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const magnitude = Math.abs(value);
  switch (verb) {
    case "b": {
      const { mantissa, exponent } = split(magnitude);
      return `${sign}${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
    }
    case "x":
    case "X": {
      const text = sign + hexFloat(magnitude, precision);
      return verb === "X" ? text.toUpperCase() : text;
    }
    case "e":
    case "E": {
      const digits = precision < 0 ? shortest(magnitude) : rounded(magnitude, precision + 1, "significant");
      return sign + exponentForm(digits, precision < 0 ? Math.max(digits.digits.length - 1, 0) : precision, verb);
    }
    case "f": {
      const digits = precision < 0 ? shortest(magnitude) : rounded(magnitude, precision, "fraction");
      return sign + plainForm(digits, precision < 0 ? Math.max(digits.digits.length - digits.point, 0) : precision);
    }
    case "g":
    case "G":
      return sign + generalForm(magnitude, verb, precision);
  }
}

/** 0.DIGITS × 10^point; no digits for zero. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

function generalForm(magnitude: number, verb: "g" | "G", precision: number): string {
  const wanted = precision === 0 ? 1 : precision;
  const decimal = precision < 0 ? shortest(magnitude) : rounded(magnitude, wanted, "significant");
  const count = decimal.digits.length;
  const exponent = decimal.point - 1;
  if (count > 0 && (exponent < -4 || exponent >= exponentThreshold(decimal, precision, wanted))) {
    return exponentForm(decimal, count - 1, verb === "g" ? "e" : "E");
  }
  return plainForm(decimal, Math.max(count - decimal.point, 0));
}

/** The decimal exponent from which "g" writes an exponent. */
function exponentThreshold({ digits, point }: Decimal, precision: number, wanted: number): number {
  if (precision < 0) return 6;
  // Digits that are not there do not keep an integral number in its plain form.
  return wanted > digits.length && digits.length >= point ? digits.length : wanted;
}

function exponentForm({ digits, point }: Decimal, fraction: number, letter: "e" | "E"): string {
  const exponent = digits === "" ? 0 : point - 1;
  const padded = digits.padEnd(fraction + 1, "0");
  const mantissa = fraction > 0 ? `${padded[0]}.${padded.slice(1, fraction + 1)}` : padded[0];
  return `${mantissa}${letter}${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function plainForm({ digits, point }: Decimal, fraction: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (fraction <= 0) return whole;
  const behind = point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return `${whole}.${behind.slice(0, fraction).padEnd(fraction, "0")}`;
}

/** JavaScript's shortest digits are Go's. */
function shortest(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: "", point: 0 };
  const [mantissa, exponent] = magnitude.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

/** The exact decimal value rounded half to even, to `count` significant or fraction digits; trailing zeros dropped. */
function rounded(magnitude: number, count: number, unit: "significant" | "fraction"): Decimal {
  const exact = exactDigits(magnitude);
  const keep = unit === "significant" ? count : exact.point + count;
  if (exact.digits.length <= keep) return exact;
  if (keep < 0) return { digits: "", point: 0 };
  const next = exact.digits[keep];
  const isHalf = next === "5" && exact.digits.length === keep + 1;
  const isOdd = keep > 0 && Number(exact.digits[keep - 1]) % 2 === 1;
  const roundsUp = isHalf ? isOdd : next >= "5";
  const kept = exact.digits.slice(0, keep);
  const digits = roundsUp ? String(BigInt(kept === "" ? "0" : kept) + 1n) : kept;
  return trimZeros(digits, exact.point + (digits.length - keep));
}

function exactDigits(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: "", point: 0 };
  const { mantissa, exponent } = split(magnitude);
  if (exponent >= 0) {
    const digits = String(mantissa << BigInt(exponent));
    return trimZeros(digits, digits.length);
  }
  // m / 2^k = m × 5^k / 10^k
  const digits = String(mantissa * 5n ** BigInt(-exponent));
  return trimZeros(digits, digits.length + exponent);
}

function trimZeros(digits: string, point: number): Decimal {
  const trimmed = digits.replace(/0+$/, "");
  return { digits: trimmed, point: trimmed === "" ? 0 : point };
}

/** `magnitude` = mantissa × 2^exponent with the mantissa that the format stores. */
function split(magnitude: number): { mantissa: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, magnitude);
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  const fraction = raw & ((1n << 52n) - 1n);
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** `0x1.8p+01`: one digit before the point, the rest rounded half to even. */
function hexFloat(magnitude: number, precision: number): string {
  if (magnitude === 0) return `0x0${precision > 0 ? `.${"0".repeat(precision)}` : ""}p+00`;
  let { mantissa, exponent } = split(magnitude);
  while (mantissa < 1n << 52n) {
    mantissa <<= 1n;
    exponent--;
  }
  exponent += 52;
  if (precision >= 0 && precision < 13) {
    const drop = BigInt(4 * (13 - precision));
    const half = 1n << (drop - 1n);
    const rest = mantissa & ((1n << drop) - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa++;
    mantissa <<= drop;
    if (mantissa >> 53n > 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const digits = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, "0");
  const fraction = precision < 0 ? digits.replace(/0+$/, "") : digits.slice(0, precision).padEnd(precision, "0");
  const power = `${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  return `0x1${fraction === "" ? "" : `.${fraction}`}p${power}`;
}
