import { thrownMessage } from "./errors.ts";
import { type FormatFlags, noFlags, pad } from "./format-flags.ts";
import { formatFloatVerb, formatInteger } from "./format-number.ts";
import { type Meter, stepsOfText, TextSink, unmetered } from "./meter.ts";
import { compareStrings, quoteGo } from "./strings.ts";
import { baseOf, floatValue, intValue, isMap, kindOf, specOf, typeName } from "./values.ts";

/** How deep values may nest in values before printing them is refused. */
const MAX_VALUE_DEPTH = 100;

/** The exact digits of a float may take arithmetic on a thousand bits; the fewest that tell it from others do not. */
const STEPS_OF_EXACT_FLOAT = 24;

/** Writes one value by one verb, as Go's fmt does, errors such as `%!d(string=x)` included. */
export function writeArgument(value: unknown, verb: string, flags: FormatFlags, sink: TextSink): void {
  if (value === null || value === undefined) return sink.write(verb === "v" || verb === "T" ? pad("<nil>", flags) : `%!${verb}(<nil>)`);
  if (verb === "T") return sink.write(formatText(typeName(value), flags));
  // Only fmt.Errorf knows `%w`; the others refuse the value as a whole.
  if (verb === "w") return writeBadVerb(value, verb, flags, sink);
  const isPointer = kindOf(value) === "struct" && typeName(value).startsWith("*");
  if (isPointer && !hasText(value, verb, flags)) sink.write("&");
  writeNested(value, verb, flags, sink, 0, false);
}

/** What an action prints of a value; unlike `print` it follows a pointer. */
export function formatPrinted(value: unknown, meter: Meter = unmetered): string {
  if (typeof value === "string") return value;
  const sink = new TextSink(meter);
  writeNested(value, "v", noFlags(), sink, 0, false);
  return sink.text();
}

/** The entries of a map in Go's printing order: numbers by size, strings by bytes. */
export function sortedEntries(map: unknown): [unknown, unknown][] {
  const base = baseOf(map);
  const entries: [unknown, unknown][] = isMap(base) ? [...base.entries()] : Object.entries(base as object);
  return entries.sort(([a], [b]) => compareKeys(a, b));
}

function writeNested(value: unknown, verb: string, flags: FormatFlags, sink: TextSink, depth: number, isError: boolean): void {
  if (depth > MAX_VALUE_DEPTH) sink.meter.refuse(`cannot print a value nested deeper than ${MAX_VALUE_DEPTH} levels`);
  if (value === null || value === undefined) return sink.write(flags.sharpV ? "interface {}(nil)" : "<nil>");
  const text = specOf(value)?.text;
  if (text && !isError && hasText(value, verb, flags)) return sink.write(formatString(methodText(text, value, verb), verb, flags) ?? "");
  switch (kindOf(value)) {
    case "slice":
      return writeSlice(value, verb, flags, sink, depth);
    case "map":
      return writeMap(value, verb, flags, sink, depth);
    case "struct":
      return writeStruct(value, verb, flags, sink, depth);
    default: {
      const scalar = formatScalar(value, verb, flags, sink.meter);
      return scalar === undefined ? writeBadVerb(value, verb, flags, sink) : sink.write(scalar);
    }
  }
}

/** Whether the value's own text stands for it. */
function hasText(value: unknown, verb: string, flags: FormatFlags): boolean {
  return specOf(value)?.text !== undefined && !flags.sharpV && "vsxXq".includes(verb);
}

function formatScalar(value: unknown, verb: string, flags: FormatFlags, meter: Meter): string | undefined {
  switch (kindOf(value)) {
    case "bool":
      return verb === "t" || verb === "v" ? pad(String(baseOf(value)), flags) : undefined;
    case "int":
      return formatInteger(intValue(value), verb, flags);
    case "float":
      if (verb !== "v" || flags.precision !== undefined) meter.spend(STEPS_OF_EXACT_FLOAT);
      return formatFloatVerb(floatValue(value), verb, flags);
    case "string":
      // Each character is looked up.
      if (verb === "q") meter.spend(stepsOfText(baseOf(value) as string));
      return formatString(baseOf(value) as string, verb, flags);
    case "invalid":
      return "<nil>";
    default:
      return undefined;
  }
}

function writeSlice(value: unknown, verb: string, flags: FormatFlags, sink: TextSink, depth: number): void {
  sink.write(flags.sharpV ? `${typeName(value)}{` : "[");
  (baseOf(value) as readonly unknown[]).forEach((item, i) => {
    if (i > 0) sink.write(flags.sharpV ? ", " : " ");
    writeNested(item, verb, flags, sink, depth + 1, false);
  });
  sink.write(flags.sharpV ? "}" : "]");
}

function writeMap(value: unknown, verb: string, flags: FormatFlags, sink: TextSink, depth: number): void {
  sink.write(flags.sharpV ? `${typeName(value)}{` : "map[");
  sortedEntries(value).forEach(([key, item], i) => {
    if (i > 0) sink.write(flags.sharpV ? ", " : " ");
    writeNested(key, verb, flags, sink, depth + 1, false);
    sink.write(":");
    writeNested(item, verb, flags, sink, depth + 1, false);
  });
  sink.write(flags.sharpV ? "}" : "]");
}

function writeStruct(value: unknown, verb: string, flags: FormatFlags, sink: TextSink, depth: number): void {
  sink.write(flags.sharpV ? `${typeName(value)}{` : "{");
  Object.entries(specOf(value)?.fields ?? {}).forEach(([name, read], i) => {
    if (i > 0) sink.write(flags.sharpV ? ", " : " ");
    if (flags.plusV || flags.sharpV) sink.write(`${name}:`);
    writeNested(read(value), verb, flags, sink, depth + 1, false);
  });
  sink.write("}");
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

function writeBadVerb(value: unknown, verb: string, flags: FormatFlags, sink: TextSink): void {
  const kind = kindOf(value);
  if (kind === "func" || kind === "opaque") return sink.write(verb === "v" ? typeName(value) : `%!${verb}(${typeName(value)})`);
  sink.write(`%!${verb}(${typeName(value)}=`);
  writeNested(value, "v", flags, sink, 0, true);
  sink.write(")");
}

function methodText(text: (self: unknown) => string, value: unknown, verb: string): string {
  try {
    return text(value);
  } catch (error) {
    return `%!${verb}(PANIC=String method: ${thrownMessage(error)})`;
  }
}

function compareKeys(a: unknown, b: unknown): number {
  const isNumeric = kindOf(a) !== "string" && kindOf(b) !== "string" && kindOf(a) !== "bool";
  if (!isNumeric) return compareStrings(String(baseOf(a)), String(baseOf(b)));
  return Number(baseOf(a)) - Number(baseOf(b));
}
