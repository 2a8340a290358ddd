import { expect, test } from "@jest/globals";
import type { AggregateOp } from "@ferula/promql-syntax";
import { type RangeRow, rangeLines } from "../range-lines.ts";

/** Results of upstream's engine (v3.14). */
const rows: readonly RangeRow[] = [
  ["sum by (job) (requests)", ['{job="api"} 5@0 15@1 NaN@2 37@3', '{job="web"} 1@0 2@1 4@3']],
  ["sum(big)", ["{} +Inf@0 +Inf@1 +Inf@2 +Inf@3"]],
  ["sum(odd)", ["{} +Inf@0 -Inf@1 NaN@2 3@3"]],
  ["avg by (job) (requests)", ['{job="api"} 2.5@0 7.5@1 NaN@2 18.5@3', '{job="web"} 1@0 2@1 4@3']],
  ["avg(big)", ["{} 1e+308@0 1e+308@1 1e+308@2 1e+308@3"]],
  ["avg(odd)", ["{} +Inf@0 -Inf@1 NaN@2 1.5@3"]],
  ["min by (job) (requests)", ['{job="api"} 0@0 5@1 20@2 7@3', '{job="web"} 1@0 2@1 4@3']],
  ["min(odd)", ["{} 1@0 -Inf@1 1@2 1@3"]],
  ["max by (job) (requests)", ['{job="api"} 5@0 10@1 20@2 30@3', '{job="web"} 1@0 2@1 4@3']],
  ["max(odd)", ["{} +Inf@0 1@1 1@2 2@3"]],
  ["count by (job) (requests)", ['{job="api"} 2@0 2@1 2@2 2@3', '{job="web"} 1@0 1@1 1@3']],
  ["count without (i) (requests)", ['{job="api"} 2@0 2@1 2@2 2@3', '{job="web"} 1@0 1@1 1@3']],
  ["group(requests)", ["{} 1@0 1@1 1@2 1@3"]],
  ["stddev(limit)", ["{} 3.5@0 3.559026084010437@1 3.559026084010437@2 3.0912061651652345@3"]],
  ["stdvar(limit)", ["{} 12.25@0 12.666666666666666@1 12.666666666666666@2 9.555555555555555@3"]],
  ["stdvar(odd)", ["{} NaN@0 NaN@1 NaN@2 0.25@3"]],
  ["quantile(0.5, limit)", ["{} 6.5@0 3@1 3@2 4@3"]],
  ["quantile by (job) (0.9, requests)", ['{job="api"} 4.5@0 9.5@1 NaN@2 27.7@3', '{job="web"} 1@0 2@1 4@3']],
  ["quantile(0.5, odd)", ["{} +Inf@0 -Inf@1 NaN@2 1.5@3"]],
  ["topk(1, requests)", ['{__name__="requests", i="0", job="api"} 10@1 20@2 30@3', '{__name__="requests", i="1", job="api"} 5@0']],
  [
    "topk by (job) (1, requests)",
    [
      '{__name__="requests", i="0", job="api"} 10@1 20@2 30@3',
      '{__name__="requests", i="0", job="web"} 1@0 2@1 4@3',
      '{__name__="requests", i="1", job="api"} 5@0',
    ],
  ],
  ["topk(1.9, limit)", ['{__name__="limit", job="api"} 10@0 10@1 10@2 10@3']],
  ["topk(0, limit)", []],
  ["bottomk(1, requests)", ['{__name__="requests", i="0", job="api"} 0@0 20@2', '{__name__="requests", i="0", job="web"} 2@1 4@3']],
  ["bottomk(2, odd)", ['{__name__="odd", k="a"} +Inf@0 -Inf@1 NaN@2 1@3', '{__name__="odd", k="b"} 1@0 1@1 1@2 2@3']],
  ["limit_ratio(0.5, limit)", ['{__name__="limit", job="db"} 3@0 3@1 3@2 3@3', '{__name__="limit", job="web"} 2@1 2@2 4@3']],
  [
    "limitk(3, limit)",
    [
      '{__name__="limit", job="api"} 10@0 10@1 10@2 10@3',
      '{__name__="limit", job="db"} 3@0 3@1 3@2 3@3',
      '{__name__="limit", job="web"} 2@1 2@2 4@3',
    ],
  ],
  [
    'count_values("v", requests)',
    [
      '{v="0"} 1@0',
      '{v="1"} 1@0',
      '{v="10"} 1@1',
      '{v="2"} 1@1',
      '{v="20"} 1@2',
      '{v="30"} 1@3',
      '{v="4"} 1@3',
      '{v="5"} 1@0 1@1',
      '{v="7"} 1@3',
      '{v="NaN"} 1@2',
    ],
  ],
  [
    'count_values by (job) ("v", limit)',
    ['{job="api", v="10"} 1@0 1@1 1@2 1@3', '{job="db", v="3"} 1@0 1@1 1@2 1@3', '{job="web", v="2"} 1@1 1@2', '{job="web", v="4"} 1@3'],
  ],
  ['count_values without (job) ("v", limit)', ['{v="10"} 1@0 1@1 1@2 1@3', '{v="2"} 1@1 1@2', '{v="3"} 1@0 1@1 1@2 1@3', '{v="4"} 1@3']],
];
test.each(rows)("%s", async (query, want) => {
  expect(await rangeLines(query)).toEqual(want);
});

const every: Readonly<Record<AggregateOp, true>> = {
  sum: true,
  avg: true,
  min: true,
  max: true,
  count: true,
  group: true,
  stddev: true,
  stdvar: true,
  quantile: true,
  topk: true,
  bottomk: true,
  limitk: true,
  limit_ratio: true,
  count_values: true,
};
test.each(Object.keys(every))("%s has a row above", (op) => {
  expect(rows.some(([query]) => query.startsWith(`${op} `) || query.startsWith(`${op}(`))).toBe(true);
});
