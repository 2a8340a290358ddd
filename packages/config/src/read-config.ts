import { stringify } from "yaml";
import { mappingField } from "./collections.ts";
import type { ConfigError } from "./config-error.ts";
import type { ConfigOf, Field, JsonSchema, Shape } from "./field.ts";
import { openSource } from "./source.ts";

/** A configuration, or everything that is wrong with it. */
export type ConfigResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: readonly ConfigError[] };

/**
 * Reads a YAML text by its shape; `file` names it in errors and is what relative paths are seen from. Never throws: all mistakes are
 * gathered, in the order of the file. An empty text is an empty document.
 */
export function readConfig<const S extends Shape>(shape: S, text: string, file: string): ConfigResult<ConfigOf<S>> {
  return readField(mappingField(shape), text, file);
}

/** As `readConfig`, for a document that is not a section, such as a list, or that a check stands around. */
export function readField<T>(field: Field<T>, text: string, file: string): ConfigResult<T> {
  const source = openSource(text, file);
  if (source.errors.length > 0) return { ok: false, errors: source.errors };
  const value = field.read(source.root);
  if (source.errors.length === 0) return { ok: true, value };
  return { ok: false, errors: source.errors.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** A configuration as YAML, with its defaults, and with secrets masked. */
export function printConfig<const S extends Shape>(shape: S, value: ConfigOf<S>): string {
  return printField(mappingField(shape), value);
}

export function printField<T>(field: Field<T>, value: T): string {
  return stringify(field.print(value) ?? {}, { indentSeq: false, lineWidth: 0 });
}

/** The JSON Schema of a file, for editors. */
export function jsonSchema(shape: Shape, title: string): JsonSchema {
  return { $schema: "https://json-schema.org/draft/2020-12/schema", title, ...mappingField(shape).schema() };
}
