import { describedLike, invalid, type Field, type JsonSchema } from "./field.ts";
import { onOneLine } from "./print-yaml.ts";
import { pathOf, valuePlaces, type Place } from "./source.ts";

/** A value that must be there; `message` is upstream's, where it has one of its own. */
export function requiredField<T>(field: Field<T>, message?: string): Field<T> {
  return {
    ...field,
    isRequired: true,
    schema: () => withoutDefault(field.schema()),
    read(at) {
      if (at.node !== undefined) return field.read(at);
      at.source.report(at, message ?? "the field is required");
      return invalid();
    },
  };
}

function withoutDefault(schema: JsonSchema): JsonSchema {
  const rest = { ...schema };
  delete (rest as Record<string, unknown>)["default"];
  return rest;
}

/** A value that may be absent, and then is undefined. */
export function optionalField<T>(field: Field<T>): Field<T | undefined> {
  const optional: Field<T | undefined> = {
    schema: () => ({ anyOf: [withoutDefault(field.schema()), { type: "null" }] }),
    print: (value) => (value === undefined ? undefined : field.print(value)),
    read: (at) => (at.node === undefined ? undefined : field.read(at)),
  };
  return describedLike(optional, field);
}

/** A field that is still read, with a warning that says what takes its place: `use "authorization" instead`. */
export function deprecatedField<T>(field: Field<T>, advice: string): Field<T> {
  return {
    ...field,
    schema: () => ({ ...field.schema(), deprecated: true }),
    read(at) {
      if (at.node !== undefined) at.source.warn(at, `the field is deprecated: ${advice}`);
      return field.read(at);
    },
  };
}

/** A field that is read whole and noted as something that can't be served yet; `what` names it: `service discovery by consul`. */
export function unservedField<T>(field: Field<T>, what: string): Field<T> {
  return {
    ...field,
    read(at) {
      if (at.node !== undefined) noteUnserved(at, what);
      return field.read(at);
    },
  };
}

/** As `unservedField`, but only for some of its values, such as all but an empty list. */
export function unservedWhere<T>(field: Field<T>, isUnserved: (value: T) => boolean, what: string): Field<T> {
  return {
    ...field,
    read(at) {
      const before = at.source.mistakeCount();
      const value = field.read(at);
      if (at.source.mistakeCount() === before && isUnserved(value)) noteUnserved(at, what);
      return value;
    },
  };
}

function noteUnserved(at: Place, what: string): void {
  at.source.noteUnserved(at, `${what} is not supported yet`);
}

/**
 * Leaves a field out of what is printed while it is empty: false, 0, "", nothing in a list or section. Texts, lists, maps, paths, URLs
 * and secrets are left out anyway, as nearly all of upstream's are; booleans, numbers and durations are not.
 */
export function omitEmpty<T>(field: Field<T>): Field<T> {
  return {
    ...field,
    print(value) {
      const printed = isEmptyPrint(value) ? undefined : field.print(value);
      return isEmptyPrint(printed) ? undefined : printed;
    },
  };
}

/** Prints a field even when it is empty, then as `shown`: `""` or `[]`. For those that upstream doesn't tag `omitempty`. */
export function keepEmpty<T>(field: Field<T>, shown: "" | readonly never[] | Readonly<Record<string, never>>): Field<T> {
  return { ...field, print: (value) => field.print(value) ?? shown };
}

/** Prints a list on one line, `[a, b]`, as upstream does with those that it tags `flow`. */
export function flowList<T>(field: Field<readonly T[]>): Field<readonly T[]> {
  return {
    ...field,
    print(values) {
      const printed = field.print(values) as readonly unknown[] | undefined;
      return printed === undefined ? undefined : onOneLine(printed);
    },
  };
}

/** Whether Go would call it empty. */
export function isEmptyPrint(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  if (value instanceof Map) return value.size === 0;
  // Only plain data: a secret or a compiled expression also has no keys that one could count.
  return typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype && Reflect.ownKeys(value).length === 0;
}

/** What a check has found, and at which key of the section; "" is the section itself. */
export type Report = (key: string, reason: string) => void;

/** Looks whether a value holds more than its type says. */
export type Check<T> = (value: T, report: Report) => void;

/** A field whose value must hold more than its type says. The check is not asked about a value that has mistakes already. */
export function withCheck<T>(field: Field<T>, check: Check<T>): Field<T> {
  return {
    ...field,
    read(at) {
      const before = at.source.mistakeCount();
      const value = field.read(at);
      if (at.source.mistakeCount() === before) check(value, reportAt(at));
      return value;
    },
  };
}

/** A value read by one field and then turned into another; `back` is for printing. */
export function mappedField<A, B>(field: Field<A>, forth: (value: A, report: Report) => B, back: (value: B) => A): Field<B> {
  const mapped: Field<B> = {
    ...(field.isRequired === undefined ? {} : { isRequired: field.isRequired }),
    schema: field.schema,
    print: (value) => field.print(back(value)),
    read(at) {
      const before = at.source.mistakeCount();
      const value = field.read(at);
      return at.source.mistakeCount() > before ? invalid() : forth(value, reportAt(at));
    },
  };
  return describedLike(mapped, field);
}

/** Reports at keys of a section. The keys are looked up once, and only when there is something to report. */
export function reportAt(at: Place): Report {
  let places: ReadonlyMap<string, Place> | undefined;
  return (key, reason) => {
    if (key === "") return at.source.report(at, reason);
    places ??= valuePlaces(at);
    at.source.report(places.get(key) ?? { ...at, path: pathOf(at, key) }, reason);
  };
}
