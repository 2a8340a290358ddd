import { mappingField } from "./collections.ts";
import type { ConfigError } from "./config-error.ts";
import { describedSchema, type ConfigOf, type Field, type JsonSchema, type Shape } from "./field.ts";
import { withDefinitions } from "./named.ts";
import type { TextFormat } from "./parse-yaml.ts";
import { printYaml } from "./print-yaml.ts";
import { openSource } from "./source.ts";

/**
 * A configuration, or everything that is wrong with it. Warnings, such as deprecated fields, have the form of errors and don't keep a
 * configuration from being used. What is `unserved` is right, but asks for something that the service can't do yet: to run with it
 * would be to do without what it asks for, so a service refuses it, and a checker does not.
 */
export type ConfigResult<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly ConfigError[]; readonly unserved: readonly ConfigError[] }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

/**
 * Reads a YAML text by its shape; `file` names it in errors and is what relative paths are seen from. Never throws: all mistakes are
 * gathered, in the order of the file (at most a hundred, then a line that there are more). An empty text is an empty document.
 */
export function readConfig<const S extends Shape>(shape: S, text: string, file: string): ConfigResult<ConfigOf<S>> {
  return readField(mappingField(shape), text, file);
}

/** As `readConfig`, for a document that is not a section, such as a list, or that a check stands around; it may be JSON. */
export function readField<T>(field: Field<T>, text: string, file: string, format: TextFormat = "yaml"): ConfigResult<T> {
  const source = openSource(text, file, format);
  if (source.errors.length > 0) return { ok: false, errors: source.errors };
  const value = field.read(source.root);
  const { errors, warnings, unserved } = source;
  if (errors.length > 0) return { ok: false, errors: errors.toSorted(byPlace) };
  return { ok: true, value, warnings: warnings.toSorted(byPlace), unserved: unserved.toSorted(byPlace) };
}

function byPlace(a: ConfigError, b: ConfigError): number {
  return a.line - b.line || a.column - b.column;
}

/**
 * A configuration as YAML, as upstream's status page shows it: fields in the order of the shape with their defaults, what is empty left
 * out, secrets masked, and quotes where Go's YAML 1.1 would read a text as something else.
 */
export function printConfig<const S extends Shape>(shape: S, value: ConfigOf<S>): string {
  return printField(mappingField(shape), value);
}

/** As `printConfig`, for a document of any other kind. */
export function printField<T>(field: Field<T>, value: T): string {
  return printYaml(field.print(value) ?? {});
}

/** The JSON Schema of a file (draft 2020-12), for editors: everything that the decoder takes is valid by it. */
export function jsonSchema(shape: Shape, title?: string): JsonSchema {
  return fieldSchema(mappingField(shape), title);
}

/** As `jsonSchema`, for a document of any other kind. */
export function fieldSchema(field: Field<unknown>, title?: string): JsonSchema {
  return withDefinitions({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...(title === undefined ? {} : { title }),
    ...describedSchema(field),
  });
}
