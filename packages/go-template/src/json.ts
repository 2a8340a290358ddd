import { formatFloat } from "./float-format.ts";
import { sortedEntries } from "./format-value.ts";
import { type Meter, TextSink, unmetered } from "./meter.ts";
import { toWellFormed } from "./strings.ts";
import { baseOf, floatValue, intValue, kindOf, specOf, typeName } from "./values.ts";

/** How deep values may nest, which also ends a walk through a value that contains itself. */
const MAX_JSON_DEPTH = 100;

/**
 * Encodes a value as Go's encoding/json does: maps sorted by key, structs in the order of their fields, `<`, `>` and `&` escaped. Throws for
 * what JSON has no form for.
 */
export function encodeJson(value: unknown, meter: Meter = unmetered): string {
  const sink = new TextSink(meter);
  writeValue(value, sink, 0);
  return sink.text();
}

function writeValue(value: unknown, sink: TextSink, depth: number): void {
  if (depth > MAX_JSON_DEPTH) throw new RangeError(`cannot encode a value nested deeper than ${MAX_JSON_DEPTH} levels`);
  const spec = specOf(value);
  if (spec?.json) return writeValue(spec.json(value), sink, depth + 1);
  switch (kindOf(value)) {
    case "invalid":
      return sink.write("null");
    case "bool":
      return sink.write(String(baseOf(value)));
    case "int":
      return sink.write(String(intValue(value)));
    case "float":
      return sink.write(encodeFloat(floatValue(value)));
    case "string":
      return sink.write(encodeString(baseOf(value) as string));
    case "slice":
      return writeItems(baseOf(value) as readonly unknown[], sink, depth);
    case "map":
      return writeMembers(sortedEntries(value), sink, depth);
    case "struct": {
      const fields = Object.entries(spec?.fields ?? {});
      return writeMembers(
        fields.map(([name, read]) => [name, read(value)]),
        sink,
        depth,
      );
    }
    case "func":
    case "opaque":
      throw new TypeError(`json: unsupported type: ${typeName(value)}`);
  }
}

function writeItems(items: readonly unknown[], sink: TextSink, depth: number): void {
  sink.write("[");
  items.forEach((item, i) => {
    if (i > 0) sink.write(",");
    writeValue(item, sink, depth + 1);
  });
  sink.write("]");
}

function writeMembers(entries: readonly (readonly [unknown, unknown])[], sink: TextSink, depth: number): void {
  sink.write("{");
  entries.forEach(([name, item], i) => {
    sink.write(`${i > 0 ? "," : ""}${encodeString(String(name))}:`);
    writeValue(item, sink, depth + 1);
  });
  sink.write("}");
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
