/** JSON of the API as it comes: a part may be missing, null, or of a type that the API does not document. */
export type Wire = Readonly<Record<string, unknown>>;

const NOTHING: Wire = Object.freeze({});

/** The object at `key`; an empty one if there is none. */
export function partOf(wire: Wire, key: string): Wire {
  return asObject(wire[key]);
}

/** `value` if it is an object, an empty one if not. */
export function asObject(value: unknown): Wire {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Wire) : NOTHING;
}

/** Whether an object is at `key`. */
export function hasPart(wire: Wire, key: string): boolean {
  return asObject(wire[key]) !== NOTHING;
}

/** The objects of the list at `key`. */
export function partsOf(wire: Wire, key: string): readonly Wire[] {
  const value = wire[key];
  return Array.isArray(value) ? value.map(asObject) : [];
}

/** The texts of the list at `key`. */
export function textsOf(wire: Wire, key: string): readonly string[] {
  const value = wire[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The text at `key`; "" if there is none. */
export function textOf(wire: Wire, key: string): string {
  const value = wire[key];
  return typeof value === "string" ? value : "";
}

/** The text at `key`, which may be left out. */
export function optionalText(wire: Wire, key: string): string | undefined {
  const value = wire[key];
  return typeof value === "string" ? value : undefined;
}

/** The number at `key`, which may be left out. */
export function optionalNumber(wire: Wire, key: string): number | undefined {
  const value = wire[key];
  return typeof value === "number" ? value : undefined;
}

/** The truth value at `key` as a text, which may be left out. */
export function optionalFlag(wire: Wire, key: string): "true" | "false" | undefined {
  const value = wire[key];
  if (typeof value !== "boolean") return undefined;
  return value ? "true" : "false";
}
