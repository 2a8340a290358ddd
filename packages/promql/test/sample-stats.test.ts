import { describe, expect, test } from "@jest/globals";
import { defaultParseOptions } from "@ferula/promql-syntax";
import { createEngine, type QueryOptions, type QueryOutcome } from "../src/index.ts";
import { storageOf } from "./memory-storage.ts";

const storage = storageOf(
  10_000,
  'm{a="x"} 1+1x100',
  'm{a="y"} 0+2x50 stale _x10 5+1x20',
  'h{a="x"} {{schema:0 sum:1 count:2 buckets:[1 1]}}+{{schema:0 sum:1 count:2 buckets:[1 1]}}x40',
  "one 1x100",
);
const engine = createEngine({ syntax: { ...defaultParseOptions, extendedRangeSelectors: true } });

function evaluate(type: "instant" | "range", text: string, options: QueryOptions): Promise<QueryOutcome> {
  return type === "instant"
    ? engine.instant(storage, text, 400_000, options)
    : engine.range(storage, text, 400_000, 600_000, 40_000, options);
}

type Row = [type: "instant" | "range", text: string, total: number, read: number, totalBySteps: string, readBySteps: string, why: string];

// The counts are those that upstream's engine gives for these series.
const rows: readonly Row[] = [
  ["range", "m", 9, 9, "2 2 2 1 1 1", "2 2 2 1 1 1", "a selector counts what it finds at each step"],
  ["range", "m offset 1m", 11, 11, "2 2 2 2 2 1", "2 2 2 2 2 1", "an offset changes which samples these are"],
  ["range", "m @ 100", 12, 2, "2 2 2 2 2 2", "2 0 0 0 0 0", "what is the same at every step is read once, at the first"],
  [
    "range",
    "rate(m[1m])",
    58,
    42,
    "12 12 12 10 6 6",
    "12 8 8 6 4 4",
    "a sample counts at each step whose window holds it, and is read once",
  ],
  ["range", "rate(m[25s])", 28, 28, "6 6 6 4 3 3", "6 6 6 4 3 3", "between windows nothing is read"],
  ["range", "sum(rate(m[2m] offset 30s))", 134, 57, "24 24 24 24 21 17", "24 8 8 8 5 4", "aggregating counts nothing more"],
  [
    "range",
    "predict_linear(m[1m] @ 200, 60)",
    72,
    12,
    "12 12 12 12 12 12",
    "12 0 0 0 0 0",
    "a fixed window is read at the first step only",
  ],
  ["range", "h", 72, 72, "12 12 12 12 12 12", "12 12 12 12 12 12", "a histogram counts by its size"],
  ["range", "rate(h[1m])", 96, 72, "72 24 0 0 0 0", "72 0 0 0 0 0", "and so it does in windows"],
  [
    "range",
    "max_over_time(m[2m:30s])",
    41,
    18,
    "8 8 8 7 6 4",
    "8 2 4 1 1 2",
    "points of a subquery count as they lie in the windows, its samples as it reads them",
  ],
  [
    "range",
    "max_over_time(m[20s:10s])",
    18,
    18,
    "4 4 4 2 2 2",
    "4 4 4 2 2 2",
    "what a subquery finds between two windows is not counted as read",
  ],
  [
    "range",
    "max_over_time(max_over_time(m[1m:10s])[2m:30s])",
    46,
    62,
    "8 8 8 8 8 6",
    "30 6 12 5 3 6",
    "subqueries of subqueries hand on what they read",
  ],
  [
    "range",
    "sum_over_time(m[1m:10s] offset 30s)",
    63,
    45,
    "12 12 12 12 9 6",
    "12 8 8 8 5 4",
    "the offset of a subquery shifts where it is read",
  ],
  ["range", "m and on(a) h", 81, 81, "14 14 14 13 13 13", "14 14 14 13 13 13", "operands count whether or not the result needs them"],
  ["range", "timestamp(m)", 9, 9, "2 2 2 1 1 1", "2 2 2 1 1 1", "times are samples"],
  ["range", "absent_over_time(m[1m])", 58, 42, "12 12 12 10 6 6", "12 8 8 6 4 4", "absence is found by reading"],
  ["range", "vector(1)", 0, 0, "0 0 0 0 0 0", "0 0 0 0 0 0", "numbers are no samples"],
  ["range", "1 + sum(m @ 100)", 12, 2, "2 2 2 2 2 2", "2 0 0 0 0 0", "an invariant part counts at each step"],
  ["range", "max_over_time(m[1m:10s] @ 200)", 72, 12, "12 12 12 12 12 12", "12 0 0 0 0 0", "a fixed subquery is read once"],
  ["range", "m unless one", 15, 15, "3 3 3 2 2 2", "3 3 3 2 2 2", "those of set operators too"],
  ["range", "changes(m[1m] anchored)", 414, 102, "72 72 72 70 66 62", "72 8 8 6 4 4", "windows are as wide as their extension makes them"],
  ["range", "rate(m[1m] smoothed)", 714, 153, "121 121 121 121 117 113", "121 8 8 8 4 4", "in both directions"],
  ["range", "m smoothed", 0, 0, "0 0 0 0 0 0", "0 0 0 0 0 0", "upstream counts nothing for a smoothed selector"],
  ["instant", "m[1m]", 12, 12, "12", "12", "a range counts what lies in it"],
  ["instant", "m[1m:10s]", 12, 12, "12", "12", "a subquery that is the result counts what it has found"],
  ["instant", "sum_over_time(rate(m[1m])[2m:30s])", 8, 30, "8", "30", "an instant query has one step"],
  ["instant", "m[1m] @ 300", 12, 12, "12", "12", "a fixed range as any other"],
];

describe("samples are counted as upstream counts them", () => {
  test.each<Row>(rows)("%s %s: %d in all, %d read, by steps %s and %s: %s", async (type, text, total, read, totalBySteps, readBySteps) => {
    const { stats } = await evaluate(type, text, { stats: "steps" });
    expect(stats).toMatchObject({ totalSamples: total, samplesRead: read });
    expect([stats.steps?.total.join(" "), stats.steps?.read.join(" ")]).toEqual([totalBySteps, readBySteps]);
    expect(stats.steps?.timesMs[0]).toBe(400_000);
    const whole = await evaluate(type, text, { stats: "all" });
    expect(whole.stats).toMatchObject({ totalSamples: total, samplesRead: read });
    expect(whole.stats.steps).toBeUndefined();
  });

  test("of series that nobody reads only where it is asked for", async () => {
    const cheap = await evaluate("range", "m * on(a) one", {});
    const all = await evaluate("range", "m * on(a) one", { stats: "all" });
    expect([cheap.stats.totalSamples, all.stats.totalSamples]).toEqual([0, 15]);
  });
});
