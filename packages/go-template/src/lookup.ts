import { CallError } from "./errors.ts";
import { byteLength, sliceBytes } from "./strings.ts";
import { baseOf, intValue, isMap, isStringMap, kindOf, specOf, typeName } from "./values.ts";

/** Whether a value counts as true: not empty, not zero, not nil; structs always do. */
export function isTrue(value: unknown): boolean {
  const base = baseOf(value);
  switch (kindOf(value)) {
    case "invalid":
      return false;
    case "bool":
      return base === true;
    case "int":
      return Number(base) !== 0;
    case "float":
      return !(typeof base === "object" && base !== null && "value" in base ? base.value === 0 : base === 0);
    case "string":
    case "slice":
    case "map":
      return lengthOf(value) > 0;
    case "struct":
    case "func":
    case "opaque":
      return true;
  }
}

/** The `len` function: bytes of a string, items of a slice or map. */
export function lengthOf(value: unknown): number {
  const base = baseOf(value);
  switch (kindOf(value)) {
    case "string":
      return byteLength(base as string);
    case "slice":
      return (base as readonly unknown[]).length;
    case "map":
      return isMap(base) ? base.size : Object.keys(base as object).length;
    case "invalid":
      throw new CallError(value === null ? "len of nil pointer" : "reflect: call of reflect.Value.Type on zero Value");
    default:
      throw new CallError(`len of type ${targetType(value)}`);
  }
}

/** The value under a string key of a map: `found` is false for a missing one. Never reaches a prototype. */
export function mapEntry(map: unknown, key: unknown): { readonly found: boolean; readonly value: unknown } {
  const base = baseOf(map);
  if (isMap(base)) return { found: base.has(key), value: base.get(key) };
  const record = base as Readonly<Record<string, unknown>>;
  const found = typeof key === "string" && Object.hasOwn(record, key);
  return { found, value: found ? record[key] : undefined };
}

/** What a missing key of this map is worth when missing keys are zero values. */
export function zeroOf(map: unknown): unknown {
  const spec = specOf(map);
  if (spec && "zero" in spec) return spec.zero;
  return isStringMap(baseOf(map)) ? "" : null;
}

/** The `index` function: `index x 1 "a"` is `x[1]["a"]`. */
export function indexValue(item: unknown, indexes: readonly unknown[]): unknown {
  if (kindOf(item) === "invalid") throw new CallError("index of untyped nil");
  let current = item;
  for (const index of indexes) current = indexOnce(current, index);
  return current;
}

/** The `slice` function: `slice x 1 2` is `x[1:2]`, in bytes for a string. */
export function sliceValue(item: unknown, indexes: readonly unknown[]): unknown {
  const kind = kindOf(item);
  if (kind === "invalid") throw new CallError("slice of untyped nil");
  if (indexes.length > 3) throw new CallError(`too many slice indexes: ${indexes.length}`);
  if (kind !== "string" && kind !== "slice") throw new CallError(`can't slice item of type ${targetType(item)}`);
  if (kind === "string" && indexes.length === 3) throw new CallError("cannot 3-index slice a string");
  const length = lengthOf(item);
  const bounds = indexes.map((index) => position(index, length));
  const [start = 0, end = length, capacity = length] = bounds;
  if (start > end) throw new CallError(`invalid slice index: ${start} > ${end}`);
  if (end > capacity) throw new CallError(`invalid slice index: ${end} > ${capacity}`);
  const base = baseOf(item);
  return typeof base === "string" ? sliceBytes(base, start, end) : (base as readonly unknown[]).slice(start, end);
}

function indexOnce(item: unknown, index: unknown): unknown {
  switch (kindOf(item)) {
    case "invalid":
      throw new CallError("index of nil pointer");
    case "slice": {
      const items = baseOf(item) as readonly unknown[];
      const at = position(index, items.length);
      if (at >= items.length) throw new CallError("reflect: slice index out of range");
      return items[at] ?? null;
    }
    case "string": {
      const bytes = Buffer.from(baseOf(item) as string);
      const at = position(index, bytes.length);
      if (at >= bytes.length) throw new CallError("reflect: string index out of range");
      return bytes[at];
    }
    case "map": {
      const key = baseOf(index);
      if (kindOf(index) === "invalid") throw new CallError("value is nil; should be of type string");
      const keyType = keyTypeOf(baseOf(item));
      const isInteger = kindOf(index) === "int" && keyType.startsWith("int");
      if (typeName(index) !== keyType && !isInteger) throw new CallError(`value has type ${typeName(index)}; should be ${keyType}`);
      const entry = mapEntry(item, key);
      return entry.found ? (entry.value ?? null) : zeroOf(item);
    }
    default:
      throw new CallError(`can't index item of type ${targetType(item)}`);
  }
}

/** The keys of a JavaScript map are of the type of the first. */
function keyTypeOf(map: unknown): string {
  if (!isMap(map)) return "string";
  const first = map.keys().next();
  return first.done === true ? "string" : typeName(first.value);
}

/** The type behind a pointer: these functions follow it before they look. */
function targetType(value: unknown): string {
  return typeName(value).replace(/^\*/, "");
}

function position(index: unknown, capacity: number): number {
  const kind = kindOf(index);
  if (kind === "invalid") throw new CallError("cannot index slice/array with nil");
  if (kind !== "int") throw new CallError(`cannot index slice/array with type ${typeName(index)}`);
  const at = intValue(index);
  if (at < 0 || at > capacity) throw new CallError(`index out of range: ${at}`);
  return Number(at);
}
