import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { formatDuration, formatGoDuration, parseDuration, parseGoDuration } from "../src/index.ts";

/** The text; for each dialect an error, or the duration and how it is printed. */
type ParseCase = readonly [prometheus: readonly [string, string | number, string?], go: readonly [string, string?]];

function goldenCases<T>(file: string): T[] {
  const lines = readFileSync(new URL(`golden/${file}`, import.meta.url), "utf8").trimEnd();
  return lines.split("\n").map((line) => JSON.parse(line) as T);
}

/** What `read` returns, or the message of what it throws. */
function resultOf(read: () => number): number | string {
  try {
    return read();
  } catch (error) {
    return (error as Error).message;
  }
}

function msOf(nanos: string): number {
  const whole = BigInt(nanos);
  return Number(whole / 1_000_000n) + Number(whole % 1_000_000n) / 1e6;
}

const parsed = goldenCases<ParseCase>("parse.jsonl").map(([[text, ...prometheus], go]) => ({ text, prometheus, go }));

test.each(parsed)(
  "$text is read in both dialects as upstream reads it",
  ({ text, prometheus: [wanted, printed], go: [goWanted, goPrinted] }) => {
    const ms = resultOf(() => parseDuration(text));
    expect(ms).toBe(wanted);
    if (typeof ms === "number") expect(formatDuration(ms)).toBe(printed);
    const goMs = resultOf(() => parseGoDuration(text));
    if (goPrinted === undefined) expect(goMs).toBe(goWanted);
    else expect(goMs).toBe(msOf(goWanted));
    // Doubles hold the nanoseconds of about a hundred days.
    if (typeof goMs === "number" && Math.abs(goMs) < 8e9) expect(formatGoDuration(goMs)).toBe(goPrinted);
  },
);

test.each(goldenCases<readonly [string, string, string]>("print.jsonl"))("%s ns are printed %s and %s", (nanos, go, prometheus) => {
  expect(formatGoDuration(msOf(nanos))).toBe(go);
  expect(formatDuration(msOf(nanos))).toBe(prometheus);
});
