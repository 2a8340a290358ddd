import { formatRfc3339Ms } from "@ferula/durations";
import { errorText } from "./error-text.ts";
import type { LogRecord } from "./format.ts";
import { plainJson } from "./plain-json.ts";

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
    return escapeAsSlog(JSON.stringify(plainJson(value)) ?? "null");
  } catch (error) {
    return jsonText(`!ERROR:${errorText(error)}`);
  }
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
