import { Buffer } from "node:buffer";
import { parseDecimal } from "@ferula/kernels";
import { parseFloatText } from "@ferula/model";

/**
 * Reads a sample's value as Go's ParseFloat does, without the hexadecimal and underscored forms that the format keeps out; `undefined`
 * when the bytes are no number, or one too large for a double.
 * Fifteen digits and small exponents, which nearly every sample has, cost some tens of nanoseconds and allocate nothing.
 */
export function parseValue(bytes: Uint8Array, start: number, stop: number): number | undefined {
  const value = parseDecimal(bytes, start, stop);
  return value === value ? value : parseUnusual(Buffer.from(bytes.buffer, bytes.byteOffset + start, stop - start).toString("latin1"));
}

/** As `parseValue`, of a text: quantiles, bucket bounds. */
export function parseValueText(text: string): number | undefined {
  return parseUnusual(text);
}

function parseUnusual(text: string): number | undefined {
  return /[pP_]/.test(text) ? undefined : parseFloatText(text);
}
