import { describe, expect, test } from "@jest/globals";
import type { Params } from "../../src/params/params.ts";
import { limitParam, numberParam } from "../../src/params/limit.ts";
import { MAX_TIME_MS, MIN_TIME_MS, parseDurationText, parseTime, timeParam } from "../../src/params/time.ts";

const paramsOf = (name: string, value: string): Params => ({
  get: (wanted) => (wanted === name ? value || undefined : undefined),
  all: (wanted) => (wanted === name ? [value] : []),
});

describe("a time", () => {
  test.each([
    ["0", 0],
    ["123.123", 123_123],
    ["1.0006", 1001],
    ["-1.5", -1500],
    ["1e3", 1_000_000],
    ["253402300799.999", 253_402_300_799_999],
    ["2015-06-03T13:21:58.555Z", 1_433_337_718_555],
    ["2015-06-03T14:21:58.5559+01:00", 1_433_337_718_555],
    ["-292273086-05-16T16:47:06Z", MIN_TIME_MS],
    ["292277025-08-18T07:12:54.999999999Z", MAX_TIME_MS],
    ["1e300", MAX_TIME_MS],
    ["-1e300", MIN_TIME_MS],
  ])("%s is %d ms", (text, want) => {
    expect(parseTime(text)).toBe(want);
  });

  test.each(["", "30s", "NaN", "Inf", "2015-06-03", "2015-13-03T13:21:58Z", "1 "])("%j is none", (text) => {
    expect(() => parseTime(text)).toThrow(`cannot parse ${JSON.stringify(text)} to a valid timestamp`);
  });

  test("that may be left out is told with its name", () => {
    expect(timeParam(paramsOf("start", ""), "start", 5)).toBe(5);
    expect(() => timeParam(paramsOf("start", "x"), "start", 5)).toThrow(
      `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
    );
  });
});

describe("a duration", () => {
  test.each([
    ["1", 1000],
    ["1.001", 1000.999999],
    ["0.0005", 0.5],
    ["-1", -1000],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["0", 0],
    ["9.3e-10", 0],
    ["NaN", 0],
  ])("%s is %d ms", (text, want) => {
    expect(parseDurationText(text)).toBeCloseTo(want, 9);
  });

  test.each([
    ["", 'cannot parse "" to a valid duration'],
    ["5x", 'cannot parse "5x" to a valid duration'],
    ["1e10", 'cannot parse "1e10" to a valid duration. It overflows int64'],
    ["-Inf", 'cannot parse "-Inf" to a valid duration. It overflows int64'],
  ])("%j is none", (text, error) => {
    expect(() => parseDurationText(text)).toThrow(error);
  });
});

describe("a limit", () => {
  test.each([
    ["", 0],
    ["0", 0],
    ["+007", 7],
  ])("%j is %d", (text, want) => {
    expect(limitParam(paramsOf("limit", text))).toBe(want);
  });

  test.each([
    ["-1", 'invalid parameter "limit": limit must be non-negative'],
    ["x", 'invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax'],
    ["1e3", 'invalid parameter "limit": strconv.Atoi: parsing "1e3": invalid syntax'],
    ["9223372036854775808", 'invalid parameter "limit": strconv.Atoi: parsing "9223372036854775808": value out of range'],
    ["-9223372036854775808", 'invalid parameter "limit": limit must be non-negative'],
    ["-9223372036854775809", 'invalid parameter "limit": strconv.Atoi: parsing "-9223372036854775809": value out of range'],
  ])("%s is none", (text, error) => {
    expect(() => limitParam(paramsOf("limit", text))).toThrow(error);
  });

  test("in the older manner may be negative, and names itself otherwise", () => {
    expect(numberParam(paramsOf("limit", "-1"), "limit")).toBe(-1);
    expect(() => numberParam(paramsOf("limit", "x"), "limit")).toThrow("limit must be a number");
  });
});
