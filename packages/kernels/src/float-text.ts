/** The longest text that `writeJsonFloat` writes, with room to spare. */
export const JSON_FLOAT_BYTES = 32;

const ZERO = 48;

/**
 * Writes a number as the JSON of the HTTP API has it (util/jsonutil): the shortest digits that read back to the same double, with an
 * exponent of at least two digits below 1e-6 and from 1e21 on, and `NaN`, `+Inf`, `-Inf`, `-0`. Returns the index behind the text.
 */
export function writeJsonFloat(value: number, out: Uint8Array, at: number): number {
  // Fast path: small whole numbers need no string. Of the two zeros only the positive one may go this way.
  if (value >= 0 && value <= 0x7fffffff && (value | 0) === value && (value !== 0 || 1 / value > 0)) return writeWhole(value, out, at);
  return writeAscii(jsonFloatText(value), out, at);
}

function jsonFloatText(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  if (value === 0) return "-0";
  const text = String(value);
  const size = Math.abs(value);
  // JavaScript goes over to exponents at 1e21 as Go's rule does, but only below 1e-6; its exponents may have one digit.
  return size < 1e-6 || size >= 1e21 ? text.replace(/e([+-])(\d)$/, "e$10$2") : text;
}

function writeWhole(value: number, out: Uint8Array, at: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  let rest = value;
  for (let i = at + count - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    out[i] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return at + count;
}

function writeAscii(text: string, out: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}
