import { formatFloat } from "./number-text.ts";

/** The most bytes that `writeFloat` writes, with room to spare. */
export const FLOAT_TEXT_BYTES: number = 32;

/**
 * Writes `formatFloat(value)` to `bytes` from `position`, where there must be room for FLOAT_TEXT_BYTES; returns the position after it.
 * The kernels write the JSON form.
 */
export function writeFloat(bytes: Uint8Array, position: number, value: number): number {
  if (value > 0 && value < 1e6 && (value | 0) === value) return writeInteger(bytes, position, value);
  const text = formatFloat(value);
  for (let i = 0; i < text.length; i++) bytes[position + i] = text.charCodeAt(i);
  return position + text.length;
}

/** Writes the digits of an integer from 0 to 2^31 - 1. */
function writeInteger(bytes: Uint8Array, position: number, value: number): number {
  let end = position + 1;
  for (let rest = value; rest >= 10; rest = (rest / 10) | 0) end++;
  let rest = value;
  for (let i = end - 1; i >= position; i--) {
    const next = (rest / 10) | 0;
    bytes[i] = 0x30 + rest - next * 10;
    rest = next;
  }
  return end;
}
