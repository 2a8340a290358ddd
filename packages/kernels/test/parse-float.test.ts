import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSharedMemory, loadKernels, parseDecimal } from "../src/index.ts";

const shared = createSharedMemory();
const kernels = loadKernels(shared);
const address = shared.reserve(1024);
const readers = [
  { name: "kernel", isKernel: true, read: (start: number, end: number) => kernels.parseDecimal(start, end) },
  { name: "twin", isKernel: false, read: (start: number, end: number) => parseDecimal(shared.u8, start, end) },
];

/** Writes `text` to `address` and returns where it ends. */
function put(text: string): number {
  // Digits behind the text show whether a reader goes past its end.
  shared.u8.fill(0x39, address, address + 64);
  const bytes = Buffer.from(text, "latin1");
  shared.u8.set(bytes, address);
  return address + bytes.length;
}

const plain = "0 -0 +0 1 -1 +7 007 1. .5 0.1 -0.25 1e3 1E+3 1e-5 840923.79 1.853952e+06 123456789012345 0.000001 1e22 -1e-22 0e0".split(
  " ",
);
const long = [
  "9007199254740993",
  "9007199254740992.5",
  "1844674407370955161",
  "0.30000000000000004",
  "1.7976931348623157e+40",
  "1e23",
  "8.5e22",
  "1e60",
  "1e-60",
  "1234567890.123456789",
  "9223372036854775807",
  "4503599627370496.5",
  "9007199254740991.499",
];
const undecided = [
  "",
  "+",
  "-",
  ".",
  "e5",
  "1e",
  "1e+",
  "1_0",
  "0x10",
  "0x1p-2",
  "NaN",
  "Inf",
  "+Inf",
  "-Inf",
  "1 ",
  " 1",
  "1.2.3",
  "--1",
  "1e5x",
];

describe.each(readers)("$name", ({ read, isKernel }) => {
  test.each(plain)("decides %s", (text) => {
    expect(read(address, put(text))).toBe(Number(text));
  });
  test.each(undecided)("leaves %j to others", (text) => {
    expect(read(address, put(text))).toBeNaN();
  });
  test.each(["12345678901234567890", "1e61", "1e-61", "1e99999"])("leaves %s, which it can't be sure of, to others", (text) => {
    expect(read(address, put(text))).toBeNaN();
  });
  test.each(long)("rounds %s rightly or leaves it to others", (text) => {
    const value = read(address, put(text));
    if (isKernel || !Number.isNaN(value)) expect(value).toBe(Number(text));
  });
  test("never rounds wrongly", () => {
    const written = fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .chain((x) =>
        fc.constantFrom(String(x), x.toExponential(18), x.toPrecision(15), x.toPrecision(17), Math.abs(x) < 1e20 ? x.toFixed(3) : "1"),
      );
    const digits = fc
      .tuple(fc.bigInt({ min: 0n, max: 9999999999999999999n }), fc.integer({ min: -65, max: 65 }))
      .map(([m, e]) => `${m}e${e}`);
    fc.assert(
      fc.property(fc.oneof(written, digits), (text) => {
        const value = read(address, put(text));
        return Number.isNaN(value) || Object.is(value, Number(text));
      }),
      { numRuns: 5000 },
    );
  });
});

test("the kernel decides what monitoring writes: the shortest text of doubles up to 1e18", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-30, max: 1e18, noNaN: true }), (x) => kernels.parseDecimal(address, put(String(x))) === x),
    { numRuns: 3000 },
  );
});
