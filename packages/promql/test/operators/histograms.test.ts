import { expect, test } from "@jest/globals";
import { type HistogramRow, histogramLines } from "./histogram-lines.ts";

/** Results of upstream's engine (v3.14): selectors and what passes samples on. */
const rows: readonly HistogramRow[] = [
  [
    "wait",
    [
      '{__name__="wait", i="0", job="a"} {{count:4 sum:1 z_bucket:1 z_bucket_w:0.001 buckets:[1 2]}}@0 {{count:7 sum:3 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2 4]}}@1 {{count:10 sum:5 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[3 6]}}@2 {{count:13 sum:7 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[4 8]}}@3 {{count:16 sum:9 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[5 10]}}@4 {{count:19 sum:11 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[6 12]}}@5',
      '{__name__="wait", i="0", job="b"} {{count:5 sum:-1 buckets:[1 1] n_buckets:[1 2]}}@0 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@1 {{count:9 sum:3 buckets:[2 1] n_buckets:[2 4]}}@3 {{count:9 sum:3 counter_reset_hint:not_reset buckets:[2 1] n_buckets:[2 4]}}@4 {{count:9 sum:3 counter_reset_hint:not_reset buckets:[2 1] n_buckets:[2 4]}}@5',
      '{__name__="wait", i="1", job="a"} {{schema:1 count:8 sum:9 buckets:[1 2 1 4]}}@0 {{schema:1 count:8 sum:9 counter_reset_hint:not_reset buckets:[1 2 1 4]}}@1 {{schema:1 count:3 sum:1 buckets:[1 2]}}@2 {{schema:1 count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@3 {{schema:1 count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@4 {{schema:1 count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@5',
    ],
  ],
  [
    "mixed",
    [
      '{__name__="mixed", job="a"} 1@0 2@1 {{count:3 sum:1 buckets:[1 2]}}@2 {{count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@3 4@4 5@5',
      '{__name__="mixed", job="b"} {{count:3 sum:1 buckets:[1 2]}}@0 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] buckets:[1 2 1 2]}}@1 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@2 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@3',
    ],
  ],
  [
    "timestamp(wait)",
    [
      '{i="0", job="a"} 0@0 60@1 120@2 180@3 240@4 300@5',
      '{i="0", job="b"} 0@0 60@1 180@3 240@4 300@5',
      '{i="1", job="a"} 0@0 60@1 120@2 180@3 240@4 300@5',
    ],
  ],
  ["timestamp(mixed)", ['{job="a"} 0@0 60@1 120@2 180@3 240@4 300@5', '{job="b"} 0@0 60@1 120@2 120@3']],
  [
    "load offset 1m",
    [
      '{__name__="load", job="a"} {{count:10 sum:5 counter_reset_hint:gauge buckets:[1 2 3 4]}}@1 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@2 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@3 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@4 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@5',
    ],
  ],
  [
    "wait @ 60",
    [
      '{__name__="wait", i="0", job="a"} {{count:7 sum:3 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2 4]}}@0 {{count:7 sum:3 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2 4]}}@1 {{count:7 sum:3 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2 4]}}@2 {{count:7 sum:3 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2 4]}}@3 {{count:7 sum:3 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2 4]}}@4 {{count:7 sum:3 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2 4]}}@5',
      '{__name__="wait", i="0", job="b"} {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@0 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@1 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@2 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@3 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@4 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@5',
      '{__name__="wait", i="1", job="a"} {{schema:1 count:8 sum:9 counter_reset_hint:not_reset buckets:[1 2 1 4]}}@0 {{schema:1 count:8 sum:9 counter_reset_hint:not_reset buckets:[1 2 1 4]}}@1 {{schema:1 count:8 sum:9 counter_reset_hint:not_reset buckets:[1 2 1 4]}}@2 {{schema:1 count:8 sum:9 counter_reset_hint:not_reset buckets:[1 2 1 4]}}@3 {{schema:1 count:8 sum:9 counter_reset_hint:not_reset buckets:[1 2 1 4]}}@4 {{schema:1 count:8 sum:9 counter_reset_hint:not_reset buckets:[1 2 1 4]}}@5',
    ],
  ],
  [
    'own{job="b"}',
    [
      '{__name__="own", job="b"} {{schema:-53 count:6 sum:10 custom_values:[1 5 10] buckets:[1 2 1 2]}}@0 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@1 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@2 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@3 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@4 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@5',
    ],
  ],
  [
    "size_bucket",
    [
      '{__name__="size_bucket", job="a", le="+Inf"} 0@0 4@1 8@2 12@3 16@4 20@5',
      '{__name__="size_bucket", job="a", le="1"} 0@0 2@1 4@2 6@3 8@4 10@5',
      '{__name__="size_bucket", job="a", le="5"} 0@0 3@1 6@2 9@3 12@4 15@5',
      '{__name__="size_bucket", job="a"} {{count:3 sum:1 buckets:[1 2]}}@2 7@3 7@4',
    ],
  ],
  ["absent(load)", []],
  ["absent(nothing)", ["{} 1@0 1@1 1@2 1@3 1@4 1@5"]],
  ["scalar(load)", ["{} NaN@0 NaN@1 NaN@2 NaN@3 NaN@4 NaN@5"]],
  ["scalar(plain{job='a'})", ["{} 0@0 1@1 2@2 3@3 4@4 5@5"]],
  [
    "vector(1) or load",
    [
      '{__name__="load", job="a"} {{count:10 sum:5 counter_reset_hint:gauge buckets:[1 2 3 4]}}@0 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@1 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@2 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@3 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@4 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@5',
      "{} 1@0 1@1 1@2 1@3 1@4 1@5",
    ],
  ],
  [
    'label_replace(load, "x", "$1", "job", "(.*)")',
    [
      '{__name__="load", job="a", x="a"} {{count:10 sum:5 counter_reset_hint:gauge buckets:[1 2 3 4]}}@0 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@1 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@2 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@3 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@4 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@5',
    ],
  ],
  [
    "sort(mixed)",
    ['{__name__="mixed", job="a"} 1@0 2@1 4@4 5@5'],
    ["PromQL warning: sort is ineffective for range queries since results are always ordered by labels (1:1)"],
  ],
  [
    "-load",
    [
      '{job="a"} {{count:-10 sum:-5 counter_reset_hint:gauge buckets:[-1 -2 -3 -4]}}@0 {{schema:-1 count:-6 sum:-3 counter_reset_hint:gauge buckets:[-1 -2 -3]}}@1 {{schema:-1 count:-6 sum:-3 counter_reset_hint:gauge buckets:[-1 -2 -3]}}@2 {{schema:-1 count:-6 sum:-3 counter_reset_hint:gauge buckets:[-1 -2 -3]}}@3 {{schema:-1 count:-6 sum:-3 counter_reset_hint:gauge buckets:[-1 -2 -3]}}@4 {{schema:-1 count:-6 sum:-3 counter_reset_hint:gauge buckets:[-1 -2 -3]}}@5',
    ],
  ],
  [
    "-mixed",
    [
      '{job="a"} -1@0 -2@1 {{count:-3 sum:-1 counter_reset_hint:gauge buckets:[-1 -2]}}@2 {{count:-3 sum:-1 counter_reset_hint:gauge buckets:[-1 -2]}}@3 -4@4 -5@5',
      '{job="b"} {{count:-3 sum:-1 counter_reset_hint:gauge buckets:[-1 -2]}}@0 {{schema:-53 count:-6 sum:-10 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[-1 -2 -1 -2]}}@1 {{schema:-53 count:-6 sum:-10 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[-1 -2 -1 -2]}}@2 {{schema:-53 count:-6 sum:-10 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[-1 -2 -1 -2]}}@3',
    ],
  ],
  ["abs(mixed)", ['{job="a"} 1@0 2@1 4@4 5@5']],
  ["hour(mixed)", ['{job="a"} 0@0 0@1 0@4 0@5']],
  ["clamp_min(mixed, 3)", ['{job="a"} 3@0 3@1 4@4 5@5']],
];

test.each(rows)("%s", async (...row: HistogramRow) => {
  expect(await histogramLines(row[0])).toEqual(row);
});
