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
 * Go's %v of a float64: the shortest 'g', with an exponent below 1e-4 and from 1e6 on (strconv.FormatFloat(x, 'g', -1, 64)).
 */
export function formatGoFloat(value: number): string {
  const size = Math.abs(value);
  // Both languages print the shortest digits that read back; they only disagree on where the exponent begins.
  if (size >= 1e-4 && size < 1e6) return String(value);
  return special(value) ?? scientific(value);
}

/** A number with an exponent: Go's 'e' with the shortest digits. */
export function formatGoFloatE(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0e+00" : "0e+00";
  return special(value) ?? scientific(value);
}

/** A number without an exponent, whatever its size: Go's 'f' with the shortest digits. */
export function formatGoFloatF(value: number): string {
  return special(value) ?? plain(value);
}
