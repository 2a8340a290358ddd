import { types } from "node:util";
import { compareUtf8 } from "@ferula/model";
import { jsonText } from "@ferula/promql";

export { jsonText as goJsonString };

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

/** A list of which each item is only made when it is written, see `goJsonPieces`. */
export interface LazyList {
  readonly [ITEMS]: readonly unknown[];
  readonly view: (item: never) => unknown;
}

const ITEMS: unique symbol = Symbol("items");

/** The list of what `view` makes of `items`. */
export function eachAs<T>(items: readonly T[], view: (item: T) => unknown): LazyList {
  return { [ITEMS]: items, view };
}

/**
 * JSON as Go's encoder writes it. An object is a Go struct: its fields keep their order, and those that are undefined are left out. A Map
 * is a Go map: its keys are sorted by their UTF-8 bytes, and any name is fine, be it `__proto__` or `1`. Numbers that JSON has no form for
 * are a bug of the caller; an int64 that a number does not hold is a bigint.
 */
export function goJson(value: unknown, options: GoJsonOptions = escaping): string {
  switch (typeof value) {
    case "string":
      return options.escapeHtml ? jsonText(value) : JSON.stringify(value);
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

/**
 * The same in pieces, so that others may have their turn between them: one for each item of a list and each key of a map, whichever fields of
 * `value` these are. Lazy lists may stand there and in their own items.
 */
export function* goJsonPieces(value: unknown): Generator<string, void, undefined> {
  if (typeof value !== "object" || value === null || RAW in value) {
    yield goJson(value);
  } else if (ITEMS in value) {
    const { [ITEMS]: items, view } = value as LazyList;
    yield* listPieces(items, view as (item: unknown) => unknown);
  } else if (Array.isArray(value)) {
    yield* listPieces(value, (item) => item);
  } else {
    yield* fieldPieces(types.isMap(value) ? sortedKeys(value).map((key) => [key, value.get(key)]) : fieldsOf(value));
  }
}

function* listPieces(items: readonly unknown[], view: (item: unknown) => unknown): Generator<string, void, undefined> {
  yield "[";
  for (let i = 0; i < items.length; i++) {
    if (i > 0) yield ",";
    const item = view(items[i]);
    if (hasLazyList(item)) yield* goJsonPieces(item);
    else yield goJson(item);
  }
  yield "]";
}

function* fieldPieces(fields: readonly (readonly [name: string, value: unknown])[]): Generator<string, void, undefined> {
  yield "{";
  for (let i = 0; i < fields.length; i++) {
    const [name, value] = fields[i];
    yield `${i > 0 ? "," : ""}${goJson(name)}:`;
    yield* goJsonPieces(value);
  }
  yield "}";
}

function hasLazyList(item: unknown): boolean {
  if (typeof item !== "object" || item === null) return false;
  return Object.values(item).some((field) => typeof field === "object" && field !== null && ITEMS in field);
}

function mapJson(map: ReadonlyMap<unknown, unknown>, options: GoJsonOptions): string {
  const keys = sortedKeys(map);
  return `{${keys.map((key) => `${goJson(key, options)}:${goJson(map.get(key), options)}`).join(",")}}`;
}

function objectJson(object: object, options: GoJsonOptions): string {
  if (RAW in object) return (object as RawJson)[RAW];
  return `{${fieldsOf(object)
    .map(([name, value]) => `${goJson(name, options)}:${goJson(value, options)}`)
    .join(",")}}`;
}

const FROM_SURROGATES_ON = /[\ud800-\uffff]/;

/** Below the surrogates UTF-16 orders as UTF-8 does, and the engine's own order is far faster than one that calls back. */
function sortedKeys(map: ReadonlyMap<unknown, unknown>): string[] {
  const keys = Array.from(map.keys(), String);
  return keys.some((key) => FROM_SURROGATES_ON.test(key)) ? keys.sort(compareUtf8) : keys.sort();
}

function fieldsOf(object: object): [name: string, value: unknown][] {
  return Object.entries(object).filter(([, value]) => value !== undefined);
}
