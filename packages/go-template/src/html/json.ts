import { formatFloat } from "../float-format.ts";
import { sortedEntries } from "../format-value.ts";
import { toWellFormed } from "../strings.ts";
import { baseOf, floatValue, intValue, kindOf, specOf, typeName } from "../values.ts";

/** How deep values may nest, which also ends a walk through a value that contains itself. */
const MAX_JSON_DEPTH = 100;

/** Encodes a value as Go's encoding/json does, with `<`, `>` and `&` escaped. Throws for what JSON has no form for. */
export function encodeJson(value: unknown, depth = 0): string {
  if (depth > MAX_JSON_DEPTH) throw new RangeError(`cannot encode a value nested deeper than ${MAX_JSON_DEPTH} levels`);
  const spec = specOf(value);
  if (spec?.json) return encodeJson(spec.json(value), depth + 1);
  switch (kindOf(value)) {
    case "invalid":
      return "null";
    case "bool":
      return String(baseOf(value));
    case "int":
      return String(intValue(value));
    case "float":
      return encodeFloat(floatValue(value));
    case "string":
      return encodeString(baseOf(value) as string);
    case "slice":
      return `[${(baseOf(value) as readonly unknown[]).map((item) => encodeJson(item, depth + 1)).join(",")}]`;
    case "map":
      return encodeMembers(sortedEntries(value), depth);
    case "struct":
      return encodeMembers(
        Object.entries(spec?.fields ?? {}).map(([name, read]) => [name, read(value)]),
        depth,
      );
    case "func":
    case "opaque":
      throw new TypeError(`json: unsupported type: ${typeName(value)}`);
  }
}

function encodeMembers(entries: readonly (readonly [unknown, unknown])[], depth: number): string {
  return `{${entries.map(([name, item]) => `${encodeString(String(name))}:${encodeJson(item, depth + 1)}`).join(",")}}`;
}

function encodeString(text: string): string {
  return JSON.stringify(toWellFormed(text)).replace(/[<>&\u2028\u2029\x7f]/g, (char) =>
    char === "\x7f" ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Plain below 1e21 and above 1e-6, with an exponent of no more digits than it needs. */
function encodeFloat(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`json: unsupported value: ${formatFloat(value, "g", -1)}`);
  const magnitude = Math.abs(value);
  const usesExponent = magnitude !== 0 && (magnitude < 1e-6 || magnitude >= 1e21);
  return usesExponent ? formatFloat(value, "e", -1).replace(/e-0(\d)$/, "e-$1") : formatFloat(value, "f", -1);
}
