/** What a scalar without quotes stands for. */
export type PlainScalar = null | boolean | number | string;

const NULLS: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);
const TRUE: ReadonlySet<string> = new Set("y Y yes Yes YES true True TRUE on On ON".split(" "));
const FALSE: ReadonlySet<string> = new Set("n N no No NO false False FALSE off Off OFF".split(" "));
const INFINITE: ReadonlySet<string> = new Set([".inf", ".Inf", ".INF"]);
const NOT_A_NUMBER: ReadonlySet<string> = new Set([".nan", ".NaN", ".NAN"]);

/**
 * Reads a scalar without quotes as Go's yaml package does, version 2, which upstream's files are written for: YAML 1.1 with `yes` and
 * `off` as booleans, `017`, `0o17`, `0x1F` and `0b11` as integers, underscores within numbers, but no sexagesimal numbers and no
 * timestamps. Integers that a double can't hold are rounded.
 */
export function resolvePlain(text: string): PlainScalar {
  if (NULLS.has(text)) return null;
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  return resolveNumber(text) ?? text;
}

/** Every spelling of a boolean, for schemas. */
export const BOOLEAN_WORDS: readonly string[] = [...TRUE, ...FALSE];

/** What `resolvePlain` makes of a text, by the name of its tag in YAML. */
export function plainKind(text: string): "null" | "bool" | "int" | "float" | "str" {
  const value = resolvePlain(text);
  if (value === null) return "null";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  return /^[-+]?(?:0[xbo]|[\d_]+$)/i.test(text) ? "int" : "float";
}

/** A hexadecimal, octal or binary number from here on is a text: 64 bits don't hold it. */
const BASE_NUMBER_END = 2n ** 64n;

function resolveNumber(text: string): number | undefined {
  const first = text.charCodeAt(0);
  const isSigned = first === 0x2b || first === 0x2d;
  if (!isSigned && first !== 0x2e && (first < 0x30 || first > 0x39)) return undefined;
  const unsigned = isSigned ? text.slice(1) : text;
  const sign = first === 0x2d ? -1 : 1;
  if (INFINITE.has(unsigned)) return sign * Infinity;
  if (NOT_A_NUMBER.has(text)) return Number.NaN;
  const digits = unsigned.replaceAll("_", "");
  if (/^0[0-7]+$/.test(digits)) return sign * Number.parseInt(digits, 8);
  if (/^0(?:x[\da-f]+|b[01]+|o[0-7]+)$/i.test(digits))
    return BigInt(digits.toLowerCase()) < BASE_NUMBER_END ? sign * Number(digits) : undefined;
  if (!/^(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i.test(digits)) return undefined;
  return Number.isFinite(Number(digits)) ? sign * Number(digits) : undefined;
}
