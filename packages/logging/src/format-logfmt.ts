import { formatGoFloat, formatRfc3339Ms, goQuote } from "@ferula/durations";
import { errorText, isErrorLike } from "./error-text.ts";
import type { LogRecord } from "./format.ts";
import { plainJson } from "./plain-json.ts";

/** What needs no quotes: printable characters without space, `=` and `"` (DEL counts as printable here, as in slog). */
const plain = /^(?:[!#-<>-\u007f]|(?![!-~\ufffd])[\p{L}\p{M}\p{N}\p{P}\p{S}])+$/u;

/** The line of a record, without its line break, as the text handler of Go's log/slog prints it under upstream's key order. */
export function formatLogfmt(record: LogRecord): string {
  let line = `time=${formatRfc3339Ms(record.timeMs)} level=${record.level.toUpperCase()}`;
  if (record.source !== undefined) line += ` source=${textValue(record.source)}`;
  line += ` msg=${quoteIfNeeded(record.message)}`;
  for (const [name, value] of record.fields) line += ` ${quoteIfNeeded(name)}=${textValue(value)}`;
  return line;
}

function textValue(value: unknown): string {
  return quoteIfNeeded(plainText(value));
}

function quoteIfNeeded(text: string): string {
  return plain.test(text) ? text : goQuote(text);
}

/** A value in the words of Go's `%+v`, as far as the types agree. */
function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if (value === null || value === undefined) return "<nil>";
  if (typeof value !== "object") return String(value);
  try {
    if (isErrorLike(value)) return errorText(value);
    if (value instanceof Date) return formatRfc3339Ms(value.getTime());
    if (Array.isArray(value)) return `[${value.map(plainText).join(" ")}]`;
    return JSON.stringify(plainJson(value)) ?? String(value);
  } catch (error) {
    return `!ERROR:${errorText(error)}`;
  }
}

/** Whole numbers are Go's integers, which have no exponent; the rest is its floats. */
function numberText(value: number): string {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : formatGoFloat(value);
}
