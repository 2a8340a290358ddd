import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";

test("the kernel's table is what the method is proved for: cut off, but rounded up from 1e-27 to 1e-1", () => {
  const source = readFileSync(new URL("../assembly/powers-of-ten.ts", import.meta.url), "utf8");
  const rows = [...source.matchAll(/^ {2}0x([0-9a-f]{16}), 0x([0-9a-f]{16}), \/\/ 1e(-?\d+)$/gm)];
  expect(rows.map((row) => Number(row[3]))).toEqual(Array.from({ length: 121 }, (_, i) => i - 60));
  for (const [, high, low, exponent] of rows) expect(BigInt(`0x${high}${low}`)).toBe(significand(Number(exponent)));
});

/** The top 128 bits of 10^exponent. */
function significand(exponent: number): bigint {
  const power = 10n ** BigInt(Math.abs(exponent));
  const shifted = exponent >= 0 ? power << 256n : (1n << 512n) / power;
  const cut = shifted >> BigInt(shifted.toString(2).length - 128);
  return exponent < 0 && exponent >= -27 ? cut + 1n : cut;
}
