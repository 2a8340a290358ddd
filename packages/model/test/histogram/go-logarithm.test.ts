import { expect, test } from "@jest/globals";
import { exp2, log2 } from "../../src/histogram/go-logarithm.ts";
import { fromBits, goldenLines } from "./golden.ts";

test.each(goldenLines("golden/logarithms.txt"))("log2 and exp2 are Go's to the bit: %s", (line) => {
  const [x, logarithm, y, power] = line.split(" ").map(fromBits);
  expect(log2(x)).toBe(logarithm);
  expect(exp2(y)).toBe(power);
});

test.each([
  { exponent: 1023, power: 2 ** 1023 },
  { exponent: -1074, power: Number.MIN_VALUE },
  { exponent: 0, power: 1 },
])("2^$exponent is exact, and so is its logarithm", ({ exponent, power }) => {
  expect(exp2(exponent)).toBe(power);
  expect(log2(power)).toBe(exponent);
});

test("beyond the doubles are zero and infinity", () => {
  expect([exp2(-1075), exp2(1024), exp2(-Infinity), exp2(Infinity)]).toEqual([0, Infinity, 0, Infinity]);
});
