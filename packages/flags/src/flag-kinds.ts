import { formatDuration, formatGoDuration, formatGoFloat, goQuote, parseDuration, parseGoDuration, parseGoFloat } from "@ferula/durations";
import type { ChoiceFlagOptions, Flag, FlagOptions, RepeatableFlagOptions } from "./flag.ts";
import { formatSize, parseSize } from "./size.ts";

/** How one text becomes a value and back. */
interface Kind<T> {
  readonly zero: T;
  readonly read: (text: string) => T;
  readonly print: (value: T) => string;
}

const text: Kind<string> = { zero: "", read: (text) => text, print: (value) => value };
const duration: Kind<number> = { zero: 0, read: parseDuration, print: formatDuration };
const goDuration: Kind<number> = { zero: 0, read: (text) => parseGoDuration(text, { daysAndWeeks: true }), print: formatGoDuration };
const int: Kind<number> = { zero: 0, read: readInt, print: String };
const float: Kind<number> = { zero: 0, read: readFloat, print: formatGoFloat };
const size: Kind<number> = { zero: 0, read: parseSize, print: formatSize };

/** A text, or with `repeatable` a list of texts. */
export function stringFlag(options: RepeatableFlagOptions<string>): Flag<readonly string[]>;
export function stringFlag(options: FlagOptions<string>): Flag<string>;
export function stringFlag(options: RepeatableFlagOptions<string> | FlagOptions<string>): Flag<readonly string[]> | Flag<string> {
  if (options.repeatable === true) return listOf(text, options);
  // Upstream quotes the default of a plain text in --help, so that an empty one can be seen.
  const placeholder = options.placeholder ?? (options.default === undefined ? undefined : goQuote(options.default));
  return { ...one(text, options), placeholder };
}

/** A switch: `--x` is true, `--no-x` is false. */
export function boolFlag(options: FlagOptions<boolean>): Flag<boolean> {
  return { ...one({ zero: false, read: (text) => text === "true", print: String }, options), isSwitch: true };
}

/** Milliseconds, written in Prometheus' dialect (`1d`, `1h30m`). */
export function durationFlag(options: FlagOptions<number>): Flag<number> {
  return one(duration, options);
}

/** Milliseconds, written in Go's dialect (`1h30m`, `1.5s`) or with kingpin's days and weeks (`5d`). */
export function goDurationFlag(options: FlagOptions<number>): Flag<number> {
  return one(goDuration, options);
}

/** A whole number, at most 2^53 on either side of zero. */
export function intFlag(options: FlagOptions<number>): Flag<number> {
  return one(int, options);
}

/** A number. */
export function floatFlag(options: FlagOptions<number>): Flag<number> {
  return one(float, options);
}

/** One of a few texts. */
export function enumFlag<const V extends string>(values: readonly V[], options: ChoiceFlagOptions<NoInfer<V>>): Flag<V> {
  const read = (given: string): V => {
    const value = values.find((one) => one === given);
    if (value === undefined) throw new RangeError(`must be one of ${values.join(", ")}, got ${goQuote(given)}`);
    return value;
  };
  return one({ zero: values[0], read, print: (value) => value }, options);
}

/** A size in bytes, written `512MB` or `1GiB`; both count by 1024. */
export function bytesFlag(options: FlagOptions<number>): Flag<number> {
  return one(size, options);
}

function one<T>(kind: Kind<T>, options: FlagOptions<T>): Flag<T> {
  const { default: defaultValue = kind.zero } = options;
  return {
    ...described(options),
    isRepeatable: false,
    placeholder: options.placeholder ?? (options.default === undefined ? undefined : kind.print(options.default)),
    defaultValue,
    read: (texts) => kind.read(texts[texts.length - 1]),
    print: kind.print,
  };
}

function listOf<T>(kind: Kind<T>, options: RepeatableFlagOptions<T>): Flag<readonly T[]> {
  const defaultValue = options.default ?? [];
  const [first, ...more] = defaultValue.map(kind.print);
  return {
    ...described(options),
    isRepeatable: true,
    placeholder: options.placeholder ?? (first === undefined ? undefined : `${first}${more.length > 0 ? "..." : ""}`),
    defaultValue,
    read: (texts) => texts.map(kind.read),
    print: (values) => values.map(kind.print).join(","),
  };
}

type Described = Pick<Flag<unknown>, "help" | "short" | "isHidden" | "isRequired" | "isSwitch" | "support">;

function described(options: Pick<FlagOptions<unknown>, "help" | "short" | "hidden" | "required" | "support">): Described {
  const { help, short, hidden = false, required = false, support = "full" } = options;
  return { help, short, isHidden: hidden, isRequired: required, isSwitch: false, support };
}

function readInt(text: string): number {
  // Upstream's flags read whole numbers as floats, too: 1e3 and 1_000 are some.
  const value = readNumber(text, "whole number");
  if (!Number.isInteger(value)) throw new RangeError(`not a whole number: ${goQuote(text)}`);
  if (!Number.isSafeInteger(value)) throw new RangeError(`out of range: ${goQuote(text)}`);
  // -0 would be printed as 0 and compare unequal in tests of callers; there is no such whole number.
  return value === 0 ? 0 : value;
}

function readFloat(text: string): number {
  return readNumber(text, "number");
}

function readNumber(text: string, what: string): number {
  const value = parseGoFloat(text);
  if (value === "invalid syntax") throw new RangeError(`not a ${what}: ${goQuote(text)}`);
  if (value === "value out of range") throw new RangeError(`out of range: ${goQuote(text)}`);
  return value;
}
