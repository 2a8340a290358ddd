import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatGoDuration, parseGoDuration } from "../src/index.ts";

/** The time that this process has computed, in milliseconds: a machine that is busy with others does not make it longer. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe("parseGoDuration", () => {
  test.each([
    ["0", 0],
    ["-0", 0],
    ["1.5h", 5_400_000],
    ["1m20s", 80_000],
    [".5s", 500],
    ["1.s", 1000],
    ["-1.5s", -1500],
    ["+2s", 2000],
    ["1s1s", 2000],
    ["100ms", 100],
    ["1us", 0.001],
    ["1\u00b5s", 0.001],
    ["1\u03bcs", 0.001],
    ["1ns", 0.000001],
    ["0.5ns", 0],
    ["1.0000000001s", 1000],
    ["0.100000000000000000000h", 360_000],
    ["0.3333333333333333333h", 1_200_000],
    ["1.99999999999999999999s", 2000],
    ["0.9223372036854775808h", 3_320_413.933267],
  ])("%s is %d ms", (text, ms) => {
    expect(parseGoDuration(text)).toBe(ms);
  });

  test("the largest and the smallest are int64 nanoseconds", () => {
    expect(parseGoDuration("2562047h47m16.854775807s")).toBeCloseTo(9_223_372_036_854.775, 2);
    expect(parseGoDuration("-9223372036854775808ns")).toBeCloseTo(-9_223_372_036_854.775, 2);
  });

  test.each([
    ["", 'time: invalid duration ""'],
    ["+", 'time: invalid duration "+"'],
    [".", 'time: invalid duration "."'],
    ["x", 'time: invalid duration "x"'],
    ["1", 'time: missing unit in duration "1"'],
    ["1h2", 'time: missing unit in duration "1h2"'],
    ["1d", 'time: unknown unit "d" in duration "1d"'],
    ["1h-1m", 'time: unknown unit "h-" in duration "1h-1m"'],
    ["1e3s", 'time: unknown unit "e" in duration "1e3s"'],
    ["1\u00e9", 'time: unknown unit "\\xc3\\xa9" in duration "1\\xc3\\xa9"'],
    ['a"b\\c', 'time: invalid duration "a\\"b\\\\c"'],
    ["3000000h", 'time: invalid duration "3000000h"'],
    ["9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'],
    ["-9223372036854775809ns", 'time: invalid duration "-9223372036854775809ns"'],
    ["2562047h47m16.854775808s", 'time: invalid duration "2562047h47m16.854775808s"'],
  ])("refuses %j in Go's words", (text, message) => {
    expect(() => parseGoDuration(text)).toThrow(expect.objectContaining({ name: "RangeError", message }));
  });

  test("days and weeks are read only where they are asked for", () => {
    expect(parseGoDuration("1w2d1h", { daysAndWeeks: true })).toBe(9 * 86_400_000 + 3_600_000);
    expect(() => parseGoDuration("1w")).toThrow('unknown unit "w"');
  });
});

describe("formatGoDuration", () => {
  test.each([
    [0, "0s"],
    [0.0000001, "0s"],
    [0.000001, "1ns"],
    [0.0015, "1.5\u00b5s"],
    [100, "100ms"],
    [1.5, "1.5ms"],
    [1500, "1.5s"],
    [90_000, "1m30s"],
    [300_000, "5m0s"],
    [5_400_000, "1h30m0s"],
    [86_400_000 * 5, "120h0m0s"],
    [-1500, "-1.5s"],
    [3_600_000.001, "1h0m0.000001s"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatGoDuration(ms)).toBe(text);
  });

  test.each([Number.NaN, Infinity])("refuses %d", (ms) => {
    expect(() => formatGoDuration(ms)).toThrow(RangeError);
  });

  test("whole microseconds are read back as they were, over years", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 51), max: 2 ** 51 }), (micros) => {
        const ms = micros / 1000;
        expect(parseGoDuration(formatGoDuration(ms))).toBeCloseTo(ms, 2);
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: -9_223_372_036_854, max: 9_223_372_036_854 }),
        (ms) => parseGoDuration(formatGoDuration(ms)) === (ms === 0 ? 0 : ms),
      ),
    );
  });
});

test("a number of a million digits is read or refused without reckoning with it", () => {
  expect(parseGoDuration(`${"0".repeat(1_000_000)}1.${"0".repeat(1_000_000)}s`)).toBe(1000);
  expect(() => parseGoDuration(`${"9".repeat(1_000_000)}s`)).toThrow("time: invalid duration");
});

test.each([
  { what: "millions of digits", text: `${"1".repeat(20_000_000)}s`, want: "invalid duration" },
  { what: "millions of zeros in front", text: `${"0".repeat(20_000_000)}1s`, want: 1000 },
  { what: "millions of digits in a fraction", text: `0.${"5".repeat(20_000_000)}s`, want: 555.555555 },
])("$what don't become a number", ({ text, want }) => {
  const startMs = cpuMs();
  if (typeof want === "number") expect(parseGoDuration(text)).toBe(want);
  else expect(() => parseGoDuration(text)).toThrow(want);
  // To make a number of them takes many seconds; the bound is no measure of speed.
  expect(cpuMs() - startMs).toBeLessThan(4000);
});
