import { describe, expect, test } from "@jest/globals";
import { ago, formatSeconds, parseSeconds } from "../../ui/units.ts";

describe("what is typed as a duration", () => {
  test.each<[text: string, seconds: number | undefined]>([
    ["0", 0],
    ["15", 15],
    ["1.5", 1.5],
    ["30s", 30],
    ["1h30m", 5400],
    ["1y2w3d4h5m6s", 31_536_000 + 2 * 604_800 + 3 * 86_400 + 4 * 3600 + 5 * 60 + 6],
    ["", undefined],
    ["5m1h", undefined],
    ["-5m", undefined],
    ["5 m", undefined],
    ["abc", undefined],
  ])("%j is %p seconds", (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds);
  });
});

describe("seconds are written", () => {
  test.each<[seconds: number, text: string]>([
    [0, "0s"],
    [0.4, "0s"],
    [59.6, "1m"],
    [90, "1m30s"],
    [3600, "1h"],
    [86_400 * 8, "1w1d"],
    [31_536_000, "1y"],
  ])("%p as %j, which reads back", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
    expect(parseSeconds(text)).toBe(Math.round(seconds));
  });
});

describe("a time in the past", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  test.each<[iso: string | undefined, text: string]>([
    ["2025-12-31T23:58:30Z", "1m30s ago"],
    ["2025-12-31T23:59:59.5Z", "now"],
    ["2026-01-01T00:00:07Z", "now"],
    ["0001-01-01T00:00:00Z", "never"],
    ["", "never"],
    [undefined, "never"],
  ])("%p was %j", (iso, text) => {
    expect(ago(iso, now)).toBe(text);
  });
});
