import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { formatFloat } from "../src/index.ts";

const double = fc.double({ noNaN: true, noDefaultInfinity: true });

test("shortest forms read back as the same number", () => {
  fc.assert(
    fc.property(double, (value) => {
      for (const verb of ["e", "f", "g"] as const) expect(Number(formatFloat(value, verb, -1))).toBe(value);
    }),
  );
});

test("17 significant digits read back as the same number", () => {
  fc.assert(
    fc.property(double, (value) => {
      expect(Number(formatFloat(value, "e", 16))).toBe(value);
      expect(Number(formatFloat(value, "g", 17))).toBe(value);
    }),
  );
});

test.each([
  { value: 2.5, verb: "f", precision: 0, want: "2", why: "an exact half goes to the even neighbour" },
  { value: 3.5, verb: "f", precision: 0, want: "4", why: "an exact half goes to the even neighbour" },
  { value: 0.05, verb: "f", precision: 1, want: "0.1", why: "a double just above the half goes up" },
  { value: 9.995e-5, verb: "g", precision: 2, want: "0.0001", why: "rounding may carry into a plain form" },
  { value: 5e-324, verb: "g", precision: -1, want: "5e-324", why: "the smallest double" },
  { value: 1e23, verb: "f", precision: 0, want: "99999999999999991611392", why: "large numbers are exact" },
  { value: 0, verb: "e", precision: -1, want: "0e+00", why: "zero has one digit" },
  { value: -0, verb: "g", precision: -1, want: "-0", why: "negative zero keeps its sign" },
] as const)("$value as %$verb: $why", ({ value, verb, precision, want }) => {
  expect(formatFloat(value, verb, precision)).toBe(want);
});
