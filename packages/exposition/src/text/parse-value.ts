import { Buffer } from "node:buffer";
import { parseGoFloat } from "@ferula/durations";
import { parseDecimal } from "@ferula/kernels";
import { parseFloatText } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import { quoteBytes } from "./quote-bytes.ts";

/** In hexadecimal and underscored numbers, which Go reads, but its formats do not have. */
const UNSUPPORTED = /[pP_]/;

/**
 * Reads a sample's value as Go's ParseFloat does, without the hexadecimal and underscored forms that the format keeps out; `undefined`
 * when the bytes are no number, or one too large for a double.
 * Fifteen digits and small exponents, which nearly every sample has, cost some tens of nanoseconds and allocate nothing.
 */
export function parseValue(bytes: Uint8Array, start: number, stop: number): number | undefined {
  const value = parseDecimal(bytes, start, stop);
  return value === value ? value : parseUnusual(latin1(bytes, start, stop));
}

/** As `parseValue`, of a text: quantiles, bucket bounds. */
export function parseValueText(text: string): number | undefined {
  return parseUnusual(text);
}

/**
 * The error for what `parseValue` finds to be no number, in upstream's words: of the line that starts at `lineStart`, of a text that ends
 * at `end`.
 */
export function noNumber(bytes: Uint8Array, lineStart: number, valueStart: number, valueEnd: number, end: number): ExpositionError {
  const line = quoteBytes(bytes, lineStart, valueEnd, end);
  const text = latin1(bytes, valueStart, valueEnd);
  if (UNSUPPORTED.test(text)) return new ExpositionError(0, `unsupported character in float while parsing: ${line}`);
  const quoted = quoteBytes(bytes, valueStart, valueEnd, end);
  return new ExpositionError(0, `strconv.ParseFloat: parsing ${quoted}: ${parseGoFloat(text)} while parsing: ${line}`);
}

function latin1(bytes: Uint8Array, start: number, stop: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString("latin1");
}

function parseUnusual(text: string): number | undefined {
  return UNSUPPORTED.test(text) ? undefined : parseFloatText(text);
}
