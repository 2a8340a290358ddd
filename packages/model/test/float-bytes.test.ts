import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { FLOAT_TEXT_BYTES, formatFloat, writeFloat } from "../src/index.ts";

function written(value: number): string {
  const bytes = new Uint8Array(FLOAT_TEXT_BYTES + 3).fill(0x21);
  const end = writeFloat(bytes, 2, value);
  expect([bytes[0], bytes[1], bytes[end]]).toEqual([0x21, 0x21, 0x21]);
  return String.fromCharCode(...bytes.subarray(2, end));
}

test.each([0, -0, 1, 9, 10, 99, 100, 999_999, 1e6, 1.5, -1, -1.7976931348623157e308, 5e-324, Infinity, -Infinity, NaN])(
  "the bytes of %d are its text",
  (value) => {
    expect(written(value)).toBe(formatFloat(value));
  },
);

test("the bytes of any number are its text, and stay within the room", () => {
  fc.assert(fc.property(fc.oneof(fc.double(), fc.integer()), (value) => expect(written(value)).toBe(formatFloat(value))));
});
