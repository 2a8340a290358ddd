import { formatDuration, formatGoDuration, parseDuration, parseGoDuration } from "@ferula/durations";
import { compileRegexp, type Regexp } from "@ferula/regexp";
import { invalid, type Field, type JsonSchema } from "./field.ts";
import { BOOLEAN_WORDS, resolvePlain } from "./plain-scalar.ts";
import { secret, SECRET_TEXT, type Secret } from "./secret.ts";
import { describe, resolveScalar, scalarText, type Place, type ScalarText } from "./source.ts";

/** Reads a scalar's text with `parse`, which throws what is wrong. */
export function scalarField<T>(
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
    schema: () => withDefault(schema, print(fallback)),
    print,
  };
}

/** What an editor shows for a field that isn't there. */
export function withDefault(schema: JsonSchema, fallback: unknown): JsonSchema {
  return fallback === undefined ? schema : { ...schema, default: fallback };
}

/** A text without quotes may look like anything. */
export const ANY_SCALAR: JsonSchema = { type: ["string", "number", "boolean", "null"] };

/** Text; numbers and booleans count as the text they are written with. */
export function stringField(fallback: string = ""): Field<string> {
  return scalarField("a string", fallback, ({ text }) => text, ANY_SCALAR, noneIfEmpty);
}

function noneIfEmpty(text: string): string | undefined {
  return text === "" ? undefined : text;
}

/** A text that is never shown. An empty one is none. */
export function secretField(): Field<Secret | undefined> {
  return scalarField<Secret | undefined>(
    "a string",
    undefined,
    ({ text }) => (text === "" ? undefined : secret(text)),
    ANY_SCALAR,
    (value) => (value === undefined ? undefined : SECRET_TEXT),
  );
}

/** A boolean as YAML 1.1 has it: `yes` and `off` too. */
export function booleanField(fallback: boolean): Field<boolean> {
  return scalarField(
    "a bool",
    fallback,
    (scalar, at) => {
      const value = resolveScalar(scalar);
      if (typeof value !== "boolean") throw new Error(`cannot unmarshal ${describe(at)} into a bool`);
      return value;
    },
    // Editors that read YAML 1.2 see the other spellings as texts.
    { enum: [true, false, null, ...BOOLEAN_WORDS] },
  );
}

/** What a number must lie within; both ends count. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** What only YAML 1.1 reads as a number. */
const OLD_NUMBER: JsonSchema = {
  type: "string",
  pattern: "^[-+]?(?:[0-9][0-9a-fA-FxXoOeE_.+-]*_[0-9a-fA-F_.eE+-]*|0[xXoObB][0-9a-fA-F_]+)$",
};

/**
 * A whole number of 64 bits, rounded to what a double holds; hexadecimal, octal (`0o17`, `017`), binary and underscores as YAML 1.1 has
 * them. `1e3` and `5.0` are whole too.
 */
export function integerField(fallback: number, range: NumberRange = {}): Field<number> {
  return scalarField(
    "an integer",
    fallback,
    (scalar, at) => {
      const value = resolveScalar(scalar);
      // Go's yaml package drops a fraction without a word.
      const whole = typeof value === "number" ? Math.trunc(value) : Number.NaN;
      if (!fitsInt64(whole, scalar.text)) throw new Error(`cannot unmarshal ${describe(at)} into an integer`);
      if (whole !== value) at.source.warn(at, `a whole number belongs here: ${describe(at)} counts as ${whole}`);
      return within(whole, range);
    },
    { anyOf: [{ type: ["number", "null"], ...limits(range) }, OLD_NUMBER] },
  );
}

/** Whether 64 bits hold a whole number, which a double may have rounded up. */
function fitsInt64(whole: number, text: string): boolean {
  if (!Number.isFinite(whole)) return false;
  const [, sign, digits] = /^([-+]?)([1-9]\d*|0[xob][\da-f]+)$/i.exec(text.replaceAll("_", "")) ?? [];
  const exact = digits === undefined ? BigInt(whole) : BigInt(digits.toLowerCase()) * (sign === "-" ? -1n : 1n);
  return BigInt.asIntN(64, exact) === exact;
}

/** A number; `.inf` and `.nan` too where there is no range. */
export function numberField(fallback: number, range: NumberRange = {}): Field<number> {
  return scalarField(
    "a number",
    fallback,
    (scalar, at) => {
      const value = resolveScalar(scalar);
      if (typeof value !== "number") throw new Error(`cannot unmarshal ${describe(at)} into a number`);
      return within(value, range);
    },
    { anyOf: [{ type: ["number", "null"], ...limits(range) }, OLD_NUMBER] },
  );
}

function within(value: number, { min = -Infinity, max = Infinity }: NumberRange): number {
  if (value < min) throw new Error(`${value} is too small: the least is ${min}`);
  if (value > max) throw new Error(`${value} is too large: the most is ${max}`);
  if (Number.isNaN(value) && (min !== -Infinity || max !== Infinity)) throw new Error("the number must not be NaN");
  // YAML's -0 is of no use to anybody.
  return value === 0 ? 0 : value;
}

function limits({ min, max }: NumberRange): JsonSchema {
  return { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
}

/** A duration in Prometheus' dialect, such as `1m30s`, in milliseconds. */
export function durationField(fallbackMs: number): Field<number> {
  return scalarField("a duration", fallbackMs, ({ text }) => parseDuration(text), durationSchema(DURATION), formatDuration);
}

/** A duration in Go's dialect, such as `1.5s`, in milliseconds. */
export function goDurationField(fallbackMs: number): Field<number> {
  return scalarField("a duration", fallbackMs, ({ text }) => parseGoDuration(text), durationSchema(GO_DURATION), formatGoDuration);
}

const DURATION = "^(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?$";
const GO_DURATION = "^[-+]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$";

/** Zero needs no unit. */
function durationSchema(pattern: string): JsonSchema {
  return { anyOf: [{ type: "string", pattern }, { enum: [0, "0", "-0", "+0", null] }] };
}

/** One of some words. */
export function enumField<Word extends string>(words: readonly Word[], fallback: Word): Field<Word> {
  return scalarField(
    "a word",
    fallback,
    ({ text }) => {
      const word = words.find((candidate) => candidate === text);
      if (word === undefined) throw new Error(`unknown value "${text}"; there are ${words.filter((one) => one !== "").join(", ")}`);
      return word;
    },
    { enum: [...new Set<unknown>([...words, ...words.map(resolvePlain), null])] },
    noneIfEmpty as (word: Word) => unknown,
  );
}

/** A regular expression; `anchored` ones must match the whole text. */
export function regexpField(fallback: string, { anchored }: { readonly anchored: boolean }): Field<Regexp> {
  return scalarField(
    "a regular expression",
    compileRegexp(fallback, { anchored }),
    ({ text }) => compileRegexp(text, { anchored }),
    ANY_SCALAR,
    ({ pattern }) => pattern,
  );
}

/** The path of a file or folder, seen from the folder of the configuration file. "" is none. */
export function pathField(fallback: string = ""): Field<string> {
  return scalarField("a path", fallback, ({ text }, at) => at.source.joinPath(text), ANY_SCALAR, noneIfEmpty);
}
