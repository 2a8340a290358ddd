import { expect, test } from "@jest/globals";
import { formatMoment, formatMomentMs, parseMoment, utc } from "../src/moment.ts";

test.each([
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05.123456789+02:00", "2026-01-02T03:04:05.123456789+02:00", "2026-01-02T03:04:05.123+02:00"],
  ["2026-01-02T03:04:05.1000-05:30", "2026-01-02T03:04:05.1-05:30", "2026-01-02T03:04:05.100-05:30"],
  ["2026-01-02T03:04:05.000000001Z", "2026-01-02T03:04:05.000000001Z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05.9999999999Z", "2026-01-02T03:04:05.999999999Z", "2026-01-02T03:04:05.999Z"],
  ["2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
])("%s keeps its nanoseconds and its offset", (text, exact, api) => {
  expect(formatMoment(parseMoment(text))).toBe(exact);
  expect(formatMomentMs(parseMoment(text))).toBe(api);
});

test("the instant counts the offset", () => {
  expect(parseMoment("1970-01-01T02:00:00.5+02:00")).toEqual({ ms: 500, nanos: 0, zone: "+02:00" });
  expect(utc(1500.7)).toEqual({ ms: 1500, nanos: 0, zone: "Z" });
});

test.each(["", "yesterday", "2026-01-02", "2026-02-30T00:00:00Z"])("%j is refused", (text) => {
  expect(() => parseMoment(text)).toThrow(RangeError);
});
