import type { Moment } from "@ferula/alerting";
import { parseDateTime } from "./date-time.ts";
import { unreadable, type RequestProblem } from "./problems.ts";

/** The fields of a JSON object. */
export type JsonFields = Readonly<Record<string, unknown>>;

/**
 * Reads the values of a body as Go's decoder does: null is nothing, and a value of another type makes the whole body unreadable, before
 * any of its rules is looked at. `struct` is Go's name of the struct that a field belongs to.
 */
export interface JsonReader {
  readonly list: (value: unknown, target: string) => readonly unknown[] | undefined;
  readonly object: (value: unknown, target: string) => JsonFields;
  readonly text: (fields: JsonFields, name: string, struct: string) => string | undefined;
  readonly flag: (fields: JsonFields, name: string, struct: string) => boolean | undefined;
  readonly moment: (fields: JsonFields, name: string, struct: string) => Moment | undefined;
  /** A label set. A null in it is an empty value. */
  readonly texts: (fields: JsonFields, name: string, struct: string) => ReadonlyMap<string, string> | undefined;
}

/** A reader for the body that upstream calls `name`. What it throws is a RequestProblem. */
export function createJsonReader(name: string): JsonReader {
  const mismatch = (value: unknown, target: string): RequestProblem =>
    unreadable(name, `json: cannot unmarshal ${kindOf(value)} into Go ${target}`);
  const scalar =
    <T>(isOfType: (value: unknown) => value is T, type: string) =>
    (fields: JsonFields, field: string, struct: string): T | undefined => {
      const value = fields[field] ?? undefined;
      if (value === undefined || isOfType(value)) return value;
      throw mismatch(value, `struct field ${struct}.${field} of type ${type}`);
    };
  const text = scalar(isText, "string");
  return {
    text,
    flag: scalar((value) => typeof value === "boolean", "bool"),
    list(value, target) {
      if (value === null || value === undefined) return undefined;
      if (Array.isArray(value)) return value as readonly unknown[];
      throw mismatch(value, target);
    },
    object(value, target) {
      if (isObject(value)) return value;
      throw mismatch(value, target);
    },
    moment(fields, field, struct) {
      const given = text(fields, field, struct);
      try {
        return given === undefined ? undefined : parseDateTime(given);
      } catch (error) {
        throw unreadable(name, (error as Error).message);
      }
    },
    texts(fields, field, struct) {
      const value = fields[field] ?? undefined;
      if (value === undefined) return undefined;
      if (!isObject(value)) throw mismatch(value, `struct field ${struct}.${field} of type models.LabelSet`);
      return new Map(Object.keys(value).map((key) => [key, labelText(value[key], `struct field ${struct}.${field} of type string`)]));
    },
  };

  function labelText(value: unknown, target: string): string {
    if (value === null) return "";
    if (isText(value)) return value;
    throw mismatch(value, target);
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isObject(value: unknown): value is JsonFields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Go's word for the kind of a JSON value. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}
