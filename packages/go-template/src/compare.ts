import { CallError } from "./errors.ts";
import { noFlags } from "./format-flags.ts";
import { writeArgument } from "./format-value.ts";
import { type Meter, TextSink, unmetered } from "./meter.ts";
import { compareStrings } from "./strings.ts";
import { baseOf, floatValue, intValue, type Kind, kindOf, typeName } from "./values.ts";

/** Whether `first` equals any of `others`. Throws CallError for kinds that cannot be compared. */
export function equalsAny(first: unknown, others: readonly unknown[], meter: Meter = unmetered): boolean {
  if (others.length === 0) throw new CallError("missing argument for comparison");
  return others.some((other) => equals(first, other, meter));
}

/** Whether `a` is below `b`: numbers of one kind, or strings by their bytes. */
export function isLess(a: unknown, b: unknown): boolean {
  const kind = basicKind(a);
  const otherKind = basicKind(b);
  if (!kind || !otherKind) throw new CallError("invalid type for comparison");
  if (kind !== otherKind) throw incompatible(a, b);
  switch (kind) {
    case "int":
      return intValue(a) < intValue(b);
    case "float":
      return floatValue(a) < floatValue(b);
    case "string":
      return compareStrings(baseOf(a) as string, baseOf(b) as string) < 0;
    case "bool":
      throw new CallError("invalid type for comparison");
  }
}

type BasicKind = "bool" | "int" | "float" | "string";

function equals(a: unknown, b: unknown, meter: Meter): boolean {
  const kind = basicKind(a);
  const otherKind = basicKind(b);
  const hasNil = isNil(a) || isNil(b);
  if (kind !== otherKind && !hasNil) throw incompatible(a, b);
  if (hasNil) return isNil(a) && isNil(b);
  switch (kind) {
    case "float":
      return floatValue(a) === floatValue(b);
    case "int":
    case "bool":
    case "string":
      return baseOf(a) === baseOf(b) || (kind === "int" && BigInt(intValue(a)) === BigInt(intValue(b)));
    case undefined:
      return equalComposites(a, b, meter);
  }
}

/** Structs are equal when they are of one type and their fields are; slices, maps and functions are never compared. */
function equalComposites(a: unknown, b: unknown, meter: Meter): boolean {
  const kind = kindOf(a);
  // The messages print a value by `%s`, with the mistakes that this makes of numbers.
  if (kind !== kindOf(b)) {
    throw new CallError(`non-comparable types ${textOf(a, "s", meter)}: ${typeName(a)}, ${typeName(b)}: ${textOf(b, "v", meter)}`);
  }
  if (kind === "slice" || kind === "map" || kind === "func") {
    throw new CallError(`non-comparable type ${textOf(b, "s", meter)}: ${typeName(b)}`);
  }
  return a === b || (kind === "struct" && typeName(a) === typeName(b) && textOf(a, "v", meter) === textOf(b, "v", meter));
}

function textOf(value: unknown, verb: "s" | "v", meter: Meter): string {
  const sink = new TextSink(meter);
  writeArgument(value, verb, noFlags(), sink);
  return sink.text();
}

function incompatible(a: unknown, b: unknown): CallError {
  return new CallError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}

function isNil(value: unknown): boolean {
  return kindOf(value) === "invalid";
}

function basicKind(value: unknown): BasicKind | undefined {
  const kind: Kind = kindOf(value);
  return kind === "bool" || kind === "int" || kind === "float" || kind === "string" ? kind : undefined;
}
