import { goQuote, parseDuration } from "@ferula/durations";
import type { DurationExpr, NumberLiteral } from "./ast.ts";

/** The value of a number token, or why it has none. */
export type NumberReading = { readonly value: number } | { readonly problem: string };

const hexadecimal = /^0[xX](?:_?[0-9a-fA-F])+$/;
const octal = /^0(?:_?[0-7])+$/;
const decimal = /^(?:[0-9](?:_?[0-9])*)?\.?(?:[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/;
const LARGEST_INT64 = (1n << 63n) - 1n;

/**
 * Reads a number as upstream does: first as a Go integer (so that `017` is octal), then as a float. Problems are worded as Go's strconv
 * words them.
 */
export function readNumber(text: string): NumberReading {
  const lower = text.toLowerCase();
  if (lower === "inf") return { value: Number.POSITIVE_INFINITY };
  if (lower === "nan") return { value: Number.NaN };
  const digits = text.replaceAll("_", "");
  if (hexadecimal.test(text) || octal.test(text)) {
    const integer = BigInt(hexadecimal.test(text) ? digits : `0o${digits.slice(1)}`);
    if (integer <= LARGEST_INT64) return { value: Number(integer) };
  }
  if (!decimal.test(text) || !/[0-9]/.test(text)) return strconvProblem(text, "invalid syntax");
  const value = Number(digits);
  return Number.isFinite(value) ? { value } : strconvProblem(text, "value out of range");
}

/** Reads a duration token as seconds, in the two steps in which Go does, so that the last bit is the same. */
export function readDuration(text: string): NumberReading {
  let ms: number;
  try {
    ms = parseDuration(text);
  } catch (error) {
    return { problem: (error as RangeError).message };
  }
  return { value: Math.trunc(ms / 1000) + (ms % 1000) / 1000 };
}

/** Whether a number of seconds does not fit upstream's 64-bit nanoseconds. NaN passes, and becomes the smallest of them. */
export function isDurationOutOfRange(seconds: number): boolean {
  return Math.abs(seconds) > LARGEST_DURATION_SECONDS;
}

const LARGEST_DURATION_SECONDS = 2 ** 63 / 1e9;
const SMALLEST_DURATION_MS = -Math.trunc(2 ** 63 / 1e6);

/**
 * Whole milliseconds of a number of seconds. Upstream rounds to nanoseconds and cuts what is below a millisecond; NaN is the smallest
 * 64-bit integer, which is what x86 makes of it.
 */
export function secondsToMs(seconds: number): number {
  if (Number.isNaN(seconds)) return SMALLEST_DURATION_MS;
  const nanoseconds = Math.round(Math.abs(seconds) * 1e9);
  const ms = Math.trunc(nanoseconds / 1e6);
  return seconds < 0 && ms !== 0 ? -ms : ms;
}

/**
 * A step or offset that comes to 0 ms but is not zero, as an expression: it stands there, is printed (`0s` or `-0s`), and no second one
 * may follow. Undefined for any other.
 */
export function belowMillisecond(literal: NumberLiteral): DurationExpr | undefined {
  if (Math.round(Math.abs(literal.value) * 1e9) === 0 || secondsToMs(literal.value) !== 0) return undefined;
  return { kind: "duration_unary", op: "+", operand: { ...literal, isDuration: true }, wrapped: false, pos: literal.pos };
}

function strconvProblem(text: string, problem: string): NumberReading {
  return { problem: `error parsing number: strconv.ParseFloat: parsing ${goQuote(text)}: ${problem}` };
}
