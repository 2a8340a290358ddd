import { expect, test } from "@jest/globals";
import { storageOf } from "../../memory-storage.ts";
import { queryLines } from "../query-lines.ts";

const storage = storageOf(60_000, ...Array.from({ length: 8 }, (_series, i) => `m{i="${i}"} ${i}x8`), "r 0.25 0.5 -0.5 0 1");

/** The `i` of the series that a query leaves, with its warnings. */
async function kept(query: string): Promise<readonly string[]> {
  const lines = await queryLines(storage, query, { startMs: 60_000, endMs: 60_000, stepMs: 0 });
  return lines.map((line) => /i="(\d)"/.exec(line)?.[1] ?? line);
}

/** Which series upstream's hash of their labels puts where. */
test.each<[query: string, want: readonly string[]]>([
  ["limit_ratio(0.25, m)", ["0", "3", "6"]],
  ["limit_ratio(-0.75, m)", ["1", "2", "4", "5", "7"]],
  ["limit_ratio(0.5, m)", ["0", "1", "2", "3", "6"]],
  ["limit_ratio by (i) (0.5, m)", ["0", "1", "2", "3", "6"]],
  ["limit_ratio(1, m)", ["0", "1", "2", "3", "4", "5", "6", "7"]],
  ["limit_ratio(-1, m)", ["0", "1", "2", "3", "4", "5", "6", "7"]],
  ["limit_ratio(1.5, m{i='7'})", ["7", "PromQL warning: ratio value should be between -1 and 1, got 1.5, capping to 1 (1:13)"]],
  ["limit_ratio(-2, m{i='7'})", ["7", "PromQL warning: ratio value should be between -1 and 1, got -2, capping to -1 (1:13)"]],
  ["limit_ratio(0, m)", []],
  ["limit_ratio(NaN, m)", ["Ratio value is NaN"]],
  ["limit_ratio(NaN, nothing)", ["Ratio value is NaN"]],
])("%s leaves %j", async (query, want) => {
  expect(await kept(query)).toEqual(want);
});

test("the ratio may differ from step to step", async () => {
  const times = { startMs: 0, endMs: 240_000, stepMs: 60_000 };
  expect(await queryLines(storage, 'limit_ratio(scalar(r), m{i=~"[0147]"})', times)).toEqual([
    '{__name__="m", i="0"} 0@0 0@60000 0@240000',
    '{__name__="m", i="1"} 1@60000 1@240000',
    '{__name__="m", i="4"} 4@120000 4@240000',
    '{__name__="m", i="7"} 7@120000 7@240000',
  ]);
});
