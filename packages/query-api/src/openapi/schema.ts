/** A schema in JSON Schema's dialect of 2020-12. */
export type Schema = Readonly<Record<string, unknown>>;

/** A text. */
export const text: Schema = { type: "string" };
/** A number. */
export const number: Schema = { type: "number" };
/** A whole number. */
export const integer: Schema = { type: "integer" };
/** True or false. */
export const boolean: Schema = { type: "boolean" };
/** A time in RFC 3339. */
export const time: Schema = { type: "string", format: "date-time" };

/** One of some texts. */
export function oneOf(...values: readonly string[]): Schema {
  return { type: "string", enum: values };
}

/** A list of one kind of items. */
export function list(items: Schema): Schema {
  return { type: "array", items };
}

/** An object whose names are not known before. */
export function map(values: Schema): Schema {
  return { type: "object", additionalProperties: values };
}

/** An object; fields whose name ends with `?` may be missing. */
export function object(fields: Readonly<Record<string, Schema>>): Schema {
  const names = Object.keys(fields);
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name.replace("?", ""), schema])),
    required: names.filter((name) => !name.endsWith("?")),
  };
}

/** What may be null. */
export function nullable(schema: Schema): Schema {
  return { oneOf: [schema, { type: "null" }] };
}

/** A schema among the document's components. */
export function named(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}
