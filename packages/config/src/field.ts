import type { Place } from "./source.ts";

/** A JSON Schema, as far as we write it (draft 2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * One value of a configuration: how it is read, what it is when it is absent, how it is shown again, and what an editor should know of it.
 *
 * `read` gets the place of the value, whose node is undefined when nothing stands there. It reports every mistake to the place's
 * source; what it returns after a mistake is never used, as a file with mistakes has no value.
 */
export interface Field<T> {
  readonly read: (at: Place) => T;
  readonly schema: () => JsonSchema;
  /** As plain data for YAML; undefined leaves it out. A method, so that fields of any type can stand in one shape. */
  print(value: T): unknown;
  /** Whether the value must stand there. */
  readonly isRequired?: boolean;
  /** One sentence for the documentation. */
  readonly description?: string;
}

/** Fields by their key. */
export type Shape = Readonly<Record<string, Field<unknown>>>;

/** The type of the values of a shape. */
export type ConfigOf<S> = { readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never };

/** What a field returns when it has reported a mistake. */
export function invalid<T>(): T {
  return undefined as T;
}

/** A field with a sentence for the documentation. */
export function described<T>(field: Field<T>, description: string): Field<T> {
  return { ...field, description };
}

/** A field with the sentence of another one, such as the one that it is made of; without, where that has none. */
export function describedLike<T>(field: Field<T>, { description }: Field<unknown>): Field<T> {
  return description === undefined ? field : described(field, description);
}

/** The schema of a field, with its sentence where it has one. */
export function describedSchema({ schema, description }: Field<unknown>): JsonSchema {
  return description === undefined ? schema() : { ...schema(), description };
}
