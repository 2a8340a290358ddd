import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatRfc3339, formatRfc3339Ms, parseRfc3339 } from "../src/index.ts";

const noon = Date.UTC(2026, 0, 2, 3, 4, 5);

describe("parseRfc3339", () => {
  test.each([
    ["2026-01-02T03:04:05Z", noon],
    ["2026-01-02T03:04:05.678Z", noon + 678],
    ["2026-01-02T03:04:05.1Z", noon + 100],
    ["2026-01-02T03:04:05,5Z", noon + 500],
    ["2026-01-02T3:04:05Z", noon],
    ["2026-01-02T03:04:05+01:00", noon - 3_600_000],
    ["2026-01-02T03:04:05-01:30", noon + 5_400_000],
    ["2026-01-02T03:04:05-00:00", noon],
    ["2026-01-02T03:04:05+24:00", noon - 86_400_000],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["1970-01-01T00:00:00Z", 0],
    ["0000-01-01T00:00:00Z", -62_167_219_200_000],
    ["9999-12-31T23:59:59.999Z", 253_402_300_799_999],
  ])("%s is %d", (text, ms) => {
    expect(parseRfc3339(text)).toBe(ms);
  });

  test.each([
    ["1970-01-01T00:00:00.000000001Z", 0.000001],
    ["1970-01-01T00:00:00.0015Z", 1.5],
    ["1969-12-31T23:59:59.9994Z", -0.6],
    ["1970-01-01T00:00:00.123456789999Z", 123.456789],
  ])("%s keeps what is below a millisecond, to the nanosecond", (text, ms) => {
    expect(parseRfc3339(text)).toBeCloseTo(ms, 9);
  });

  test.each([
    ["", "want RFC 3339, such as 2026-01-02T03:04:05Z"],
    ["2026-01-02", "want RFC 3339, such as 2026-01-02T03:04:05Z"],
    ["2026-01-02T03:04:05", "want RFC 3339, such as 2026-01-02T03:04:05Z"],
    ["2026-01-02t03:04:05z", "want RFC 3339, such as 2026-01-02T03:04:05Z"],
    ["2026-01-02T03:04:05.Z", "want RFC 3339, such as 2026-01-02T03:04:05Z"],
    ["2026-1-02T03:04:05Z", "want RFC 3339, such as 2026-01-02T03:04:05Z"],
    ["2026-01-02T03:04:05Z\n", "want RFC 3339, such as 2026-01-02T03:04:05Z"],
    ["2026-02-30T00:00:00Z", "there is no such day"],
    ["2026-00-01T00:00:00Z", "there is no such day"],
    ["2026-13-01T00:00:00Z", "there is no such day"],
    ["2025-02-29T00:00:00Z", "there is no such day"],
    ["2026-01-02T24:00:00Z", "the time of day is out of range"],
    ["2026-01-02T03:04:60Z", "the time of day is out of range"],
    ["2026-01-02T03:04:05+25:00", "the time zone offset is out of range"],
    ["2026-01-02T03:04:05+00:61", "the time zone offset is out of range"],
  ])("refuses %j", (text, reason) => {
    expect(() => parseRfc3339(text)).toThrow(
      expect.objectContaining({ name: "RangeError", message: `cannot parse ${JSON.stringify(text)} as a time: ${reason}` }),
    );
  });
});

describe("formatRfc3339", () => {
  test.each([
    [noon, "2026-01-02T03:04:05.000Z", "2026-01-02T03:04:05Z"],
    [noon + 600, "2026-01-02T03:04:05.600Z", "2026-01-02T03:04:05.6Z"],
    [noon + 10_000, "2026-01-02T03:04:15.000Z", "2026-01-02T03:04:15Z"],
    [noon - 5000, "2026-01-02T03:04:00.000Z", "2026-01-02T03:04:00Z"],
    [-0.5, "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"],
  ])("%d has the forms %s and %s", (timeMs, threeDecimals, trimmed) => {
    expect(formatRfc3339Ms(timeMs)).toBe(threeDecimals);
    expect(formatRfc3339(timeMs)).toBe(trimmed);
  });

  test.each([253_402_300_800_000, -62_167_219_200_001, Number.NaN, Infinity, 1e18])(
    "refuses %d, which has no four-digit year",
    (timeMs) => {
      expect(() => formatRfc3339Ms(timeMs)).toThrow("the year is outside 0 to 9999");
    },
  );

  test("both forms are read back as the same time", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (timeMs) => {
        return parseRfc3339(formatRfc3339(timeMs)) === timeMs && parseRfc3339(formatRfc3339Ms(timeMs)) === timeMs;
      }),
    );
  });
});
