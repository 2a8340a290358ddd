import { describedSchema, invalid, type ConfigOf, type Field, type JsonSchema, type Shape } from "./field.ts";
import { compareKeys } from "./compare-keys.ts";
import { isEmptyPrint, reportAt, withCheck, type Check } from "./modifiers.ts";
import { withDefault } from "./scalars.ts";
import { childPlace, describeKind, mappingEntries, pathOf, plainValue, sequenceItems } from "./source.ts";
import { suggestion } from "./suggestion.ts";

/**
 * A list; absent, it is empty or `fallback`. An item that is null is read as if nothing stood there. Items with mistakes are left out,
 * so that a check of the others can go on.
 */
export function listField<T>(item: Field<T>, fallback: readonly T[] = []): Field<readonly T[]> {
  return {
    schema: () => ({ type: ["array", "null"], items: describedSchema(item) }),
    print: (values) => (values.length === 0 ? undefined : values.map((value) => item.print(value) ?? "")),
    read(at) {
      if (at.node === undefined) return fallback;
      const items = sequenceItems(at);
      if (items === undefined) {
        at.source.report(at, `cannot unmarshal ${describeKind(at)} into a list`);
        return invalid();
      }
      return items.flatMap((place) => {
        const before = at.source.mistakeCount();
        const value = item.read(place);
        return at.source.mistakeCount() === before ? [value] : [];
      });
    },
  };
}

/** A mapping whose keys are the user's own. It keeps the order of the file and prints sorted, as upstream does. */
export function mapField<T>(value: Field<T>): Field<ReadonlyMap<string, T>> {
  return {
    schema: () => ({ type: ["object", "null"], additionalProperties: describedSchema(value) }),
    // Pairs, not an object: a key may be called `__proto__`.
    print: (map) => (map.size === 0 ? undefined : new Map(sortedEntries(map).map(([key, one]) => [key, value.print(one) ?? ""]))),
    read(at) {
      const entries = mappingEntries(at, "refused");
      if (entries === undefined) {
        at.source.report(at, `cannot unmarshal ${describeKind(at)} into a mapping`);
        return invalid();
      }
      return new Map(entries.map((entry) => [entry.key, value.read(entry.value)]));
    },
  };
}

function sortedEntries<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].toSorted(([a], [b]) => compareKeys(a, b));
}

/** What a section needs beyond its fields. */
export interface MappingOptions<S extends Shape> {
  /** Values instead of those that the fields themselves have when they are absent. */
  readonly defaults?: { readonly [K in keyof ConfigOf<S>]?: ConfigOf<S>[K] };
  /** Looks at the whole section; see `withCheck`. */
  readonly check?: Check<ConfigOf<S>>;
  /** Looks at some fields together, whatever is wrong with the others. */
  readonly checks?: readonly PartCheck<S>[];
  /** Whether keys that are not in the shape are passed over instead of refused. */
  readonly ignoresUnknown?: boolean;
}

/**
 * A check across fields of a section. It runs as soon as these are sound, so that a mistake elsewhere does not hide what it finds; of
 * a list it sees the items without mistakes.
 */
export interface PartCheck<S extends Shape> {
  readonly of: readonly (keyof S & string)[];
  readonly check: Check<ConfigOf<S>>;
}

/** A section with known keys; an unknown one is a mistake. Absent, every field has its default. */
export function mappingField<const S extends Shape>(
  shape: S,
  { defaults, check, checks = [], ignoresUnknown = false }: MappingOptions<S> = {},
): Field<ConfigOf<S>> {
  const keys = Object.keys(shape);
  const known: Readonly<Record<string, unknown>> = defaults ?? {};
  const field: Field<ConfigOf<S>> = {
    schema: () => sectionSchema(shape, known),
    print: (value) => printSection(shape, value),
    read(at) {
      const entries = mappingEntries(at, "later wins");
      if (entries === undefined) {
        at.source.report(at, `cannot unmarshal ${describeKind(at)} into a section`);
        return invalid();
      }
      const byKey = new Map(entries.map((entry) => [entry.key, entry]));
      const value: Record<string, unknown> = {};
      for (const { key, keyPlace } of entries) {
        if (!ignoresUnknown && !Object.hasOwn(shape, key)) at.source.report(keyPlace, `field ${key} not found${suggestion(key, keys)}`);
      }
      const broken = new Set<string>();
      for (const key of keys) {
        const place = byKey.get(key)?.value ?? childPlace(at, undefined, pathOf(at, key));
        const isDefault = place.node === undefined && Object.hasOwn(known, key);
        const before = at.source.mistakeCount();
        value[key] = isDefault ? known[key] : shape[key].read(place);
        if (at.source.mistakeCount() > before && !Array.isArray(value[key])) broken.add(key);
      }
      for (const one of checks) if (!one.of.some((key) => broken.has(key))) one.check(value as ConfigOf<S>, reportAt(at));
      return value as ConfigOf<S>;
    },
  };
  return check === undefined ? field : withCheck(field, check);
}

function sectionSchema(shape: Shape, defaults: Readonly<Record<string, unknown>>): JsonSchema {
  const properties = Object.entries(shape).map(([key, field]) => {
    const schema = describedSchema(field);
    return [key, Object.hasOwn(defaults, key) ? withDefault(schema, field.print(defaults[key])) : schema];
  });
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

/** Whatever stands there, as plain data: `Record<string, unknown>`, arrays, texts, numbers, booleans and null. */
export function anyField(): Field<unknown> {
  return { schema: () => ({}), print: (value) => (isEmptyPrint(value) ? undefined : value), read: plainValue };
}
