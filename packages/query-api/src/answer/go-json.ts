import { types } from "node:util";
import { compareUtf8 } from "@ferula/model";

const UNSAFE = /[<>&\u2028\u2029]/;
const ALL_UNSAFE = /[<>&\u2028\u2029]/g;

/** Whether Go's encoder would escape what could be markup in a page; the API does so everywhere but in `/features`. */
export interface GoJsonOptions {
  readonly escapeHtml: boolean;
}

const escaping: GoJsonOptions = { escapeHtml: true };

/** A value that is JSON already, of which nothing is escaped any more. */
export interface RawJson {
  readonly [RAW]: string;
}

const RAW: unique symbol = Symbol("raw JSON");

/** Lets `goJson` write `json` as it is. */
export function rawJson(json: string): RawJson {
  return { [RAW]: json };
}

/**
 * JSON as Go's encoder writes it. An object is a Go struct: its fields keep their order, and those that are undefined are left out. A Map
 * is a Go map: its keys are sorted by their UTF-8 bytes, and any name is fine, be it `__proto__` or `1`. Numbers that JSON has no form for
 * are a bug of the caller; an int64 that a number does not hold is a bigint.
 */
export function goJson(value: unknown, options: GoJsonOptions = escaping): string {
  switch (typeof value) {
    case "string":
      return options.escapeHtml ? goJsonString(value) : JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new Error(`BUG: ${value} has no form in JSON`);
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "null";
      if (types.isMap(value)) return mapJson(value, options);
      return Array.isArray(value) ? `[${value.map((item) => goJson(item, options)).join(",")}]` : objectJson(value, options);
    default:
      throw new Error(`BUG: a ${typeof value} has no form in JSON`);
  }
}

/** A string in JSON with `<`, `>`, `&` and the two line separators escaped, as Go's encoder does for the sake of pages. */
export function goJsonString(text: string): string {
  const json = JSON.stringify(text);
  return UNSAFE.test(json) ? json.replace(ALL_UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`) : json;
}

function mapJson(map: ReadonlyMap<unknown, unknown>, options: GoJsonOptions): string {
  const keys = [...map.keys()].map(String).toSorted(compareUtf8);
  return `{${keys.map((key) => `${goJson(key, options)}:${goJson(map.get(key), options)}`).join(",")}}`;
}

function objectJson(object: object, options: GoJsonOptions): string {
  if (RAW in object) return (object as RawJson)[RAW];
  const fields = Object.entries(object).filter(([, value]) => value !== undefined);
  return `{${fields.map(([name, value]) => `${goJson(name, options)}:${goJson(value, options)}`).join(",")}}`;
}
