import { goQuote, parseDuration, parseRfc3339 } from "@ferula/durations";
import { parseFloatText } from "@ferula/model";
import { invalidParam, type Params } from "./params.ts";

/** The times that stand for "from the beginning" and "to the end". They are whole milliseconds that a double holds. */
export const MIN_TIME_MS: number = Number.MIN_SAFE_INTEGER;
export const MAX_TIME_MS: number = Number.MAX_SAFE_INTEGER;

/** How upstream prints its own first and last time, whose years RFC 3339 has no form for (web/api/v1/api.go `MinTime`, `MaxTime`). */
const ENDS_OF_TIME: ReadonlyMap<string, number> = new Map([
  ["-292273086-05-16T16:47:06Z", MIN_TIME_MS],
  ["292277025-08-18T07:12:54.999999999Z", MAX_TIME_MS],
]);

/** The longest duration that Go holds, in seconds. */
const MAX_DURATION_S = 2 ** 63 / 1e9;

/** A time as seconds with a fraction, which is rounded to milliseconds, or as RFC 3339. Throws a plain Error with upstream's words. */
export function parseTime(text: string): number {
  const seconds = parseFloatText(text);
  if (seconds !== undefined && Number.isFinite(seconds)) {
    const whole = Math.trunc(seconds);
    // The fraction apart from the rest, as far times have no digits to spare.
    const fraction = seconds - whole;
    const timeMs = whole * 1000 + Math.sign(fraction) * Math.round(Math.abs(fraction) * 1000);
    return Math.min(Math.max(timeMs, MIN_TIME_MS), MAX_TIME_MS);
  }
  const end = ENDS_OF_TIME.get(text);
  if (end !== undefined) return end;
  try {
    return Math.floor(parseRfc3339(text));
  } catch (error) {
    throw new Error(`cannot parse ${goQuote(text)} to a valid timestamp`, { cause: error });
  }
}

/** The time of a parameter that must be there. */
export function requiredTime(params: Params, name: string): number {
  return refusing(name, () => parseTime(params.get(name) ?? ""));
}

/** The time of a parameter that may be left out. */
export function timeParam(params: Params, name: string, fallbackMs: number): number {
  return refusing(name, () => optionalTime(params, name, fallbackMs));
}

/** As `timeParam`, but throws a plain Error with upstream's bare words. */
export function optionalTime(params: Params, name: string, fallbackMs: number): number {
  const text = params.get(name);
  if (text === undefined) return fallbackMs;
  try {
    return parseTime(text);
  } catch (error) {
    throw new Error(`invalid time value for '${name}': ${(error as Error).message}`, { cause: error });
  }
}

/**
 * A duration as seconds with a fraction or in Prometheus' dialect, in milliseconds with what is left of its nanoseconds as a fraction. Throws a
 * plain Error with upstream's words.
 */
export function parseDurationText(text: string): number {
  const seconds = parseFloatText(text);
  if (seconds !== undefined) {
    // Go makes the least of its durations of it, which every parameter takes for one that isn't above 0.
    if (Number.isNaN(seconds)) return 0;
    if (Math.abs(seconds) > MAX_DURATION_S) throw new Error(`cannot parse ${goQuote(text)} to a valid duration. It overflows int64`);
    // By way of whole nanoseconds, as in Go, where 1.001 s is 1000.999999 ms.
    return Math.trunc(seconds * 1e9) / 1e6;
  }
  try {
    return parseDuration(text);
  } catch (error) {
    throw new Error(`cannot parse ${goQuote(text)} to a valid duration`, { cause: error });
  }
}

/** The duration of a parameter that must be there, in milliseconds. */
export function requiredDuration(params: Params, name: string): number {
  return refusing(name, () => parseDurationText(params.get(name) ?? ""));
}

/** The duration of a parameter that may be left out, in milliseconds. */
export function durationParam(params: Params, name: string): number | undefined {
  const text = params.get(name);
  return text === undefined ? undefined : refusing(name, () => parseDurationText(text));
}

function refusing<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalidParam(name, (error as Error).message);
  }
}
