import { goQuote } from "./go-quote.ts";

/** A unit of Prometheus' dialect; a year has 365 days and a day 24 hours. */
interface Unit {
  readonly name: string;
  readonly ms: number;
  /** Whether the unit is printed only when nothing is left over, so that `90d` does not turn into `12w6d`. */
  readonly exactOnly: boolean;
}

/** From the largest to the smallest, the order in which a duration must name them. */
const units: readonly Unit[] = [
  { name: "y", ms: 365 * 86_400_000, exactOnly: true },
  { name: "w", ms: 7 * 86_400_000, exactOnly: true },
  { name: "d", ms: 86_400_000, exactOnly: false },
  { name: "h", ms: 3_600_000, exactOnly: false },
  { name: "m", ms: 60_000, exactOnly: false },
  { name: "s", ms: 1000, exactOnly: false },
  { name: "ms", ms: 1, exactOnly: false },
];

/** Upstream counts nanoseconds in a signed 64-bit integer; these are the whole milliseconds that fit. */
const LARGEST_MS = 9_223_372_036_854n;

/** Upstream reads each number as an unsigned 64-bit integer. */
const LARGEST_NUMBER = (1n << 64n) - 1n;
const MOST_DIGITS = 20;

/**
 * Reads a duration of Prometheus' dialect, such as `1h30m` or `90d`, and returns milliseconds. Units are `y w d h m s ms`, each at most
 * once and in this order; a bare `0` is fine. Throws RangeError with upstream's messages: `empty duration string`,
 * `not a valid duration string: "x"`, `unknown unit "x" in duration "1x"`, `duration out of range` (from about 292 years).
 * Source: prometheus/common model/time.go `ParseDuration`.
 */
export function parseDuration(text: string): number {
  if (text === "0") return 0;
  if (text === "") throw new RangeError("empty duration string");
  const part = /([0-9]+)([^0-9]+)/gy;
  let totalMs = 0n;
  let nextUnit = 0;
  let end = 0;
  while (end < text.length) {
    const match = part.exec(text);
    if (match === null) throw invalidDuration(text);
    end = part.lastIndex;
    const digits = match[1].replace(/^0+(?=.)/, "");
    // Reading a million digits takes a while, and no number that fits has so many.
    if (digits.length > MOST_DIGITS) throw invalidDuration(text);
    const amount = BigInt(digits);
    if (amount > LARGEST_NUMBER) throw invalidDuration(text);
    const index = units.findIndex((unit) => unit.name === match[2]);
    if (index < 0) throw new RangeError(`unknown unit ${goQuote(match[2])} in duration ${goQuote(text)}`);
    if (index < nextUnit) throw invalidDuration(text);
    nextUnit = index + 1;
    totalMs += amount * BigInt(units[index].ms);
    if (totalMs > LARGEST_MS) throw new RangeError("duration out of range");
  }
  return Number(totalMs);
}

/** As `parseDuration`, with a `-` in front if need be. Source: prometheus/common model/time.go `ParseDurationAllowNegative`. */
export function parseSignedDuration(text: string): number {
  if (!text.startsWith("-")) return parseDuration(text);
  const ms = parseDuration(text.slice(1));
  return ms === 0 ? 0 : -ms;
}

/**
 * Prints whole milliseconds in Prometheus' dialect: `1h30m`, `5m`, `90d`, `0s`. What is below a millisecond is cut off, as upstream
 * does; years and weeks appear only when they leave no rest. Source: prometheus/common model/time.go `Duration.String`.
 */
export function formatDuration(ms: number): string {
  let restMs = Math.trunc(Math.abs(ms));
  if (restMs === 0) return "0s";
  let text = ms < 0 ? "-" : "";
  for (const unit of units) {
    if (restMs < unit.ms || (unit.exactOnly && restMs % unit.ms !== 0)) continue;
    text += `${Math.floor(restMs / unit.ms)}${unit.name}`;
    restMs %= unit.ms;
  }
  return text;
}

function invalidDuration(text: string): RangeError {
  return new RangeError(`not a valid duration string: ${goQuote(text)}`);
}
