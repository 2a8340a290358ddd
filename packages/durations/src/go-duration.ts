import { goTimeQuote } from "./go-time-quote.ts";

/** Nanoseconds of each unit of Go's dialect; both micro signs (U+00B5 and U+03BC) are accepted. */
const unitNanos: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1000n],
  ["\u00b5s", 1000n],
  ["\u03bcs", 1000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

/** The units that kingpin's durations have on top of Go's. */
const dayAndWeekNanos: ReadonlyMap<string, bigint> = new Map([
  ["d", 86_400_000_000_000n],
  ["w", 604_800_000_000_000n],
]);

/** How far a Go duration may stray from Go's own dialect. */
export interface GoDurationOptions {
  /** Reads `d` and `w` too, as the flags of upstream's programs do (kingpin 2.4); a day has 24 hours. */
  readonly daysAndWeeks?: boolean;
}

/** The largest amount of nanoseconds with a sign in front of it: int64 holds one more below zero than above. */
const SMALLEST_NANOS = 1n << 63n;
const MOST_DIGITS = 19;

/**
 * Reads a duration of Go's dialect, such as `1m20s`, `1.5h`, `-100ms`, and returns milliseconds with their fraction (`1us` is 0.001).
 * Units are `ns us µs ms s m h`, in any order and as often as one likes; a bare `0` is fine. Throws RangeError with Go's messages:
 * `time: invalid duration "x"`, `time: unknown unit "d" in duration "1d"`, `time: missing unit in duration "1"`.
 * Source: the Go standard library's time.ParseDuration.
 */
export function parseGoDuration(text: string, options: GoDurationOptions = {}): number {
  const isNegative = text.startsWith("-");
  const unsigned = isNegative || text.startsWith("+") ? text.slice(1) : text;
  if (unsigned === "0") return 0;
  if (unsigned === "") throw invalidDuration(text);
  const part = /([0-9]*)(?:\.([0-9]*))?([^0-9.]*)/y;
  let totalNanos = 0n;
  for (let at = 0; at < unsigned.length; at = part.lastIndex) {
    part.lastIndex = at;
    const [, whole = "", fraction = "", unit = ""] = part.exec(unsigned) ?? [];
    if (whole === "" && fraction === "") throw invalidDuration(text);
    if (isTooLong(whole) || BigInt(whole) > SMALLEST_NANOS) throw invalidDuration(text);
    if (unit === "") throw new RangeError(`time: missing unit in duration ${goTimeQuote(text)}`);
    const nanos = unitNanos.get(unit) ?? (options.daysAndWeeks === true ? dayAndWeekNanos.get(unit) : undefined);
    if (nanos === undefined) throw new RangeError(`time: unknown unit ${goTimeQuote(unit)} in duration ${goTimeQuote(text)}`);
    totalNanos += BigInt(whole) * nanos + fractionNanos(fraction, nanos);
    if (totalNanos > SMALLEST_NANOS) throw invalidDuration(text);
  }
  if (totalNanos === SMALLEST_NANOS && !isNegative) throw invalidDuration(text);
  const ms = nanosToMs(totalNanos);
  return isNegative && ms !== 0 ? -ms : ms;
}

/**
 * Prints milliseconds as Go's time.Duration does: `1m30s`, `5m0s`, `1.5s`, `100ms`, `2µs`, `0s`. The value is first rounded to whole
 * nanoseconds, the grain of Go's durations. Throws RangeError for what is not finite.
 */
export function formatGoDuration(ms: number): string {
  const nanos = msToNanos(Math.abs(ms));
  if (nanos === 0n) return "0s";
  const sign = ms < 0 ? "-" : "";
  if (nanos < 1000n) return `${sign}${nanos}ns`;
  if (nanos < 1_000_000n) return `${sign}${decimal(nanos, 1000n, 3)}\u00b5s`;
  if (nanos < 1_000_000_000n) return `${sign}${decimal(nanos, 1_000_000n, 6)}ms`;
  const minutes = nanos / 60_000_000_000n;
  const seconds = `${decimal(nanos % 60_000_000_000n, 1_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/**
 * `0.<fraction>` of a unit in whole nanoseconds, cut off. Go keeps the digits that fit an int64 and goes on in doubles; only with the same
 * steps do a third of an hour and its like come out at the same nanosecond.
 */
function fractionNanos(fraction: string, nanosPerUnit: bigint): bigint {
  let digits = 0n;
  let scale = 1;
  for (const digit of fraction) {
    const next = digits * 10n + BigInt(digit);
    if (next > SMALLEST_NANOS) break;
    digits = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(digits) * (Number(nanosPerUnit) / scale)));
}

/** `nanos / unit` with up to `places` decimals and no trailing zeros. */
function decimal(nanos: bigint, unit: bigint, places: number): string {
  const rest = nanos % unit;
  if (rest === 0n) return String(nanos / unit);
  return `${nanos / unit}.${String(rest).padStart(places, "0").replace(/0+$/, "")}`;
}

/** Whether the number has more digits than any that fits: reading a million of them takes a while. */
function isTooLong(digits: string): boolean {
  return digits.length > MOST_DIGITS && digits.replace(/^0+/, "").length > MOST_DIGITS;
}

function nanosToMs(nanos: bigint): number {
  return Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6;
}

function msToNanos(ms: number): bigint {
  const wholeMs = Math.floor(ms);
  return BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((ms - wholeMs) * 1e6));
}

function invalidDuration(text: string): RangeError {
  return new RangeError(`time: invalid duration ${goTimeQuote(text)}`);
}
