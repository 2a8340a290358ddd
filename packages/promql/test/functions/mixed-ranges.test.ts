import { expect, test } from "@jest/globals";
import { type HistogramRow, histogramLines } from "../operators/histogram-lines.ts";

/** Results of upstream's engine (v3.14): functions of ranges that hold histograms. */
const rows: readonly HistogramRow[] = [
  [
    "rate(wait[2m])",
    [
      '{i="0", job="a"} {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@1 {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@2 {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@3 {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@4 {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@5',
      '{i="0", job="b"} {{counter_reset_hint:gauge}}@1 {{counter_reset_hint:gauge}}@4 {{counter_reset_hint:gauge}}@5',
      '{i="1", job="a"} {{schema:1 counter_reset_hint:gauge}}@1 {{schema:1 count:0.05 sum:0.016666666666666666 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@2 {{schema:1 counter_reset_hint:gauge}}@3 {{schema:1 counter_reset_hint:gauge}}@4 {{schema:1 counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "increase(wait[3m])",
    [
      '{i="0", job="a"} {{count:4.5 sum:3 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[1.5 3]}}@1 {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@2 {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@3 {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@4 {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@5',
      '{i="0", job="b"} {{counter_reset_hint:gauge}}@1 {{counter_reset_hint:gauge}}@2 {{count:6 sum:6 counter_reset_hint:gauge buckets:[1.5] n_buckets:[1.5 3]}}@3 {{counter_reset_hint:gauge}}@4 {{counter_reset_hint:gauge}}@5',
      '{i="1", job="a"} {{schema:1 counter_reset_hint:gauge}}@1 {{schema:1 count:4.5 sum:1.5 counter_reset_hint:gauge buckets:[1.5 3]}}@2 {{schema:1 count:4.5 sum:1.5 counter_reset_hint:gauge buckets:[1.5 3]}}@3 {{schema:1 counter_reset_hint:gauge}}@4 {{schema:1 counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "delta(load[2m])",
    [
      '{job="a"} {{schema:-1 count:-8 sum:-4 counter_reset_hint:gauge offset:1 buckets:[-6 -2]}}@1 {{schema:-1 counter_reset_hint:gauge}}@2 {{schema:-1 counter_reset_hint:gauge}}@3 {{schema:-1 counter_reset_hint:gauge}}@4 {{schema:-1 counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "delta(wait[2m])",
    [
      '{i="0", job="a"} {{count:6 sum:4 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[2 4]}}@1 {{count:6 sum:4 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[2 4]}}@2 {{count:6 sum:4 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[2 4]}}@3 {{count:6 sum:4 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[2 4]}}@4 {{count:6 sum:4 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[2 4]}}@5',
      '{i="0", job="b"} {{counter_reset_hint:gauge}}@1 {{counter_reset_hint:gauge}}@4 {{counter_reset_hint:gauge}}@5',
      '{i="1", job="a"} {{schema:1 counter_reset_hint:gauge}}@1 {{schema:1 count:-10 sum:-16 counter_reset_hint:gauge offset:2 buckets:[-2 -8]}}@2 {{schema:1 counter_reset_hint:gauge}}@3 {{schema:1 counter_reset_hint:gauge}}@4 {{schema:1 counter_reset_hint:gauge}}@5',
    ],
    ['PromQL warning: this native histogram metric is not a gauge: "wait" (1:7)'],
  ],
  [
    "rate(load[2m])",
    [
      '{job="a"} {{schema:-1 count:0.1 sum:0.05 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333 0.05]}}@1 {{schema:-1 counter_reset_hint:gauge}}@2 {{schema:-1 counter_reset_hint:gauge}}@3 {{schema:-1 counter_reset_hint:gauge}}@4 {{schema:-1 counter_reset_hint:gauge}}@5',
    ],
    ['PromQL warning: this native histogram metric is not a counter: "load" (1:6)'],
  ],
  [
    "rate(own[2m])",
    [
      '{job="a"} {{schema:-53 count:0.06666666666666667 sum:0.08333333333333333 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.016666666666666666 0.016666666666666666 0.016666666666666666 0.016666666666666666]}}@1 {{schema:-53 count:0.06666666666666667 sum:0.08333333333333333 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.016666666666666666 0.016666666666666666 0.016666666666666666 0.016666666666666666]}}@2 {{schema:-53 count:0.06666666666666667 sum:0.08333333333333333 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.016666666666666666 0.016666666666666666 0.016666666666666666 0.016666666666666666]}}@3 {{schema:-53 count:0.06666666666666667 sum:0.08333333333333333 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.016666666666666666 0.016666666666666666 0.016666666666666666 0.016666666666666666]}}@4 {{schema:-53 count:0.06666666666666667 sum:0.08333333333333333 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.016666666666666666 0.016666666666666666 0.016666666666666666 0.016666666666666666]}}@5',
      '{job="b"} {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@1 {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@2 {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@3 {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@4 {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "irate(wait[2m])",
    [
      '{i="0", job="a"} {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@1 {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@2 {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@3 {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@4 {{count:0.05 sum:0.03333333333333333 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@5',
      '{i="0", job="b"} {{counter_reset_hint:gauge}}@1 {{counter_reset_hint:gauge}}@4 {{counter_reset_hint:gauge}}@5',
      '{i="1", job="a"} {{schema:1 counter_reset_hint:gauge}}@1 {{schema:1 count:0.05 sum:0.016666666666666666 counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333]}}@2 {{schema:1 counter_reset_hint:gauge}}@3 {{schema:1 counter_reset_hint:gauge}}@4 {{schema:1 counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "idelta(load[2m])",
    [
      '{job="a"} {{schema:-1 count:-4 sum:-2 counter_reset_hint:gauge offset:1 buckets:[-3 -1]}}@1 {{schema:-1 counter_reset_hint:gauge}}@2 {{schema:-1 counter_reset_hint:gauge}}@3 {{schema:-1 counter_reset_hint:gauge}}@4 {{schema:-1 counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "idelta(wait[2m])",
    [
      '{i="0", job="a"} {{count:3 sum:2 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[1 2]}}@1 {{count:3 sum:2 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[1 2]}}@2 {{count:3 sum:2 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[1 2]}}@3 {{count:3 sum:2 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[1 2]}}@4 {{count:3 sum:2 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[1 2]}}@5',
      '{i="0", job="b"} {{counter_reset_hint:gauge}}@1 {{counter_reset_hint:gauge}}@4 {{counter_reset_hint:gauge}}@5',
      '{i="1", job="a"} {{schema:1 counter_reset_hint:gauge}}@1 {{schema:1 count:-5 sum:-8 counter_reset_hint:gauge offset:2 buckets:[-1 -4]}}@2 {{schema:1 counter_reset_hint:gauge}}@3 {{schema:1 counter_reset_hint:gauge}}@4 {{schema:1 counter_reset_hint:gauge}}@5',
    ],
    ['PromQL warning: this native histogram metric is not a gauge: "wait" (1:8)'],
  ],
  [
    "irate(mixed[2m])",
    [
      '{job="a"} 0.016666666666666666@1 {{counter_reset_hint:gauge}}@3 0.016666666666666666@5',
      '{job="b"} {{schema:-53 count:0.1 sum:0.16666666666666666 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333 0.016666666666666666 0.03333333333333333]}}@1 {{schema:-53 custom_values:[1 2 5] counter_reset_hint:gauge}}@2',
    ],
    ['PromQL warning: encountered a mix of histograms and floats for metric name "mixed" (1:7)'],
  ],
  [
    "rate(mixed[3m])",
    [
      '{job="a"} 0.008333333333333333@1',
      '{job="b"} {{schema:-53 count:0.05 sum:0.08333333333333333 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.008333333333333333 0.016666666666666666 0.008333333333333333 0.016666666666666666]}}@1 {{schema:-53 count:0.05 sum:0.08333333333333333 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.008333333333333333 0.016666666666666666 0.008333333333333333 0.016666666666666666]}}@2 {{schema:-53 custom_values:[1 2 5] counter_reset_hint:gauge}}@3',
    ],
    [
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "mixed" (1:6)',
      'PromQL warning: encountered a mix of histograms and floats for metric name "mixed" (1:6)',
    ],
  ],
  [
    "resets(wait[4m])",
    ['{i="0", job="a"} 0@0 0@1 0@2 0@3 0@4 0@5', '{i="0", job="b"} 0@0 0@1 0@2 0@3 0@4 0@5', '{i="1", job="a"} 0@0 0@1 1@2 1@3 1@4 0@5'],
  ],
  ["resets(mixed[4m])", ['{job="a"} 0@0 0@1 1@2 1@3 2@4 1@5', '{job="b"} 0@0 1@1 1@2 1@3 0@4 0@5']],
  [
    "changes(wait[4m])",
    ['{i="0", job="a"} 0@0 1@1 2@2 3@3 3@4 3@5', '{i="0", job="b"} 0@0 0@1 0@2 1@3 1@4 0@5', '{i="1", job="a"} 0@0 0@1 1@2 1@3 1@4 0@5'],
  ],
  ["changes(mixed[5m])", ['{job="a"} 0@0 1@1 2@2 2@3 3@4 3@5', '{job="b"} 0@0 1@1 1@2 1@3 1@4 0@5']],
  [
    "sum_over_time(wait[2m])",
    [
      '{i="0", job="a"} {{count:4 sum:1 z_bucket:1 z_bucket_w:0.001 buckets:[1 2]}}@0 {{count:11 sum:4 z_bucket:2 z_bucket_w:0.001 buckets:[3 6]}}@1 {{count:17 sum:8 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[5 10]}}@2 {{count:23 sum:12 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[7 14]}}@3 {{count:29 sum:16 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[9 18]}}@4 {{count:35 sum:20 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[11 22]}}@5',
      '{i="0", job="b"} {{count:5 sum:-1 buckets:[1 1] n_buckets:[1 2]}}@0 {{count:10 sum:-2 buckets:[2 2] n_buckets:[2 4]}}@1 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@2 {{count:9 sum:3 buckets:[2 1] n_buckets:[2 4]}}@3 {{count:18 sum:6 buckets:[4 2] n_buckets:[4 8]}}@4 {{count:18 sum:6 counter_reset_hint:not_reset buckets:[4 2] n_buckets:[4 8]}}@5',
      '{i="1", job="a"} {{schema:1 count:8 sum:9 buckets:[1 2 1 4]}}@0 {{schema:1 count:16 sum:18 buckets:[2 4 2 8]}}@1 {{schema:1 count:11 sum:10 buckets:[2 4 1 4]}}@2 {{schema:1 count:6 sum:2 buckets:[2 4]}}@3 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@4 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@5',
    ],
  ],
  [
    "avg_over_time(wait[2m])",
    [
      '{i="0", job="a"} {{count:4 sum:1 z_bucket:1 z_bucket_w:0.001 buckets:[1 2]}}@0 {{count:5.5 sum:2 z_bucket:1 z_bucket_w:0.001 buckets:[1.5 3]}}@1 {{count:8.5 sum:4 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2.5 5]}}@2 {{count:11.5 sum:6 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[3.5 7]}}@3 {{count:14.5 sum:8 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[4.5 9]}}@4 {{count:17.5 sum:10 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[5.5 11]}}@5',
      '{i="0", job="b"} {{count:5 sum:-1 buckets:[1 1] n_buckets:[1 2]}}@0 {{count:5 sum:-1 buckets:[1 1] n_buckets:[1 2]}}@1 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@2 {{count:9 sum:3 buckets:[2 1] n_buckets:[2 4]}}@3 {{count:9 sum:3 buckets:[2 1] n_buckets:[2 4]}}@4 {{count:9 sum:3 counter_reset_hint:not_reset buckets:[2 1] n_buckets:[2 4]}}@5',
      '{i="1", job="a"} {{schema:1 count:8 sum:9 buckets:[1 2 1 4]}}@0 {{schema:1 count:8 sum:9 buckets:[1 2 1 4]}}@1 {{schema:1 count:5.5 sum:5 buckets:[1 2 0.5 2]}}@2 {{schema:1 count:3 sum:1 buckets:[1 2]}}@3 {{schema:1 count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@4 {{schema:1 count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@5',
    ],
  ],
  [
    "sum_over_time(load[3m])",
    [
      '{job="a"} {{count:10 sum:5 counter_reset_hint:gauge buckets:[1 2 3 4]}}@0 {{schema:-1 count:16 sum:8 counter_reset_hint:gauge buckets:[2 7 7]}}@1 {{schema:-1 count:22 sum:11 counter_reset_hint:gauge buckets:[3 9 10]}}@2 {{schema:-1 count:18 sum:9 counter_reset_hint:gauge buckets:[3 6 9]}}@3 {{schema:-1 count:18 sum:9 counter_reset_hint:gauge buckets:[3 6 9]}}@4 {{schema:-1 count:18 sum:9 counter_reset_hint:gauge buckets:[3 6 9]}}@5',
    ],
  ],
  [
    "sum_over_time(mixed[3m])",
    [
      '{job="a"} 1@0 3@1',
      '{job="b"} {{count:3 sum:1 buckets:[1 2]}}@0 {{schema:-53 count:12 sum:20 custom_values:[1 2 5] buckets:[2 4 2 4]}}@3 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@4',
    ],
    [
      'PromQL warning: encountered a mix of histograms and floats for metric name "mixed" (1:15)',
      'PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "mixed" (1:15)',
    ],
  ],
  [
    "avg_over_time(own[3m])",
    [
      '{job="a"} {{schema:-53 count:6 sum:10 custom_values:[1 2 5] buckets:[1 2 1 2]}}@0 {{schema:-53 count:8 sum:12.5 custom_values:[1 2 5] buckets:[1.5 2.5 1.5 2.5]}}@1 {{schema:-53 count:10 sum:15 custom_values:[1 2 5] buckets:[2 3 2 3]}}@2 {{schema:-53 count:14 sum:20 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[3 4 3 4]}}@3 {{schema:-53 count:18 sum:25 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[4 5 4 5]}}@4 {{schema:-53 count:22 sum:30 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[5 6 5 6]}}@5',
      '{job="b"} {{schema:-53 count:6 sum:10 custom_values:[1 5 10] buckets:[1 2 1 2]}}@0 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] buckets:[1 2 1 2]}}@1 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] buckets:[1 2 1 2]}}@2 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@3 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@4 {{schema:-53 count:6 sum:10 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@5',
    ],
  ],
  ["count_over_time(mixed[3m])", ['{job="a"} 1@0 2@1 3@2 3@3 3@4 3@5', '{job="b"} 1@0 2@1 3@2 2@3 1@4']],
  ["present_over_time(mixed[2m])", ['{job="a"} 1@0 1@1 1@2 1@3 1@4 1@5', '{job="b"} 1@0 1@1 1@2 1@3']],
  ["absent_over_time(mixed[1m])", []],
  ["absent_over_time(load[1m])", []],
  [
    "first_over_time(mixed[3m])",
    [
      '{__name__="mixed", job="a"} 1@0 1@1 1@2 2@3 {{count:3 sum:1 buckets:[1 2]}}@4 {{count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@5',
      '{__name__="mixed", job="b"} {{count:3 sum:1 buckets:[1 2]}}@0 {{count:3 sum:1 buckets:[1 2]}}@1 {{count:3 sum:1 buckets:[1 2]}}@2 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] buckets:[1 2 1 2]}}@3 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@4',
    ],
  ],
  [
    "last_over_time(mixed[3m])",
    [
      '{__name__="mixed", job="a"} 1@0 2@1 {{count:3 sum:1 buckets:[1 2]}}@2 {{count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@3 4@4 5@5',
      '{__name__="mixed", job="b"} {{count:3 sum:1 buckets:[1 2]}}@0 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] buckets:[1 2 1 2]}}@1 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@2 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@3 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@4',
    ],
  ],
  [
    "min_over_time(mixed[3m])",
    ['{job="a"} 1@0 1@1 1@2 2@3 4@4 4@5'],
    ['PromQL info: ignored histograms in a range containing both floats and histograms for metric name "mixed" (1:15)'],
  ],
  ["max_over_time(wait[3m])", []],
  [
    "quantile_over_time(0.5, mixed[3m])",
    ['{job="a"} 1@0 1.5@1 1.5@2 2@3 4@4 4.5@5'],
    ['PromQL info: ignored histograms in a range containing both floats and histograms for metric name "mixed" (1:20)'],
  ],
  [
    "deriv(mixed[4m])",
    ['{job="a"} 0.016666666666666666@1 0.016666666666666666@2 0.016666666666666666@3 0.011111111111111112@4 0.016666666666666666@5'],
    ['PromQL info: ignored histograms in a range containing both floats and histograms for metric name "mixed" (1:7)'],
  ],
  [
    "stddev_over_time(mixed[3m])",
    ['{job="a"} 0@0 0.5@1 0.5@2 0@3 0@4 0.5@5'],
    ['PromQL info: ignored histograms in a range containing both floats and histograms for metric name "mixed" (1:18)'],
  ],
  [
    "rate(wait[4m:1m])",
    [
      '{i="0", job="a"} {{count:0.018750000000000003 sum:0.0125 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.00625 0.0125]}}@1 {{count:0.03125 sum:0.020833333333333332 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.010416666666666666 0.020833333333333332]}}@2 {{count:0.049999999999999996 sum:0.033333333333333326 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666663 0.033333333333333326]}}@3 {{count:0.049999999999999996 sum:0.033333333333333326 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666663 0.033333333333333326]}}@4 {{count:0.049999999999999996 sum:0.033333333333333326 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[0.016666666666666663 0.033333333333333326]}}@5',
      '{i="0", job="b"} {{counter_reset_hint:gauge}}@1 {{counter_reset_hint:gauge}}@2 {{count:0.02222222222222222 sum:0.02222222222222222 counter_reset_hint:gauge buckets:[0.005555555555555555] n_buckets:[0.005555555555555555 0.01111111111111111]}}@3 {{count:0.02222222222222222 sum:0.02222222222222222 counter_reset_hint:gauge buckets:[0.005555555555555555] n_buckets:[0.005555555555555555 0.01111111111111111]}}@4 {{counter_reset_hint:gauge}}@5',
      '{i="1", job="a"} {{schema:1 counter_reset_hint:gauge}}@1 {{schema:1 count:0.015625 sum:0.005208333333333333 counter_reset_hint:gauge buckets:[0.005208333333333333 0.010416666666666666]}}@2 {{schema:1 count:0.016666666666666663 sum:0.005555555555555555 counter_reset_hint:gauge buckets:[0.005555555555555555 0.01111111111111111]}}@3 {{schema:1 count:0.016666666666666663 sum:0.005555555555555555 counter_reset_hint:gauge buckets:[0.005555555555555555 0.01111111111111111]}}@4 {{schema:1 counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "resets(wait[4m:30s])",
    ['{i="0", job="a"} 0@0 0@1 0@2 0@3 0@4 0@5', '{i="0", job="b"} 0@0 0@1 0@2 0@3 0@4 0@5', '{i="1", job="a"} 0@0 0@1 1@2 1@3 1@4 1@5'],
  ],
  [
    "increase(wait[3m] @ 180)",
    [
      '{i="0", job="a"} {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@0 {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@1 {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@2 {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@3 {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@4 {{count:9 sum:6 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6]}}@5',
      '{i="0", job="b"} {{count:6 sum:6 counter_reset_hint:gauge buckets:[1.5] n_buckets:[1.5 3]}}@0 {{count:6 sum:6 counter_reset_hint:gauge buckets:[1.5] n_buckets:[1.5 3]}}@1 {{count:6 sum:6 counter_reset_hint:gauge buckets:[1.5] n_buckets:[1.5 3]}}@2 {{count:6 sum:6 counter_reset_hint:gauge buckets:[1.5] n_buckets:[1.5 3]}}@3 {{count:6 sum:6 counter_reset_hint:gauge buckets:[1.5] n_buckets:[1.5 3]}}@4 {{count:6 sum:6 counter_reset_hint:gauge buckets:[1.5] n_buckets:[1.5 3]}}@5',
      '{i="1", job="a"} {{schema:1 count:4.5 sum:1.5 counter_reset_hint:gauge buckets:[1.5 3]}}@0 {{schema:1 count:4.5 sum:1.5 counter_reset_hint:gauge buckets:[1.5 3]}}@1 {{schema:1 count:4.5 sum:1.5 counter_reset_hint:gauge buckets:[1.5 3]}}@2 {{schema:1 count:4.5 sum:1.5 counter_reset_hint:gauge buckets:[1.5 3]}}@3 {{schema:1 count:4.5 sum:1.5 counter_reset_hint:gauge buckets:[1.5 3]}}@4 {{schema:1 count:4.5 sum:1.5 counter_reset_hint:gauge buckets:[1.5 3]}}@5',
    ],
  ],
  [
    "rate(mixed{job='b'}[3m])",
    [
      '{job="b"} {{schema:-53 count:0.05 sum:0.08333333333333333 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.008333333333333333 0.016666666666666666 0.008333333333333333 0.016666666666666666]}}@1 {{schema:-53 count:0.05 sum:0.08333333333333333 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.008333333333333333 0.016666666666666666 0.008333333333333333 0.016666666666666666]}}@2 {{schema:-53 custom_values:[1 2 5] counter_reset_hint:gauge}}@3',
    ],
  ],
  [
    "irate(mixed{job='b'}[3m])",
    [
      '{job="b"} {{schema:-53 count:0.1 sum:0.16666666666666666 custom_values:[1 2 5] counter_reset_hint:gauge buckets:[0.016666666666666666 0.03333333333333333 0.016666666666666666 0.03333333333333333]}}@1 {{schema:-53 custom_values:[1 2 5] counter_reset_hint:gauge}}@2 {{schema:-53 custom_values:[1 2 5] counter_reset_hint:gauge}}@3',
    ],
  ],
  [
    "idelta(mixed{job='b'}[3m])",
    [
      '{job="b"} {{schema:-53 custom_values:[1 2 5] counter_reset_hint:gauge}}@2 {{schema:-53 custom_values:[1 2 5] counter_reset_hint:gauge}}@3',
    ],
    [
      'PromQL warning: this native histogram metric is not a gauge: "mixed" (1:8)',
      'PromQL warning: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "mixed" (1:8)',
    ],
  ],
  [
    "predict_linear(mixed[4m], 60)",
    ['{job="a"} 3@1 4@2 5@3 4.666666666666667@4 6@5'],
    ['PromQL info: ignored histograms in a range containing both floats and histograms for metric name "mixed" (1:16)'],
  ],
];

test.each(rows)("%s", async (...row: HistogramRow) => {
  expect(await histogramLines(row[0])).toEqual(row);
});
