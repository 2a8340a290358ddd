import { describe, expect, test } from "@jest/globals";
import {
  durationOfMs,
  formatDurationNs,
  formatTime,
  parseTemplates,
  timeInZone,
  timeOfMs,
  timeOfNs,
  unixNanos,
  wallTime,
  ianaZone,
  zeroTime,
} from "../src/index.ts";

const winter = timeOfMs(Date.UTC(2024, 0, 15, 12));
const summer = timeOfMs(Date.UTC(2024, 6, 15, 12));

test.each([
  { zone: "Europe/Berlin", time: winter, want: "2024-01-15 13:00:00 +0100 CET" },
  { zone: "Europe/Berlin", time: summer, want: "2024-07-15 14:00:00 +0200 CEST" },
  { zone: "America/New_York", time: summer, want: "2024-07-15 08:00:00 -0400 EDT" },
  { zone: "Asia/Tokyo", time: summer, want: "2024-07-15 21:00:00 +0900 JST" },
  { zone: "Asia/Kathmandu", time: summer, want: "2024-07-15 17:45:00 +0545 +0545" },
  { zone: -5400, time: winter, want: "2024-01-15 10:30:00 -0130 -0130" },
])("$zone shows $want", ({ zone, time, want }) => {
  expect(formatTime(timeInZone(time, zone), "2006-01-02 15:04:05 -0700 MST")).toBe(want);
});

test("an unknown zone is named", () => {
  expect(() => timeInZone(winter, "Mars/Olympus")).toThrow("unknown time zone Mars/Olympus");
});

test("a wall clock time is found across a change of offset", () => {
  const berlin = ianaZone("Europe/Berlin");
  expect(wallTime(Date.UTC(2024, 6, 15, 14), 0, berlin).epochMs).toBe(summer.epochMs);
  expect(wallTime(Date.UTC(2024, 0, 15, 13), 0, berlin).epochMs).toBe(winter.epochMs);
});

test("nanoseconds before 1970 are kept", () => {
  expect(unixNanos(timeOfNs(-1n))).toBe(-1n);
  expect(formatTime(timeOfNs(-1n), "2006-01-02T15:04:05.999999999Z07:00")).toBe("1969-12-31T23:59:59.999999999Z");
});

test("the zero time is zero", () => {
  const set = parseTemplates({ kind: "text" });
  expect(set.executeText("{{.IsZero}} {{.}}", zeroTime)).toBe("true 0001-01-01 00:00:00 +0000 UTC");
});

describe("durations print as Go's", () => {
  test.each([
    [0, "0s"],
    [0.000001, "1ns"],
    [0.0015, "1.5µs"],
    [20, "20ms"],
    [1500, "1.5s"],
    [90_000, "1m30s"],
    [3_600_000, "1h0m0s"],
    [-5_400_250, "-1h30m0.25s"],
  ])("%d ms as %s", (milliseconds, want) => {
    expect(formatDurationNs(durationOfMs(milliseconds).nanoseconds)).toBe(want);
  });
});
