import { formatTime, GoFloat, GoTime, Typed } from "@ferula/go-template";
import { formatJsonFloat } from "@ferula/model";
import { goJson } from "../receivers/http-delivery.ts";

/** How deep a value may nest. */
const MAX_DEPTH = 100;

/** The JSON of a template value, as Go's encoder writes it: maps sorted by key, what could be markup escaped. Throws for what has none. */
export function toJson(value: unknown, depth: number = 0): string {
  if (depth > MAX_DEPTH) throw new TypeError(`cannot encode a value nested deeper than ${MAX_DEPTH} levels`);
  const inner = (item: unknown): string => toJson(item, depth + 1);
  if (value === null || value === undefined) return "null";
  if (value instanceof GoTime) return goJson(formatTime(value, "2006-01-02T15:04:05.999999999Z07:00"));
  if (value instanceof GoFloat) return formatJsonFloat(value.value);
  if (value instanceof Typed) return inner(jsonOf(value));
  if (Array.isArray(value)) return `[${value.map(inner).join(",")}]`;
  if (isMap(value)) return `{${[...value].map(([name, item]) => `${goJson(String(name))}:${inner(item)}`).join(",")}}`;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return goJson(value);
  throw new TypeError("json: unsupported type");
}

/** What stands for a typed value: its own choice, or the plain value below its name. */
function jsonOf(value: Typed): unknown {
  const { json, underlying, type } = value.goType();
  const own = json ?? underlying;
  if (own === undefined) throw new TypeError(`json: unsupported type: ${type}`);
  return own(value as never);
}

function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === "[object Map]";
}
