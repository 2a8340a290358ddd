import { invalid, type ConfigOf, type Field, type JsonSchema, type Shape } from "./field.ts";
import { childPlace, describe, mappingEntries, plainValue, sequenceItems, type Place } from "./source.ts";

/** A value that must be there; `message` is upstream's, where it has one of its own. */
export function requiredField<T>(field: Field<T>, message?: string): Field<T> {
  return {
    ...field,
    isRequired: true,
    read(at) {
      if (at.node !== undefined) return field.read(at);
      at.source.report(at, message ?? "the field is required");
      return invalid();
    },
  };
}

/** A value that may be absent, and then is undefined. */
export function optionalField<T>(field: Field<T>): Field<T | undefined> {
  return {
    schema: () => ({ anyOf: [field.schema(), { type: "null" }] }),
    print: (value) => (value === undefined ? undefined : field.print(value)),
    read: (at) => (at.node === undefined ? undefined : field.read(at)),
  };
}

/** A list; absent, it is empty or `fallback`. An item that is null is read as if nothing stood there. */
export function listField<T>(item: Field<T>, fallback: readonly T[] = []): Field<readonly T[]> {
  return {
    schema: () => ({ type: ["array", "null"], items: item.schema() }),
    print: (values) => (values.length === 0 ? undefined : values.map((value) => item.print(value))),
    read(at) {
      if (at.node === undefined) return fallback;
      const items = sequenceItems(at);
      if (items === undefined) {
        at.source.report(at, `cannot unmarshal ${describe(at)} into a list`);
        return invalid();
      }
      return items.map((place) => item.read(place));
    },
  };
}

/** A mapping whose keys are the user's own. */
export function mapField<T>(value: Field<T>): Field<ReadonlyMap<string, T>> {
  return {
    schema: () => ({ type: ["object", "null"], additionalProperties: value.schema() }),
    // Pairs, not an object: a key may be called `__proto__`.
    print: (map) => (map.size === 0 ? undefined : new Map([...map].map(([key, one]) => [key, value.print(one) ?? ""]))),
    read(at) {
      const entries = mappingEntries(at);
      if (entries === undefined) {
        at.source.report(at, `cannot unmarshal ${describe(at)} into a mapping`);
        return invalid();
      }
      return new Map(entries.map((entry) => [entry.key, value.read(entry.value)]));
    },
  };
}

/** A section with known keys; an unknown one is a mistake. Absent, every field has its default. */
export function mappingField<const S extends Shape>(shape: S): Field<ConfigOf<S>> {
  const keys = Object.keys(shape);
  return {
    schema: () => sectionSchema(shape),
    print: (value) => printSection(shape, value),
    read(at) {
      const entries = mappingEntries(at);
      if (entries === undefined) {
        at.source.report(at, `cannot unmarshal ${describe(at)} into a section`);
        return invalid();
      }
      const byKey = new Map(entries.map((entry) => [entry.key, entry]));
      const value: Record<string, unknown> = {};
      for (const { key, keyPlace } of entries) {
        if (!Object.hasOwn(shape, key)) at.source.report(keyPlace, `field ${key} not found${suggestion(key, keys)}`);
      }
      for (const key of keys) {
        const entry = byKey.get(key);
        value[key] = shape[key].read(entry?.value ?? childPlace(at, undefined, at.path === "" ? key : `${at.path}.${key}`));
      }
      return value as ConfigOf<S>;
    },
  };
}

function sectionSchema(shape: Shape): JsonSchema {
  const properties = Object.entries(shape).map(([key, field]) => [
    key,
    { ...field.schema(), ...(field.description === undefined ? {} : { description: field.description }) },
  ]);
  const required = Object.keys(shape).filter((key) => shape[key].isRequired);
  return {
    type: ["object", "null"],
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
  };
}

function printSection(shape: Shape, value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const printed: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(shape)) {
    const one = field.print(value[key]);
    if (one !== undefined) printed[key] = one;
  }
  return printed;
}

/** A key that differs by little from a known one is most likely a slip. */
function suggestion(key: string, known: readonly string[]): string {
  const near = known.find((candidate) => Math.abs(candidate.length - key.length) <= 2 && distance(candidate, key) <= 2);
  return near === undefined ? "" : ` (did you mean ${near}?)`;
}

/** How many letters must be added, taken away or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

/** Whatever stands there, as plain data. */
export function anyField(): Field<unknown> {
  return { schema: () => ({}), print: (value) => value ?? undefined, read: plainValue };
}

/** What a check has found, and at which key of the section; "" is the section itself. */
export type Report = (key: string, reason: string) => void;

/** A field whose value must hold more than its type says. The check is not asked about a value that has mistakes already. */
export function withCheck<T>(field: Field<T>, check: (value: T, report: Report) => void): Field<T> {
  return {
    ...field,
    read(at) {
      const before = at.source.errors.length;
      const value = field.read(at);
      if (at.source.errors.length > before) return value;
      check(value, (key, reason) => at.source.report(keyPlace(at, key), reason));
      return value;
    },
  };
}

/** A value read by one field and then turned into another; `back` is for printing. */
export function mappedField<A, B>(field: Field<A>, forth: (value: A, report: Report) => B, back: (value: B) => A): Field<B> {
  return {
    schema: field.schema,
    print: (value) => field.print(back(value)),
    ...(field.isRequired === undefined ? {} : { isRequired: field.isRequired }),
    read(at) {
      const before = at.source.errors.length;
      const value = field.read(at);
      return at.source.errors.length > before ? invalid() : forth(value, (key, reason) => at.source.report(keyPlace(at, key), reason));
    },
  };
}

function keyPlace(at: Place, key: string): Place {
  if (key === "" || at.node === undefined) return at;
  const path = at.path === "" ? key : `${at.path}.${key}`;
  return mappingEntries(at)?.find((entry) => entry.key === key)?.value ?? { ...at, path };
}
