import { formatDuration, formatGoDuration, parseDuration, parseGoDuration } from "@ferula/durations";
import { compileRegexp, type Regexp } from "@ferula/regexp";
import { invalid, type Field, type JsonSchema } from "./field.ts";
import { secret, SECRET_TEXT, type Secret } from "./secret.ts";
import { describe, scalarText, type Place, type ScalarText } from "./source.ts";

/** Reads a scalar's text with `parse`, which throws what is wrong. */
function scalarField<T>(
  what: string,
  fallback: T,
  parse: (scalar: ScalarText, at: Place) => T,
  schema: JsonSchema,
  print: (value: T) => unknown = (value) => value,
): Field<T> {
  return {
    read(at) {
      if (at.node === undefined) return fallback;
      const scalar = scalarText(at.node);
      if (scalar === undefined) {
        at.source.report(at, `cannot unmarshal ${describe(at)} into ${what}`);
        return invalid();
      }
      try {
        return parse(scalar, at);
      } catch (error) {
        at.source.report(at, (error as Error).message);
        return invalid();
      }
    },
    schema: () => schema,
    print,
  };
}

const ANY_SCALAR: JsonSchema = { type: ["string", "number", "boolean", "null"] };

/** Text; numbers and booleans count as the text they are written with. */
export function stringField(fallback: string = ""): Field<string> {
  return scalarField(
    "a string",
    fallback,
    ({ text }) => text,
    ANY_SCALAR,
    (text) => (text === "" ? undefined : text),
  );
}

/** A text that is never shown. */
export function secretField(): Field<Secret | undefined> {
  return scalarField<Secret | undefined>(
    "a string",
    undefined,
    ({ text }) => secret(text),
    ANY_SCALAR,
    (value) => (value === undefined ? undefined : SECRET_TEXT),
  );
}

const TRUE: ReadonlySet<string> = new Set(["y", "yes", "on", "true"]);
const FALSE: ReadonlySet<string> = new Set(["n", "no", "off", "false"]);

/** A boolean as YAML 1.1 has it: `yes` and `off` too. */
export function booleanField(fallback: boolean): Field<boolean> {
  return scalarField(
    "a bool",
    fallback,
    ({ text, isPlain }) => {
      const word = isCasing(text) ? text.toLowerCase() : "";
      if (isPlain && TRUE.has(word)) return true;
      if (isPlain && FALSE.has(word)) return false;
      throw new Error(`cannot unmarshal "${text}" into a bool`);
    },
    { type: ["boolean", "null"] },
  );
}

/** YAML knows `true`, `True` and `TRUE`, but not `tRUE`. */
function isCasing(text: string): boolean {
  return text === text.toLowerCase() || text === text.toUpperCase() || /^[A-Z][a-z]+$/.test(text);
}

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number; hexadecimal, octal (`0o17`, `017`), binary and underscores as YAML 1.1 has them. */
export function integerField(fallback: number, range: NumberRange = {}): Field<number> {
  return scalarField(
    "an integer",
    fallback,
    ({ text, isPlain }) => {
      const digits = text.replaceAll("_", "");
      const value = /^[+-]?(0|[1-9]\d*|0x[\da-f]+|0b[01]+)$/i.test(digits)
        ? Number(digits.replace(/^\+/, ""))
        : /^[+-]?0o?[0-7]+$/.test(digits)
          ? Number.parseInt(digits.replace("o", ""), 8)
          : Number.NaN;
      if (!isPlain || !Number.isSafeInteger(value)) throw new Error(`cannot unmarshal "${text}" into an integer`);
      return within(value, range);
    },
    { type: ["integer", "null"], ...limits(range) },
  );
}

/** A number. */
export function numberField(fallback: number, range: NumberRange = {}): Field<number> {
  return scalarField(
    "a number",
    fallback,
    ({ text, isPlain }) => {
      if (!isPlain || !/^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?$/i.test(text))
        throw new Error(`cannot unmarshal "${text}" into a number`);
      return within(Number(text.replaceAll("_", "")), range);
    },
    { type: ["number", "null"], ...limits(range) },
  );
}

