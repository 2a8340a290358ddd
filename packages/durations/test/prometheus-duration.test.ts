import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatDuration, parseDuration, parseSignedDuration } from "../src/index.ts";

/** The time that this process has computed, in milliseconds: a machine that is busy with others does not make it longer. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const day = 86_400_000;

describe("parseDuration", () => {
  test.each([
    ["0", 0],
    ["0s", 0],
    ["1ms", 1],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["90d", 90 * day],
    ["1y2w3d4h5m6s7ms", 365 * day + 17 * day + 4 * 3_600_000 + 5 * 60_000 + 6007],
    ["007s", 7000],
    ["292y", 292 * 365 * day],
    ["9223372036854ms", 9_223_372_036_854],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ["", "empty duration string"],
    ["5", 'not a valid duration string: "5"'],
    ["5h5", 'not a valid duration string: "5h5"'],
    [" 1h", 'not a valid duration string: " 1h"'],
    ["-1h", 'not a valid duration string: "-1h"'],
    ["1h1h", 'not a valid duration string: "1h1h"'],
    ["1m1h", 'not a valid duration string: "1m1h"'],
    ["1\n", 'unknown unit "\\n" in duration "1\\n"'],
    ["1x", 'unknown unit "x" in duration "1x"'],
    ["1.5h", 'unknown unit "." in duration "1.5h"'],
    ["1\u00e9", 'unknown unit "\u00e9" in duration "1\u00e9"'],
    ["1__proto__", 'unknown unit "__proto__" in duration "1__proto__"'],
    ["293y", "duration out of range"],
    ["9223372036855ms", "duration out of range"],
    ["99999999999999999999s", 'not a valid duration string: "99999999999999999999s"'],
    ["18446744073709551615ms", "duration out of range"],
    ["18446744073709551616ms", 'not a valid duration string: "18446744073709551616ms"'],
  ])("refuses %j in upstream's words", (text, message) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ name: "RangeError", message }));
  });
});

describe("formatDuration", () => {
  test.each([
    [0, "0s"],
    [0.9, "0s"],
    [1, "1ms"],
    [1500, "1s500ms"],
    [300_000, "5m"],
    [5_400_000, "1h30m"],
    [90 * day, "90d"],
    [14 * day, "2w"],
    [365 * day, "1y"],
    [365 * day + 1, "365d1ms"],
    [-5_400_000, "-1h30m"],
    [9_223_372_036_854, "106751d23h47m16s854ms"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test("what is printed is read back as the same milliseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_223_372_036_854, max: 9_223_372_036_854 }), (ms) => {
        expect(parseSignedDuration(formatDuration(ms))).toBe(ms === 0 ? 0 : ms);
      }),
    );
  });
});

describe("parseSignedDuration", () => {
  test.each([
    ["5m", 300_000],
    ["-5m", -300_000],
    ["-0", 0],
  ])("%s is %d ms", (text, ms) => {
    expect(parseSignedDuration(text)).toBe(ms);
  });

  test.each([
    ["-", "empty duration string"],
    ["--1m", 'not a valid duration string: "-1m"'],
    ["+1m", 'not a valid duration string: "+1m"'],
  ])("refuses %j in upstream's words", (text, message) => {
    expect(() => parseSignedDuration(text)).toThrow(expect.objectContaining({ name: "RangeError", message }));
  });
});

test("a number of a million digits is read or refused without reckoning with it", () => {
  expect(parseDuration(`${"0".repeat(1_000_000)}1s`)).toBe(1000);
  expect(() => parseDuration(`${"9".repeat(1_000_000)}s`)).toThrow("not a valid duration string");
});

test("millions of digits are refused by their number, not by their value", () => {
  const text = `${"1".repeat(20_000_000)}s`;
  const startMs = cpuMs();
  expect(() => parseDuration(text)).toThrow("not a valid duration string");
  // To make a number of them takes many seconds; the bound is no measure of speed.
  expect(cpuMs() - startMs).toBeLessThan(4000);
});
