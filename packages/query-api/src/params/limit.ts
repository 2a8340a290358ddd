import { goQuote } from "@ferula/durations";
import { PromError } from "@ferula/model";
import { invalidParam, type Params } from "./params.ts";

/** The digits of Go's largest int64 and of its least: what has more of them does not fit, and what has as many is compared. */
const LARGEST = "9223372036854775807";
const LEAST = "9223372036854775808";

/** The parameter `limit`: a whole number from 0, where 0 is no limit. */
export function limitParam(params: Params): number {
  const text = params.get("limit");
  if (text === undefined) return 0;
  const limit = parseInteger(text);
  if (typeof limit === "string") throw invalidParam("limit", limit);
  if (limit < 0) throw invalidParam("limit", "limit must be non-negative");
  return limit;
}

/** A whole number in the older manner, where it may be negative and errors name no parameter; undefined when left out. */
export function numberParam(params: Params, name: string): number | undefined {
  const text = params.get(name);
  if (text === undefined) return undefined;
  const value = parseInteger(text);
  if (typeof value === "string") throw new PromError("bad_data", `${name} must be a number`);
  return value;
}

/** A whole number as Go's strconv.Atoi reads it, or that function's complaint. */
export function parseInteger(text: string): number | string {
  const match = /^[+-]?0*(\d+)$/.exec(text);
  if (match === null) return `strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`;
  const [, digits] = match;
  const limit = text.startsWith("-") ? LEAST : LARGEST;
  const isTooLarge = digits.length > limit.length || (digits.length === limit.length && digits > limit);
  return isTooLarge ? `strconv.Atoi: parsing ${goQuote(text)}: value out of range` : Number(text);
}
