import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  FLOAT_BYTES,
  formatFixed,
  formatFloat,
  formatFloatE,
  formatFloatF,
  formatJsonFloat,
  formatOpenMetricsFloat,
  parseFloatText,
  writeFloat,
} from "../src/index.ts";

const floats = readFileSync(new URL("golden/floats.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");

test("numbers are printed as Go prints them, in every form, and read back", () => {
  const bytes = new Uint8Array(FLOAT_BYTES + 2);
  for (const line of floats) {
    const [bits, g, json, e, f] = line.split(" ").map((text, _, texts) => (text === "=" ? texts[1] : text));
    const value = fromBits(bits);
    const end = writeFloat(value, bytes, 1);
    expect({
      bits,
      g: formatFloat(value),
      written: Buffer.from(bytes.subarray(1, end)).toString("latin1"),
      json: formatJsonFloat(value),
      e: formatFloatE(value),
      f: f === "?" ? f : formatFloatF(value),
    }).toEqual({ bits, g, written: g, json, e, f });
    expect(parseFloatText(g)).toBe(value);
  }
});

function fromBits(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

test("every number is written byte by byte as its text, within the room that is named", () => {
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.integer()), (value) => {
      const bytes = new Uint8Array(FLOAT_BYTES + 1);
      const end = writeFloat(value, bytes, 1);
      expect(end).toBeLessThanOrEqual(FLOAT_BYTES + 1);
      expect(Buffer.from(bytes.subarray(1, end)).toString("latin1")).toBe(formatFloat(value));
    }),
  );
});

test.each([
  { value: 1, want: "1.0" },
  { value: 0, want: "0.0" },
  { value: -0, want: "0.0" },
  { value: -3, want: "-3.0" },
  { value: 0.25, want: "0.25" },
  { value: 1e6, want: "1e+06" },
  { value: Infinity, want: "+Inf" },
  { value: NaN, want: "NaN" },
])("OpenMetrics writes $want", ({ value, want }) => {
  expect(formatOpenMetricsFloat(value)).toBe(want);
});

test.each([
  { value: 0.0078125, places: 6, want: "0.007812", why: "half goes to the even digit" },
  { value: 0.0234375, places: 6, want: "0.023438", why: "up as well as down" },
  { value: 1.005, places: 2, want: "1.00", why: "what counts is the double, not its short text" },
  { value: 1e23, places: 0, want: "99999999999999991611392", why: "large numbers have all their digits" },
  { value: -0, places: 1, want: "-0.0", why: "zero keeps its sign" },
  { value: 5e-324, places: 6, want: "0.000000", why: "the smallest number is far below" },
  { value: -Infinity, places: 6, want: "-Inf", why: "infinities have names" },
])("$why: $want", ({ value, places, want }) => {
  expect(formatFixed(value, places)).toBe(want);
});

test.each([
  { value: 999_999, want: "999999" },
  { value: 1e6, want: "1e+06" },
  { value: 1_853_952, want: "1.853952e+06" },
  { value: 840_923.79, want: "840923.79" },
  { value: 0.0001, want: "0.0001" },
  { value: 0.00007, want: "7e-05" },
  { value: -1e-7, want: "-1e-07" },
  { value: 1e100, want: "1e+100" },
])("the exposition writes $want", ({ value, want }) => {
  expect(formatFloat(value)).toBe(want);
});

test.each([
  { value: 999_999_999_999_999_900_000, want: "999999999999999900000" },
  { value: 1e21, want: "1e+21" },
  { value: 0.000001, want: "0.000001" },
  { value: 9.99e-7, want: "9.99e-07" },
  { value: -0, want: "-0" },
  { value: 0, want: "0" },
  { value: Infinity, want: "+Inf" },
  { value: -Infinity, want: "-Inf" },
  { value: NaN, want: "NaN" },
])("the JSON of the API writes $want", ({ value, want }) => {
  expect(formatJsonFloat(value)).toBe(want);
});
