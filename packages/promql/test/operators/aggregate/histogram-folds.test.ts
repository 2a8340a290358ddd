import { expect, test } from "@jest/globals";
import { type HistogramRow, histogramLines } from "../histogram-lines.ts";

/** Results of upstream's engine (v3.14): aggregations of histograms. */
const rows: readonly HistogramRow[] = [
  [
    "sum(wait)",
    [
      "{} {{count:17 sum:9 z_bucket:1 z_bucket_w:0.001 buckets:[3 6 4] n_buckets:[1 2]}}@0 {{count:20 sum:11 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[4 8 4] n_buckets:[1 2]}}@1 {{count:13 sum:6 z_bucket:1 z_bucket_w:0.001 buckets:[4 8]}}@2 {{count:25 sum:11 z_bucket:1 z_bucket_w:0.001 buckets:[7 11] n_buckets:[2 4]}}@3 {{count:28 sum:13 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[8 13] n_buckets:[2 4]}}@4 {{count:31 sum:15 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[9 15] n_buckets:[2 4]}}@5",
    ],
  ],
  [
    "sum by (job) (wait)",
    [
      '{job="a"} {{count:12 sum:10 z_bucket:1 z_bucket_w:0.001 buckets:[2 5 4]}}@0 {{count:15 sum:12 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[3 7 4]}}@1 {{count:13 sum:6 z_bucket:1 z_bucket_w:0.001 buckets:[4 8]}}@2 {{count:16 sum:8 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[5 10]}}@3 {{count:19 sum:10 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[6 12]}}@4 {{count:22 sum:12 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[7 14]}}@5',
      '{job="b"} {{count:5 sum:-1 buckets:[1 1] n_buckets:[1 2]}}@0 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@1 {{count:9 sum:3 buckets:[2 1] n_buckets:[2 4]}}@3 {{count:9 sum:3 counter_reset_hint:not_reset buckets:[2 1] n_buckets:[2 4]}}@4 {{count:9 sum:3 counter_reset_hint:not_reset buckets:[2 1] n_buckets:[2 4]}}@5',
    ],
  ],
  [
    "avg(wait)",
    [
      "{} {{count:5.666666666666667 sum:3 z_bucket:0.3333333333333333 z_bucket_w:0.001 buckets:[1 2 1.3333333333333333] n_buckets:[0.3333333333333333 0.6666666666666666]}}@0 {{count:6.666666666666667 sum:3.6666666666666665 z_bucket:0.3333333333333333 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[1.3333333333333333 2.6666666666666665 1.3333333333333333] n_buckets:[0.3333333333333333 0.6666666666666666]}}@1 {{count:6.5 sum:3 z_bucket:0.5 z_bucket_w:0.001 buckets:[2 4]}}@2 {{count:8.333333333333334 sum:3.6666666666666665 z_bucket:0.3333333333333333 z_bucket_w:0.001 buckets:[2.3333333333333335 3.6666666666666665] n_buckets:[0.6666666666666666 1.3333333333333333]}}@3 {{count:9.333333333333334 sum:4.333333333333333 z_bucket:0.3333333333333333 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2.6666666666666665 4.333333333333333] n_buckets:[0.6666666666666666 1.3333333333333333]}}@4 {{count:10.333333333333334 sum:5 z_bucket:0.3333333333333333 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[3 5] n_buckets:[0.6666666666666666 1.3333333333333333]}}@5",
    ],
  ],
  [
    "avg by (job) (own)",
    [
      '{job="a"} {{schema:-53 count:6 sum:10 custom_values:[1 2 5] buckets:[1 2 1 2]}}@0 {{schema:-53 count:10 sum:15 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[2 3 2 3]}}@1 {{schema:-53 count:14 sum:20 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[3 4 3 4]}}@2 {{schema:-53 count:18 sum:25 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[4 5 4 5]}}@3 {{schema:-53 count:22 sum:30 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[5 6 5 6]}}@4 {{schema:-53 count:26 sum:35 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[6 7 6 7]}}@5',
      '{job="b"} {{schema:-53 count:6 sum:10 custom_values:[1 5 10] buckets:[1 2 1 2]}}@0 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@1 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@2 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@3 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@4 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@5',
    ],
  ],
  [
    "sum(own)",
    [
      "{} {{schema:-53 count:12 sum:20 custom_values:[1 5] buckets:[2 5 5]}}@0 {{schema:-53 count:16 sum:25 custom_values:[1 5] counter_reset_hint:not_reset buckets:[3 7 6]}}@1 {{schema:-53 count:20 sum:30 custom_values:[1 5] counter_reset_hint:not_reset buckets:[4 9 7]}}@2 {{schema:-53 count:24 sum:35 custom_values:[1 5] counter_reset_hint:not_reset buckets:[5 11 8]}}@3 {{schema:-53 count:28 sum:40 custom_values:[1 5] counter_reset_hint:not_reset buckets:[6 13 9]}}@4 {{schema:-53 count:32 sum:45 custom_values:[1 5] counter_reset_hint:not_reset buckets:[7 15 10]}}@5",
    ],
    ["PromQL info: mismatched custom buckets were reconciled during aggregation (1:5)"],
  ],
  [
    "sum(load)",
    [
      "{} {{count:10 sum:5 counter_reset_hint:gauge buckets:[1 2 3 4]}}@0 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@1 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@2 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@3 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@4 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@5",
    ],
  ],
  [
    "sum({__name__=~'load|own'})",
    [],
    ['PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "own" (1:5)'],
  ],
  [
    "avg by (job) ({__name__=~'load|own', job='b'})",
    [
      '{job="b"} {{schema:-53 count:6 sum:10 custom_values:[1 5 10] buckets:[1 2 1 2]}}@0 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@1 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@2 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@3 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@4 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@5',
    ],
  ],
  [
    "sum(mixed)",
    ["{} 4@4 5@5"],
    [
      "PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)",
      'PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "mixed" (1:5)',
    ],
  ],
  [
    "avg(mixed)",
    ["{} 4@4 5@5"],
    [
      "PromQL warning: encountered a mix of histograms and floats for aggregation (1:5)",
      'PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "mixed" (1:5)',
    ],
  ],
  [
    "sum by (job) ({__name__=~'plain|load'})",
    ['{job="b"} 5@0 4@1 3@2 3@3'],
    ["PromQL warning: encountered a mix of histograms and floats for aggregation (1:15)"],
  ],
  ["count(mixed)", ["{} 2@0 2@1 2@2 2@3 1@4 1@5"]],
  ["group(wait)", ["{} 1@0 1@1 1@2 1@3 1@4 1@5"]],
  ["min(mixed)", ["{} 1@0 2@1 4@4 5@5"], ["PromQL info: ignored histogram in min aggregation (1:5)"]],
  ["max(wait)", [], ["PromQL info: ignored histogram in max aggregation (1:5)"]],
  ["stddev(mixed)", ["{} 0@0 0@1 0@4 0@5"], ["PromQL info: ignored histogram in stddev aggregation (1:8)"]],
  ["stdvar(wait)", [], ["PromQL info: ignored histogram in stdvar aggregation (1:8)"]],
  ["quantile(0.5, mixed)", ["{} 1@0 2@1 4@4 5@5"], ["PromQL info: ignored histogram in quantile aggregation (1:15)"]],
  ["topk(1, mixed)", ['{__name__="mixed", job="a"} 1@0 2@1 4@4 5@5'], ["PromQL info: ignored histogram in topk aggregation (1:1)"]],
  ["bottomk(2, wait)", [], ["PromQL info: ignored histogram in bottomk aggregation (1:1)"]],
  [
    "limitk(1, load)",
    [
      '{__name__="load", job="a"} {{count:10 sum:5 counter_reset_hint:gauge buckets:[1 2 3 4]}}@0 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@1 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@2 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@3 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@4 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@5',
    ],
  ],
  ['count_values("v", own{job="b"})', ['{v="{count:6, sum:10, [-Inf,1]:1, (1,5]:2, (5,10]:1, (10,+Inf]:2}"} 1@0 1@1 1@2 1@3 1@4 1@5']],
  [
    'count_values("v", mixed{job="a"})',
    ['{v="1"} 1@0', '{v="2"} 1@1', '{v="4"} 1@4', '{v="5"} 1@5', '{v="{count:3, sum:1, (0.5,1]:1, (1,2]:2}"} 1@2 1@3'],
  ],
  [
    "histogram_count(sum(wait))",
    ["{} 17@0 20@1 13@2 25@3 28@4 31@5"],
    ["PromQL warning: conflicting counter resets during histogram aggregation (1:21)"],
  ],
  ["histogram_count(avg(own))", ["{} 6@0 8@1 10@2 12@3 14@4 16@5"]],
];

test.each(rows)("%s", async (...row: HistogramRow) => {
  expect(await histogramLines(row[0])).toEqual(row);
});
