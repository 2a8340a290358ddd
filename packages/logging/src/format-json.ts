import { formatRfc3339Ms } from "@ferula/durations";
import { errorText, isErrorLike } from "./error-text.ts";
import type { LogRecord } from "./format.ts";

/** The line of a record, without its line break, as the JSON handler of Go's log/slog prints it under upstream's key order. */
export function formatJson(record: LogRecord): string {
  let line = `{"time":"${formatRfc3339Ms(record.timeMs)}","level":"${record.level.toUpperCase()}"`;
  if (record.source !== undefined) line += `,"source":${jsonValue(record.source)}`;
  line += `,"msg":${jsonText(record.message)}`;
  for (const [name, value] of record.fields) line += `,${jsonText(name)}:${jsonValue(value)}`;
  return `${line}}`;
}

function jsonText(text: string): string {
  return escapeAsSlog(JSON.stringify(text.replace(/\p{Surrogate}/gu, "\ufffd")));
}

function jsonValue(value: unknown): string {
  if (typeof value === "string") return jsonText(value);
  try {
    return escapeAsSlog(JSON.stringify(plainJson(value, 0)) ?? "null");
  } catch (error) {
    return jsonText(`!ERROR:${errorText(error)}`);
  }
}

/** Deeper values are most likely a cycle; the line must be written all the same. */
const DEEPEST_LEVEL = 20;

/** `value` in what JSON can say: errors as their text, dates as RFC 3339, bigints and numbers without a JSON form as text. */
function plainJson(value: unknown, depth: number): unknown {
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

/**
 * Turns the escapes that JSON.stringify writes otherwise than slog into slog's: U+2028 and U+2029, which end a line for some readers and
 * which only slog escapes, and the short forms of backspace and form feed, which slog does not know. Two backslashes in a row are
 * one that is escaped, and are stepped over together.
 */
function escapeAsSlog(json: string): string {
  return json.replace(/[\u2028\u2029]|\\[\\bf]/g, (found) => slogEscapes.get(found) ?? found);
}

const slogEscapes: ReadonlyMap<string, string> = new Map([
  ["\u2028", "\\u2028"],
  ["\u2029", "\\u2029"],
  ["\\b", "\\u0008"],
  ["\\f", "\\u000c"],
]);
