import { formatFloat } from "./number-text.ts";

/** Room that `writeFloat` may need: a sign, 17 digits, a point, and `0.000` or an exponent of four characters in front or behind. */
export const FLOAT_BYTES: number = 24;

/** Writes `formatFloat(value)` to `out` from `at` on, as ASCII; returns the index behind it. */
export function writeFloat(value: number, out: Uint8Array, at: number): number {
  // Fast path: most samples are counts, and below a million they are plain digits. -0 is not one of them.
  if (value > 0 && value < 1e6 && (value | 0) === value) return writeCount(value, out, at);
  const text = formatFloat(value);
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}

function writeCount(count: number, out: Uint8Array, at: number): number {
  let end = at + 1;
  for (let limit = 10; count >= limit; limit *= 10) end++;
  let rest = count;
  for (let i = end - 1; i >= at; i--) {
    const tenth = (rest / 10) | 0;
    out[i] = 48 + rest - tenth * 10;
    rest = tenth;
  }
  return end;
}
