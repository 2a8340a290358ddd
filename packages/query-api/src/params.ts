import { parseDuration, parseRfc3339 } from "@ferula/durations";
import { parseFloatText, PromError, type Matcher } from "@ferula/model";
import { hasNonEmptyMatcher, parseMetricSelector } from "@ferula/promql-syntax";
import type { Request } from "express";

/** The parameters of a request: those of the address, and those of a form in the body. */
export interface Params {
  readonly get: (name: string) => string | undefined;
  readonly all: (name: string) => readonly string[];
}

/** Upstream's words for the ends of time. */
const SENTINELS: ReadonlyMap<string, number> = new Map([
  ["-292273086-05-16T16:47:06Z", Number.MIN_SAFE_INTEGER],
  ["292277025-08-18T07:12:54.999999999Z", Number.MAX_SAFE_INTEGER],
]);

/** The earliest and the latest time that a request can mean. */
export const MIN_TIME_MS: number = Number.MIN_SAFE_INTEGER;
export const MAX_TIME_MS: number = Number.MAX_SAFE_INTEGER;

export function readParams(req: Request): Params {
  const url = new URLSearchParams(req.originalUrl.split("?", 2)[1] ?? "");
  const form = typeof req.body === "string" ? new URLSearchParams(req.body) : undefined;
  const all = (name: string): readonly string[] => [...(form?.getAll(name) ?? []), ...url.getAll(name)];
  return { all, get: (name) => all(name)[0] || undefined };
}

/** A refusal of a parameter, as upstream words it. */
export function invalidParam(name: string, reason: string): PromError {
  return new PromError("bad_data", `invalid parameter "${name}": ${reason}`);
}

/** A time: seconds with a fraction, or RFC 3339. Rounded to milliseconds by the fraction alone, which keeps far times exact. */
export function parseTime(text: string): number | undefined {
  const seconds = parseFloatText(text);
  if (seconds !== undefined && Number.isFinite(seconds)) {
    const whole = Math.trunc(seconds);
    return whole * 1000 + Math.round((seconds - whole) * 1000);
  }
  const sentinel = SENTINELS.get(text);
  if (sentinel !== undefined) return sentinel;
  try {
    return Math.floor(parseRfc3339(text));
  } catch {
    return undefined;
  }
}

export function timeParam(params: Params, name: string, fallbackMs: number): number {
  const text = params.get(name);
  if (text === undefined) return fallbackMs;
  const time = parseTime(text);
  if (time === undefined) throw invalidParam(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`);
  return time;
}

export function requiredTime(params: Params, name: string): number {
  const text = params.get(name) ?? "";
  const time = parseTime(text);
  if (time === undefined) throw invalidParam(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`);
  return time;
}

/** The largest duration that Go can hold, in seconds. */
const MAX_DURATION_S = 2 ** 63 / 1e9;

/** A duration: seconds with a fraction, or in Prometheus' dialect; milliseconds. */
export function parseDurationParam(text: string): number {
  const seconds = parseFloatText(text);
  if (seconds !== undefined && !Number.isNaN(seconds)) {
    if (Math.abs(seconds) > MAX_DURATION_S) throw new Error(`cannot parse ${JSON.stringify(text)} to a valid duration. It overflows int64`);
    return seconds * 1000;
  }
  try {
    return parseDuration(text);
  } catch {
    throw new Error(`cannot parse ${JSON.stringify(text)} to a valid duration`);
  }
}

export function durationParam(params: Params, name: string): number | undefined {
  const text = params.get(name);
  if (text === undefined) return undefined;
  try {
    return parseDurationParam(text);
  } catch (error) {
    throw invalidParam(name, (error as Error).message);
  }
}

/** A whole number from 0; 0 is no limit. */
export function limitParam(params: Params, name = "limit"): number {
  const text = params.get(name);
  if (text === undefined) return 0;
  if (!/^[+-]?\d+$/.test(text)) throw invalidParam(name, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const limit = Number(text);
  if (limit < 0) throw invalidParam(name, "limit must be non-negative");
  return limit;
}

/** The selectors of `match[]`, each of which must ask for something. */
export function matchParams(params: Params): readonly (readonly Matcher[])[] {
  return params.all("match[]").map((text) => {
    let matchers: readonly Matcher[];
    try {
      matchers = parseMetricSelector(text);
    } catch (error) {
      throw invalidParam("match[]", (error as Error).message);
    }
    if (!hasNonEmptyMatcher(matchers)) throw invalidParam("match[]", "match[] must contain at least one non-empty matcher");
    return matchers;
  });
}