function within(value: number, { min = -Infinity, max = Infinity }: NumberRange): number {
  if (value < min) throw new Error(`${value} is too small: the least is ${min}`);
  if (value > max) throw new Error(`${value} is too large: the most is ${max}`);
  return value;
}

function limits({ min, max }: NumberRange): JsonSchema {
  return { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
}

/** A duration in Prometheus' dialect, such as `1m30s`, in milliseconds. */
export function durationField(fallbackMs: number): Field<number> {
  return scalarField(
    "a duration",
    fallbackMs,
    ({ text }) => parseDuration(text),
    { type: ["string", "null"], pattern: DURATION },
    formatDuration,
  );
}

const DURATION = "^((([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?|0)$";

/** A duration in Go's dialect, such as `1.5s`, in milliseconds. */
export function goDurationField(fallbackMs: number): Field<number> {
  return scalarField(
    "a duration",
    fallbackMs,
    ({ text }) => parseGoDuration(text),
    { type: ["string", "integer", "null"] },
    formatGoDuration,
  );
}

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

/** A size with a unit in powers of 1024, such as `15MB` or `1MiB`, in bytes. */
export function bytesField(fallback: number): Field<number> {
  return scalarField(
    "a size",
    fallback,
    ({ text }) => {
      const match = /^(\d+(?:\.\d+)?)\s*([KMGTPE]?)(i?)B$/i.exec(text);
      if (text === "0") return 0;
      if (match === null) throw new Error(`"${text}" is not a size such as 15MB`);
      return Number(match[1]) * 1024 ** UNITS.indexOf(`${match[2].toUpperCase()}B`);
    },
    { type: ["string", "integer", "null"] },
    formatBytes,
  );
}

function formatBytes(bytes: number): unknown {
  if (bytes === 0) return undefined;
  let unit = 0;
  let value = bytes;
  while (value % 1024 === 0 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value}${unit === 0 ? "B" : `${UNITS[unit][0]}iB`}`;
}

/** One of some words. */
export function enumField<Word extends string>(words: readonly Word[], fallback: Word): Field<Word> {
  return scalarField(
    "a word",
    fallback,
    ({ text }) => {
      const word = words.find((candidate) => candidate === text);
      if (word === undefined) throw new Error(`unknown value "${text}"; there are ${words.join(", ")}`);
      return word;
    },
    { enum: [...words, null] },
  );
}

/** A regular expression; `anchored` ones must match the whole text. */
export function regexpField(fallback: string, { anchored }: { readonly anchored: boolean }): Field<Regexp> {
  return scalarField(
    "a regular expression",
    compileRegexp(fallback, { anchored }),
    ({ text }) => compileRegexp(text, { anchored }),
    { type: ["string", "number", "boolean", "null"] },
    ({ pattern }) => pattern,
  );
}

/** An absolute http or https URL, as it was written. */
export function urlField(): Field<string | undefined> {
  return scalarField<string | undefined>(
    "a URL",
    undefined,
    ({ text }) => {
      if (!URL.canParse(text)) throw new Error(`"${text}" is not a URL`);
      const { protocol, host } = new URL(text);
      if (protocol !== "http:" && protocol !== "https:") throw new Error(`unsupported scheme "${protocol.slice(0, -1)}" for URL`);
      if (host === "") throw new Error("missing host for URL");
      return text;
    },
    { type: ["string", "null"], format: "uri" },
  );
}

/** The path of a file or folder, seen from the folder of the configuration file. "" is none. */
export function pathField(fallback: string = ""): Field<string> {
  return scalarField(
    "a path",
    fallback,
    ({ text }, at) => at.source.joinPath(text),
    { type: ["string", "null"] },
    (path) => (path === "" ? undefined : path),
  );
}
