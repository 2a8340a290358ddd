import { expect, test } from "@jest/globals";
import { type RangeRow, rangeLines } from "../range-lines.ts";

/** Results and errors of upstream's engine (v3.14). */
const rows: readonly RangeRow[] = [
  [
    "requests + ignoring(i) group_left limit",
    ['{i="0", job="api"} 10@0 20@1 30@2 40@3', '{i="0", job="web"} 4@1 8@3', '{i="1", job="api"} 15@0 15@1 NaN@2 17@3'],
  ],
  [
    "limit - on(job) group_right requests",
    ['{i="0", job="api"} 10@0 0@1 -10@2 -20@3', '{i="0", job="web"} 0@1 0@3', '{i="1", job="api"} 5@0 5@1 NaN@2 3@3'],
  ],
  [
    "requests * on(job) group_left(nope) limit",
    ['{i="0", job="api"} 0@0 100@1 200@2 300@3', '{i="0", job="web"} 4@1 16@3', '{i="1", job="api"} 50@0 50@1 NaN@2 70@3'],
  ],
  ["sum by (job) (requests) / limit", ['{job="api"} 0.5@0 1.5@1 NaN@2 3.7@3', '{job="web"} 1@1 1@3']],
  ["limit > 3", ['{__name__="limit", job="api"} 10@0 10@1 10@2 10@3', '{__name__="limit", job="web"} 4@3']],
  ["3 < limit", ['{__name__="limit", job="api"} 10@0 10@1 10@2 10@3', '{__name__="limit", job="web"} 4@3']],
  ["limit > bool 3", ['{job="api"} 1@0 1@1 1@2 1@3', '{job="db"} 0@0 0@1 0@2 0@3', '{job="web"} 0@1 0@2 1@3']],
  ["limit == on(job) sum by (job) (requests)", ['{job="web"} 2@1 4@3']],
  ["limit >= bool on(job) sum by (job) (requests)", ['{job="api"} 1@0 0@1 0@2 0@3', '{job="web"} 1@1 1@3']],
  ["requests > ignoring(i) group_left limit", ['{__name__="requests", i="0", job="api"} 20@2 30@3']],
  [
    "limit + on(job) fill(0) sum by (job) (requests)",
    ['{job="api"} 15@0 25@1 NaN@2 47@3', '{job="db"} 3@0 3@1 3@2 3@3', '{job="web"} 1@0 4@1 2@2 8@3'],
  ],
  ["limit + on(job) fill_left(1) sum by (job) (requests)", ['{job="api"} 15@0 25@1 NaN@2 47@3', '{job="web"} 2@0 4@1 8@3']],
  [
    "limit + on(job) fill_right(1) sum by (job) (requests)",
    ['{job="api"} 15@0 25@1 NaN@2 47@3', '{job="db"} 4@0 4@1 4@2 4@3', '{job="web"} 4@1 3@2 8@3'],
  ],
  [
    'requests + on(job) group_left fill_right(100) limit{job="api"}',
    ['{i="0", job="api"} 10@0 20@1 30@2 40@3', '{i="0", job="web"} 101@0 102@1 104@3', '{i="1", job="api"} 15@0 15@1 NaN@2 17@3'],
  ],
  ['turn + on(m) label_replace(vector(1), "m", "x", "", "")', ['{m="x"} 2@0 2@1 3@2 3@3']],
  ['label_replace(vector(1), "m", "x", "", "") + on(m) turn', ['{m="x"} 2@0 2@1 3@2 3@3']],
  ["requests + on(job) limit", "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"],
  [
    "limit + on(job) requests",
    'found duplicate series for the match group {job="api"} on the right hand-side of the operation: [{__name__="requests", i="0", job="api"}, {__name__="requests", i="1", job="api"}];many-to-many matching not allowed: matching labels must be unique on one side',
  ],
  [
    'limit{job="db"} + on(job) requests',
    'found duplicate series for the match group {job="api"} on the right hand-side of the operation: [{__name__="requests", i="0", job="api"}, {__name__="requests", i="1", job="api"}];many-to-many matching not allowed: matching labels must be unique on one side',
  ],
  ["nothing + on(job) requests", []],
  ["requests + on(job) nothing", []],
  [
    'requests{job="web"} + on(nope) requests{job="api"}',
    'found duplicate series for the match group {} on the right hand-side of the operation: [{__name__="requests", i="0", job="api"}, {__name__="requests", i="1", job="api"}];many-to-many matching not allowed: matching labels must be unique on one side',
  ],
  [
    "nothing + on(job) fill_right(1) requests",
    'found duplicate series for the match group {job="api"} on the right hand-side of the operation: [{__name__="requests", i="0", job="api"}, {__name__="requests", i="1", job="api"}];many-to-many matching not allowed: matching labels must be unique on one side',
  ],
  ["requests + on(job) fill_left(1) nothing", []],
  ["requests * on(job) group_left(i) limit", "multiple matches for labels: grouping labels must ensure unique matches"],
  ['label_replace(requests, "i", "", "", "") * on(job) group_left limit', "vector cannot contain metrics with the same labelset"],
  ['limit and on(job) requests{job="web"}', ['{__name__="limit", job="web"} 2@1 4@3']],
  [
    'limit unless on(job) requests{job="web"}',
    [
      '{__name__="limit", job="api"} 10@0 10@1 10@2 10@3',
      '{__name__="limit", job="db"} 3@0 3@1 3@2 3@3',
      '{__name__="limit", job="web"} 2@2',
    ],
  ],
  [
    "limit or requests",
    [
      '{__name__="limit", job="api"} 10@0 10@1 10@2 10@3',
      '{__name__="limit", job="db"} 3@0 3@1 3@2 3@3',
      '{__name__="limit", job="web"} 2@1 2@2 4@3',
      '{__name__="requests", i="0", job="api"} 0@0 10@1 20@2 30@3',
      '{__name__="requests", i="0", job="web"} 1@0 2@1 4@3',
      '{__name__="requests", i="1", job="api"} 5@0 5@1 NaN@2 7@3',
    ],
  ],
  [
    'requests{job="web"} or on(job) limit',
    [
      '{__name__="limit", job="api"} 10@0 10@1 10@2 10@3',
      '{__name__="limit", job="db"} 3@0 3@1 3@2 3@3',
      '{__name__="limit", job="web"} 2@2',
      '{__name__="requests", i="0", job="web"} 1@0 2@1 4@3',
    ],
  ],
  ['turn and on(m) turn{i="2"}', ['{__name__="turn", i="2", m="x"} 2@2 2@3']],
  ["turn or on(m) turn", ['{__name__="turn", i="1", m="x"} 1@0 1@1', '{__name__="turn", i="2", m="x"} 2@2 2@3']],
  ["-limit", ['{job="api"} -10@0 -10@1 -10@2 -10@3', '{job="db"} -3@0 -3@1 -3@2 -3@3', '{job="web"} -2@1 -2@2 -4@3']],
  ['-{__name__=~"limit|requests",job="api",i=~"|0"}', ['{i="0", job="api"} -0@0 -10@1 -20@2 -30@3', '{job="api"} -10@0 -10@1 -10@2 -10@3']],
  ["2 ^ limit", ['{job="api"} 1024@0 1024@1 1024@2 1024@3', '{job="db"} 8@0 8@1 8@2 8@3', '{job="web"} 4@1 4@2 16@3']],
  ["limit % 4", ['{job="api"} 2@0 2@1 2@2 2@3', '{job="db"} 3@0 3@1 3@2 3@3', '{job="web"} 2@1 2@2 0@3']],
  [
    "limit atan2 limit",
    [
      '{job="api"} 0.7853981633974483@0 0.7853981633974483@1 0.7853981633974483@2 0.7853981633974483@3',
      '{job="db"} 0.7853981633974483@0 0.7853981633974483@1 0.7853981633974483@2 0.7853981633974483@3',
      '{job="web"} 0.7853981633974483@1 0.7853981633974483@2 0.7853981633974483@3',
    ],
  ],
];
test.each(rows)("%s", async (query, want) => {
  expect(await rangeLines(query)).toEqual(want);
});
