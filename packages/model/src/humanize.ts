/** A number with four significant digits as Go's `%.4g` writes it: `1.235e+04`, `123.4`, `0.0001`. */
export function fourDigits(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const { mantissa, exponent } = roundToFour(Math.abs(value));
  const sign = value < 0 ? "-" : "";
  if (exponent < -4 || exponent >= 4) {
    return `${sign}${trimZeros(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const digits = mantissa.replace(".", "");
  if (exponent < 0) return `${sign}${trimZeros(`0.${"0".repeat(-exponent - 1)}${digits}`)}`;
  return `${sign}${trimZeros(`${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`)}`;
}

/** Four digits of a number above zero. Go rounds what is exactly half to the even digit, JavaScript always up. */
function roundToFour(value: number): { readonly mantissa: string; readonly exponent: number } {
  // A double that agrees with a half to 30 digits is that half.
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- the limit is 100 since ES2018
  const [exact, exactExponent] = value.toExponential(30).split("e");
  if (/^\d\.\d\d[02468]50*$/.test(exact)) return { mantissa: exact.slice(0, 5), exponent: Number(exactExponent) };
  const [mantissa, exponent] = value.toExponential(3).split("e");
  return { mantissa, exponent: Number(exponent) };
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0*$/, "") : text;
}

const LARGE = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];
const SMALL = ["", "m", "u", "n", "p", "f", "a", "z", "y"];
const BINARY = ["", "ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];

/** A number with a metric prefix: 1234 is `1.234k`, 0.001 is `1m`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return fourDigits(value);
  return Math.abs(value) >= 1
    ? scaled(value, LARGE, (v) => Math.abs(v) >= 1000, 1 / 1000)
    : scaled(value, SMALL, (v) => Math.abs(v) < 1, 1000);
}

/** A number with a binary prefix: 2048 is `2ki`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return fourDigits(value);
  return scaled(value, BINARY, (v) => Math.abs(v) >= 1024, 1 / 1024);
}

/** A ratio as a percentage: 0.1234 is `12.34%`. */
export function humanizePercentage(ratio: number): string {
  return `${fourDigits(ratio * 100)}%`;
}

/** Seconds as days to seconds, or as a fraction of one: `1d 2h 3m 4s`, `12.5s`, `340ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  if (seconds === 0) return "0s";
  if (Math.abs(seconds) < 1) return `${scaled(seconds, SMALL, (v) => Math.abs(v) < 1, 1000)}s`;
  const sign = seconds < 0 ? "-" : "";
  const total = Math.abs(seconds);
  const whole = Math.trunc(total);
  const days = Math.floor(whole / 86_400);
  const hours = Math.floor(whole / 3600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${whole % 60}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${whole % 60}s`;
  if (minutes > 0) return `${sign}${minutes}m ${whole % 60}s`;
  return `${sign}${fourDigits(total)}s`;
}

/** Division, not multiplication by a reciprocal, where upstream divides: the last digit may differ. */
function scaled(value: number, prefixes: readonly string[], goesOn: (value: number) => boolean, factor: number): string {
  let i = 0;
  let v = value;
  while (i < prefixes.length - 1 && goesOn(v)) {
    v = factor < 1 ? v / Math.round(1 / factor) : v * factor;
    i++;
  }
  return `${fourDigits(v)}${prefixes[i]}`;
}
