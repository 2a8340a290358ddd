import { expect, test } from "@jest/globals";
import { storageOf } from "../memory-storage.ts";
import { queryLines } from "./query-lines.ts";

const storage = storageOf(30_000, "c_total 1 4 2 _ 9 12 stale 3 5 8", 'g{k="a"} 10 _ 20 _ _ 5', 'g{k="b"} _ _ 1 NaN 3');

test.each<[string, readonly string[]]>([
  ["rate(c_total[1m] anchored)", ["{} 0.03333333333333333@100000 0.11666666666666667@140000 0.05@180000 0.05@220000"]],
  ["increase(c_total[1m] anchored)", ["{} 2@100000 7@140000 3@180000 3@220000"]],
  ["increase(c_total[1m] smoothed)", ["{} 6@100000 6.666666666666666@140000 4.5@180000 3.1666666666666665@220000"]],
  [
    "rate(c_total[45s] smoothed)",
    ["{} 0.1111111111111111@100000 0.10925925925925926@140000 0.06666666666666667@180000 0.0537037037037037@220000"],
  ],
  ["delta(g[1m] smoothed)", ['{k="a"} -3.3333333333333357@100000 -10.000000000000002@140000 -5@180000', '{k="b"} NaN@100000 NaN@140000']],
  ["delta(g[50s] anchored)", ['{k="a"} 10@100000 -15@180000', '{k="b"} NaN@100000 NaN@140000']],
  ["resets(c_total[2m] anchored)", ["{} 1@100000 1@140000 0@180000 1@220000"]],
  ["changes(c_total[2m] anchored)", ["{} 2@100000 3@140000 2@180000 3@220000"]],
  ["increase(c_total[1m] anchored offset 30s)", ["{} 5@100000 2@140000 10@180000 3@220000"]],
  ["increase(c_total[1m] smoothed @ 100)", ["{} 6@100000 6@140000 6@180000 6@220000"]],
  [
    "g smoothed",
    [
      '{__name__="g", k="a"} 13.333333333333332@100000 6.666666666666666@140000 5@180000 5@220000',
      '{__name__="g", k="b"} NaN@100000 3@140000 3@180000 3@220000',
    ],
  ],
  ["c_total smoothed @ 75", ['{__name__="c_total"} 3.75@100000 3.75@140000 3.75@180000 3.75@220000']],
  ["sum(c_total smoothed)", ["{} 6.666666666666667@100000 11@140000 7.5@180000 3.6666666666666665@220000"]],
  ["rate(g[1m:30s] offset 1h)", []],
  ["avg_over_time(g[1m] smoothed)", ["smoothed modifier can only be used with: delta, increase, rate - not with avg_over_time"]],
  ["resets(g[1m] smoothed)", ["smoothed modifier can only be used with: delta, increase, rate - not with resets"]],
])("%s over four steps is upstream's", async (query, want) => {
  expect(await queryLines(storage, query, { startMs: 100_000, endMs: 220_000, stepMs: 40_000 })).toEqual(want);
});

test.each<[string, number, readonly string[]]>([
  ["c_total[1m] anchored", 105_000, ['{__name__="c_total"} 4@45000 2@60000 2@105000']],
  ["c_total[1m] smoothed", 105_000, ['{__name__="c_total"} 3@45000 2@60000 7.25@105000']],
  [
    "g[20s] smoothed",
    85_000,
    ['{__name__="g", k="a"} 19.166666666666668@65000 15.833333333333332@85000', '{__name__="g", k="b"} NaN@65000 NaN@85000'],
  ],
  ["g[20s] anchored", 600_000, []],
])("the range %s at %d ms has a sample at each end", async (query, timeMs, want) => {
  expect(await queryLines(storage, query, { startMs: timeMs, endMs: timeMs, stepMs: 0 })).toEqual(want);
});

const histogram = "{{schema:0 sum:1 count:3 buckets:[1 2]}}";
const mixed = storageOf(
  30_000,
  `h ${histogram} _ ${histogram} 5`,
  `only_total ${histogram}+${histogram}x4`,
  `gauge_total 1 ${histogram}x1`,
);

test.each<[string, readonly string[]]>([
  ["h[1m] anchored", ["anchored modifier is not supported with histograms"]],
  ["only_total[1m] smoothed", ["smoothed modifier is not supported with histograms"]],
  ["increase(h[1m] anchored)", ['PromQL warning: encountered a mix of histograms and floats for metric name "h" (1:10)']],
  ["histogram_count(increase(only_total[1m] anchored))", ["{} 6@100000"]],
  ["histogram_count(increase(only_total[1m] smoothed))", ["{} 6@100000"]],
  ["histogram_sum(only_total smoothed)", ["{} 4.333333333333333@100000"]],
  ["gauge_total smoothed", ['PromQL warning: encountered a mix of histograms and floats for metric name "gauge_total" (1:1)']],
])("histograms: %s", async (query, want) => {
  expect(await queryLines(mixed, query, { startMs: 100_000, endMs: 100_000, stepMs: 0 })).toEqual(want);
});
