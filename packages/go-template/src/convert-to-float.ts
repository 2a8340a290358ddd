import { CallError } from "./errors.ts";
import { GoDuration } from "./go-duration.ts";
import { quoteGo } from "./strings.ts";
import { floatValue, intValue, kindOf, typeName } from "./values.ts";

/**
 * The float64 of a value that a template hands to a number function: a number, the seconds of a duration, or a text that `parse` reads. Throws
 * CallError for every other type, and for a text that `parse` refuses with a reason. Source: ConvertToFloat of prometheus/common.
 */
export function convertToFloat(value: unknown, parse: (text: string) => number | string): number {
  if (value instanceof GoDuration) return Number(value.nanoseconds) / 1e9;
  if (typeof value === "string") {
    const parsed = parse(value);
    if (typeof parsed === "string") throw new CallError(`strconv.ParseFloat: parsing ${quoteGo(value)}: ${parsed}`);
    return parsed;
  }
  switch (NUMBER_TYPES.has(typeName(value)) ? kindOf(value) : undefined) {
    case "int":
      return Number(intValue(value));
    case "float":
      return floatValue(value);
    default:
      throw new CallError(`can't convert ${value === null || value === undefined ? "<nil>" : typeName(value)} to float`);
  }
}

const NUMBER_TYPES: ReadonlySet<string> = new Set(["int", "int64", "uint", "uint64", "float64"]);
