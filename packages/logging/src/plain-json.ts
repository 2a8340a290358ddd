import { formatRfc3339Ms } from "@ferula/durations";
import { errorText, isErrorLike } from "./error-text.ts";

/** Deeper values are most likely a cycle; the line must be written all the same. */
const DEEPEST_LEVEL = 20;

/**
 * `value` in what JSON can say: errors as their text, dates as RFC 3339, bigints and numbers without a JSON form as text. Throws a
 * RangeError for values that are nested too deep.
 */
export function plainJson(value: unknown, depth: number = 0): unknown {
  if (depth > DEEPEST_LEVEL) throw new RangeError(`the value is nested deeper than ${DEEPEST_LEVEL} levels`);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  if (typeof value === "symbol" || typeof value === "function") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (isErrorLike(value)) return errorText(value);
  if (value instanceof Date) return formatRfc3339Ms(value.getTime());
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depth + 1));
  if ("toJSON" in value && typeof value.toJSON === "function") return value;
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, item] of Object.entries(value)) copy[name] = plainJson(item, depth + 1);
  return copy;
}
