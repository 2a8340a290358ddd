import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { formatGoFloat, formatGoFloatE, formatGoFloatF, parseGoFloat } from "../src/index.ts";

/** The time that this process has computed, in milliseconds: a machine that is busy with others does not make it longer. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

test.each([
  { text: "0x1p-2", want: 0.25, why: "hexadecimal" },
  { text: "-0X1.8P+1", want: -3, why: "hexadecimal in capitals" },
  { text: "0x.8p1", want: 1, why: "hexadecimal without a whole part" },
  { text: "0x1.fffffffffffff7fffp1023", want: Number.MAX_VALUE, why: "hexadecimal rounded down to the largest number" },
  { text: "0x1.8p-1075", want: 5e-324, why: "hexadecimal rounded up to the smallest number" },
  { text: "0x1p-1075", want: 0, why: "half of the smallest number, a tie to even" },
  { text: "0x0p99999999999999999999", want: 0, why: "a zero with any exponent" },
  { text: "0x1p-99999999999999", want: 0, why: "an exponent too small" },
  { text: "1e-99999999999999", want: 0, why: "a decimal exponent too small" },
  { text: "1.", want: 1, why: "no digits behind the point" },
  { text: ".5", want: 0.5, why: "no digits before the point" },
  { text: "+1E+5", want: 100_000, why: "signs" },
  { text: "-0", want: -0, why: "a negative zero" },
  { text: "Inf", want: Infinity, why: "Inf" },
  { text: "+inf", want: Infinity, why: "+inf" },
  { text: "-iNFinity", want: -Infinity, why: "infinity in any case" },
  { text: "1_0", want: 10, why: "an underscore between digits" },
  { text: "0_0.5_0e1_0", want: 5e9, why: "underscores between the digits of every part" },
  { text: "0x_1_0.8_0p0", want: 16.5, why: "underscores behind the prefix and in hexadecimal digits" },
  { text: "0x1p1_0", want: 1024, why: "an underscore in a binary exponent" },
  { text: "nAn", want: NaN, why: "NaN in any case" },
])("$why is read: $text", ({ text, want }) => {
  expect(parseGoFloat(text)).toBe(want);
});

test.each([
  "",
  " ",
  "1 ",
  " 1",
  "1\n",
  "1,5",
  ".",
  "+",
  "1e",
  "1e+",
  "_1",
  "1_",
  "1__0",
  "1._0",
  "1_.0",
  "1_e1",
  "1e_1",
  "0x_p1",
  "0x1_p1",
  "0_x1p0",
  "0x1._8p0",
  "i_nf",
  "0x1",
  "0xp1",
  "0x.p1",
  "0b1",
  "0o7",
  "1f",
  "+nan",
  "-NaN",
  "infinit",
  "Infx",
  "１",
  "--1",
  "1e1.5",
  "__proto__",
])("%j is no number", (text) => {
  expect(parseGoFloat(text)).toBe("invalid syntax");
});

test.each(["1e309", "-1e309", "1_0e3_0_9", "0x1p1024", "0x1.fffffffffffff8p1023", "0x1p99999999999"])("%s is too large", (text) => {
  expect(parseGoFloat(text)).toBe("value out of range");
});

// Where digits can be split in several ways, such a text takes hours; the bound is no measure of speed.
test.each([
  ["decimal digits", `${"1".repeat(1 << 20)}x`],
  ["decimal digits on both sides of the point", `${"1".repeat(1 << 19)}.${"1".repeat(1 << 19)}x`],
  ["an exponent's digits", `1e${"1".repeat(1 << 20)}x`],
  ["hexadecimal digits", `0x${"a".repeat(1 << 20)}x`],
  ["hexadecimal digits on both sides of the point", `0x${"a".repeat(1 << 19)}.${"a".repeat(1 << 19)}x`],
  ["digits with underscores", `${"1_".repeat(1 << 19)}x`],
])("a megabyte of %s and a letter is refused in one pass", (_what, text) => {
  const startMs = cpuMs();
  expect(parseGoFloat(text)).toBe("invalid syntax");
  expect(cpuMs() - startMs).toBeLessThan(3000);
});

test("every number is read back from each of its texts", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      for (const format of [formatGoFloat, formatGoFloatE, formatGoFloatF]) expect(parseGoFloat(format(value))).toBe(value);
    }),
  );
});

test.each([
  [0, "0"],
  [-0, "-0"],
  [123_456, "123456"],
  [1_234_567.5, "1.2345675e+06"],
  [123_456_789, "1.23456789e+08"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [-1e-7, "-1e-07"],
  [1e100, "1e+100"],
  [Number.NaN, "NaN"],
  [Infinity, "+Inf"],
  [-Infinity, "-Inf"],
])("%d is written %s", (value, text) => {
  expect(formatGoFloat(value)).toBe(text);
});
