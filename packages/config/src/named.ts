import { describedSchema, type Field, type JsonSchema } from "./field.ts";

const DEFINITION: unique symbol = Symbol("definition");

/**
 * A section that stands in several places, or in itself: a JSON Schema defines it once, under `name`. `field` is asked for when it is
 * needed, so that a section can hold sections of its own kind.
 */
export function namedField<T>(name: string, field: () => Field<T>): Field<T> {
  return {
    read: (at) => field().read(at),
    print: (value) => field().print(value),
    schema: () => ({ $ref: `#/$defs/${name}`, [DEFINITION]: () => describedSchema(field()) }),
  };
}

type Definition = () => JsonSchema;

/** The schema with everything that it refers to under `$defs`, sorted by name. Throws when one name stands for two sections. */
export function withDefinitions(schema: JsonSchema): JsonSchema {
  const found = new Map<string, JsonSchema>();
  collect(schema, found);
  const names = [...found.keys()].sort();
  return names.length === 0 ? schema : { ...schema, $defs: Object.fromEntries(names.map((name) => [name, found.get(name)])) };
}

function collect(node: unknown, found: Map<string, JsonSchema>): void {
  if (typeof node !== "object" || node === null) return;
  const { [DEFINITION]: definition, $ref: ref } = node as { [DEFINITION]?: Definition; $ref?: string };
  if (definition !== undefined && ref !== undefined) {
    const name = ref.slice("#/$defs/".length);
    const known = found.get(name);
    const schema = definition();
    if (known === undefined) {
      found.set(name, schema);
      collect(schema, found);
    } else if (JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`BUG: two sections are called ${name}`);
    }
  }
  for (const value of Object.values(node)) collect(value, found);
}
