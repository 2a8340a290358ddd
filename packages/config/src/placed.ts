import type { Field } from "./field.ts";
import type { Position } from "./source.ts";

/** A value and where it is written; one that is absent has the place of the section that lacks it. */
export interface Placed<T> extends Position {
  readonly value: T;
}

/** A field whose value knows its place, for checks across a file that tell of mistakes in words of their own. */
export function placedField<T>(field: Field<T>): Field<Placed<T>> {
  return {
    ...field,
    print: ({ value }) => field.print(value),
    read: (at) => ({ value: field.read(at), ...at.source.position(at) }),
  };
}
