import { thrownMessage } from "./errors.ts";
import { type FormatFlags, noFlags, pad } from "./format-flags.ts";
import { formatFloatVerb, formatInteger } from "./format-number.ts";
import { compareStrings, quoteGo } from "./strings.ts";
import { baseOf, floatValue, intValue, isMap, kindOf, specOf, typeName } from "./values.ts";

/** How deep values may nest in values before printing them is refused. */
const MAX_VALUE_DEPTH = 100;

/** Writes one value by one verb, as Go's fmt does, errors such as `%!d(string=x)` included. */
export function formatArgument(value: unknown, verb: string, flags: FormatFlags): string {
  if (value === null || value === undefined) return verb === "v" || verb === "T" ? pad("<nil>", flags) : `%!${verb}(<nil>)`;
  if (verb === "T") return formatText(typeName(value), flags);
  // Only fmt.Errorf knows `%w`; the others refuse the value as a whole.
  if (verb === "w") return badVerb(value, verb, flags);
  const isPointer = kindOf(value) === "struct" && typeName(value).startsWith("*");
  return (isPointer && !hasText(value, verb, flags) ? "&" : "") + formatNested(value, verb, flags, 0, false);
}

/** What an action prints of a value; unlike `print` it follows a pointer. */
export function formatPrinted(value: unknown): string {
  return formatNested(value, "v", noFlags(), 0, false);
}

/** The entries of a map in Go's printing order: numbers by size, strings by bytes. */
export function sortedEntries(map: unknown): [unknown, unknown][] {
  const base = baseOf(map);
  const entries: [unknown, unknown][] = isMap(base) ? [...base.entries()] : Object.entries(base as object);
  return entries.sort(([a], [b]) => compareKeys(a, b));
}

function formatNested(value: unknown, verb: string, flags: FormatFlags, depth: number, isError: boolean): string {
  if (depth > MAX_VALUE_DEPTH) throw new RangeError(`cannot print a value nested deeper than ${MAX_VALUE_DEPTH} levels`);
  if (value === null || value === undefined) {
    return flags.sharpV ? "interface {}(nil)" : "<nil>";
  }
  const text = specOf(value)?.text;
  if (text && !isError && hasText(value, verb, flags)) return formatString(methodText(text, value, verb), verb, flags) ?? "";
  return formatByKind(value, verb, flags, depth) ?? badVerb(value, verb, flags);
}

/** Whether the value's own text stands for it. */
function hasText(value: unknown, verb: string, flags: FormatFlags): boolean {
  return specOf(value)?.text !== undefined && !flags.sharpV && "vsxXq".includes(verb);
}

function formatByKind(value: unknown, verb: string, flags: FormatFlags, depth: number): string | undefined {
  switch (kindOf(value)) {
    case "bool":
      return verb === "t" || verb === "v" ? pad(String(baseOf(value)), flags) : undefined;
    case "int":
      return formatInteger(intValue(value), verb, flags);
    case "float":
      return formatFloatVerb(floatValue(value), verb, flags);
    case "string":
      return formatString(baseOf(value) as string, verb, flags);
    case "slice": {
      const items = (baseOf(value) as readonly unknown[]).map((item) => formatNested(item, verb, flags, depth + 1, false));
      return flags.sharpV ? `${typeName(value)}{${items.join(", ")}}` : `[${items.join(" ")}]`;
    }
    case "map": {
      const entries = sortedEntries(value).map(
        ([key, item]) => `${formatNested(key, verb, flags, depth + 1, false)}:${formatNested(item, verb, flags, depth + 1, false)}`,
      );
      return flags.sharpV ? `${typeName(value)}{${entries.join(", ")}}` : `map[${entries.join(" ")}]`;
    }
    case "struct":
      return formatStruct(value, verb, flags, depth);
    case "func":
    case "opaque":
      return undefined;
    case "invalid":
      return "<nil>";
  }
}

function formatStruct(value: unknown, verb: string, flags: FormatFlags, depth: number): string {
  const fields = Object.entries(specOf(value)?.fields ?? {}).map(([name, read]) => {
    const text = formatNested(read(value), verb, flags, depth + 1, false);
    return flags.plusV || flags.sharpV ? `${name}:${text}` : text;
  });
  return flags.sharpV ? `${typeName(value)}{${fields.join(", ")}}` : `{${fields.join(" ")}}`;
}

function formatString(text: string, verb: string, flags: FormatFlags): string | undefined {
  switch (verb) {
    case "v":
      return flags.sharpV ? quoted(text, flags) : formatText(text, flags);
    case "s":
      return formatText(text, flags);
    case "q":
      return quoted(text, flags);
    case "x":
      return hexBytes(text, flags);
    case "X":
      return hexBytes(text, flags).toUpperCase();
    default:
      return undefined;
  }
}

function formatText(text: string, flags: FormatFlags): string {
  return pad(truncate(text, flags), flags);
}

function quoted(text: string, flags: FormatFlags): string {
  const kept = truncate(text, flags);
  // eslint-disable-next-line no-control-regex
  if (flags.sharp && !/[`\x00-\x08\x0a-\x1f\x7f\ufeff\ufffd]/.test(kept)) return pad(`\`${kept}\``, flags);
  return pad(quoteGo(kept, flags.plus), flags);
}

function hexBytes(text: string, flags: FormatFlags): string {
  const bytes = Buffer.from(text);
  const kept = flags.precision !== undefined && flags.precision < bytes.length ? bytes.subarray(0, flags.precision) : bytes;
  const digits = kept.toString("hex");
  if (digits === "") return pad("", flags);
  const prefix = flags.sharp ? "0x" : "";
  return pad(prefix + (flags.space ? digits.replace(/..(?!$)/g, `$& ${prefix}`) : digits), flags);
}

/** Keeps as many characters as the precision says. */
function truncate(text: string, { precision }: FormatFlags): string {
  if (precision === undefined || text.length <= precision) return text;
  return [...text].slice(0, precision).join("");
}

function badVerb(value: unknown, verb: string, flags: FormatFlags): string {
  const kind = kindOf(value);
  if (kind === "func" || kind === "opaque") return verb === "v" ? typeName(value) : `%!${verb}(${typeName(value)})`;
  return `%!${verb}(${typeName(value)}=${formatNested(value, "v", flags, 0, true)})`;
}

function methodText(text: (self: unknown) => string, value: unknown, verb: string): string {
  try {
    return text(value);
  } catch (error) {
    return `%!${verb}(PANIC=String method: ${formatArgument(thrownMessage(error), "v", noFlags())})`;
  }
}

function compareKeys(a: unknown, b: unknown): number {
  const isNumeric = kindOf(a) !== "string" && kindOf(b) !== "string" && kindOf(a) !== "bool";
  if (!isNumeric) return compareStrings(String(baseOf(a)), String(baseOf(b)));
  return Number(baseOf(a)) - Number(baseOf(b));
}
