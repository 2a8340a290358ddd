/** The types of a JSON value by its keys, in their order; of a list the types of its items, each once. */
export function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(shapeOf))].toSorted().join(" | ")}]`;
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return `{${Object.entries(value)
    .map(([key, one]) => `${key}: ${shapeOf(one)}`)
    .join(", ")}}`;
}
