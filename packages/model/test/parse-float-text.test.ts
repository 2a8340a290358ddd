import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { formatJsonFloat, parseFloatText } from "../src/index.ts";

test.each([
  ["0x1p-2", 0.25],
  ["1_000", 1000],
  ["1e309", undefined],
  ["1 ", undefined],
])("%j is read as %p", (text, value) => {
  expect(parseFloatText(text)).toBe(value);
});

test("every number is read back from its JSON", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(parseFloatText(formatJsonFloat(value))).toBe(value);
    }),
  );
});
