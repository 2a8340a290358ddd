import { expect, test } from "@jest/globals";
import { type HistogramRow, histogramLines } from "../histogram-lines.ts";

/** Results of upstream's engine (v3.14): operators between histograms and floats. */
const rows: readonly HistogramRow[] = [
  [
    "own % on (job) fill_left (7) plain",
    ['{job="a"} NaN@0 0@1 1@2 1@3 3@4 2@5', '{job="b"} 2@0 3@1 1@2 1@3'],
    ['PromQL info: incompatible sample types encountered for binary operator "%": histogram % float (1:1)'],
  ],
  [
    "plain % on (job) group_right () fill_left (4) own",
    ['{job="a"} 0@0 1@1 2@2 3@3 0@4 1@5', '{job="b"} 1@0 0@1 3@2 3@3'],
    ['PromQL info: incompatible sample types encountered for binary operator "%": float % histogram (1:1)'],
  ],
  [
    "nothing and (plain >/ plain)",
    [],
    ['PromQL info: incompatible sample types encountered for binary operator ">/": float >/ float (1:14)'],
  ],
  [
    "wait + wait",
    [
      '{i="0", job="a"} {{count:8 sum:2 z_bucket:2 z_bucket_w:0.001 buckets:[2 4]}}@0 {{count:14 sum:6 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[4 8]}}@1 {{count:20 sum:10 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[6 12]}}@2 {{count:26 sum:14 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[8 16]}}@3 {{count:32 sum:18 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[10 20]}}@4 {{count:38 sum:22 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[12 24]}}@5',
      '{i="0", job="b"} {{count:10 sum:-2 buckets:[2 2] n_buckets:[2 4]}}@0 {{count:10 sum:-2 counter_reset_hint:not_reset buckets:[2 2] n_buckets:[2 4]}}@1 {{count:18 sum:6 buckets:[4 2] n_buckets:[4 8]}}@3 {{count:18 sum:6 counter_reset_hint:not_reset buckets:[4 2] n_buckets:[4 8]}}@4 {{count:18 sum:6 counter_reset_hint:not_reset buckets:[4 2] n_buckets:[4 8]}}@5',
      '{i="1", job="a"} {{schema:1 count:16 sum:18 buckets:[2 4 2 8]}}@0 {{schema:1 count:16 sum:18 counter_reset_hint:not_reset buckets:[2 4 2 8]}}@1 {{schema:1 count:6 sum:2 buckets:[2 4]}}@2 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@3 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@4 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@5',
    ],
  ],
  [
    "wait - on (job, i) wait",
    [
      '{i="0", job="a"} {{z_bucket_w:0.001 counter_reset_hint:gauge}}@0 {{z_bucket_w:0.001 counter_reset_hint:gauge}}@1 {{z_bucket_w:0.001 counter_reset_hint:gauge}}@2 {{z_bucket_w:0.001 counter_reset_hint:gauge}}@3 {{z_bucket_w:0.001 counter_reset_hint:gauge}}@4 {{z_bucket_w:0.001 counter_reset_hint:gauge}}@5',
      '{i="0", job="b"} {{counter_reset_hint:gauge}}@0 {{counter_reset_hint:gauge}}@1 {{counter_reset_hint:gauge}}@3 {{counter_reset_hint:gauge}}@4 {{counter_reset_hint:gauge}}@5',
      '{i="1", job="a"} {{schema:1 counter_reset_hint:gauge}}@0 {{schema:1 counter_reset_hint:gauge}}@1 {{schema:1 counter_reset_hint:gauge}}@2 {{schema:1 counter_reset_hint:gauge}}@3 {{schema:1 counter_reset_hint:gauge}}@4 {{schema:1 counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "load - load",
    [
      '{job="a"} {{counter_reset_hint:gauge}}@0 {{schema:-1 counter_reset_hint:gauge}}@1 {{schema:-1 counter_reset_hint:gauge}}@2 {{schema:-1 counter_reset_hint:gauge}}@3 {{schema:-1 counter_reset_hint:gauge}}@4 {{schema:-1 counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "own + on (job) own",
    [
      '{job="a"} {{schema:-53 count:12 sum:20 custom_values:[1 2 5] buckets:[2 4 2 4]}}@0 {{schema:-53 count:20 sum:30 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[4 6 4 6]}}@1 {{schema:-53 count:28 sum:40 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[6 8 6 8]}}@2 {{schema:-53 count:36 sum:50 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[8 10 8 10]}}@3 {{schema:-53 count:44 sum:60 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[10 12 10 12]}}@4 {{schema:-53 count:52 sum:70 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[12 14 12 14]}}@5',
      '{job="b"} {{schema:-53 count:12 sum:20 custom_values:[1 5 10] buckets:[2 4 2 4]}}@0 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@1 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@2 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@3 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@4 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@5',
    ],
  ],
  [
    "own + on () group_left own{job='b'}",
    [
      '{job="a"} {{schema:-53 count:12 sum:20 custom_values:[1 5] buckets:[2 5 5]}}@0 {{schema:-53 count:16 sum:25 custom_values:[1 5] counter_reset_hint:not_reset buckets:[3 7 6]}}@1 {{schema:-53 count:20 sum:30 custom_values:[1 5] counter_reset_hint:not_reset buckets:[4 9 7]}}@2 {{schema:-53 count:24 sum:35 custom_values:[1 5] counter_reset_hint:not_reset buckets:[5 11 8]}}@3 {{schema:-53 count:28 sum:40 custom_values:[1 5] counter_reset_hint:not_reset buckets:[6 13 9]}}@4 {{schema:-53 count:32 sum:45 custom_values:[1 5] counter_reset_hint:not_reset buckets:[7 15 10]}}@5',
      '{job="b"} {{schema:-53 count:12 sum:20 custom_values:[1 5 10] buckets:[2 4 2 4]}}@0 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@1 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@2 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@3 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@4 {{schema:-53 count:12 sum:20 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@5',
    ],
    ["PromQL info: mismatched custom buckets were reconciled during addition (1:1)"],
  ],
  [
    "own - on () group_left own{job='b'}",
    [
      '{job="a"} {{schema:-53 custom_values:[1 5] counter_reset_hint:gauge offset:1 buckets:[1 -1]}}@0 {{schema:-53 count:4 sum:5 custom_values:[1 5] counter_reset_hint:gauge buckets:[1 3]}}@1 {{schema:-53 count:8 sum:10 custom_values:[1 5] counter_reset_hint:gauge buckets:[2 5 1]}}@2 {{schema:-53 count:12 sum:15 custom_values:[1 5] counter_reset_hint:gauge buckets:[3 7 2]}}@3 {{schema:-53 count:16 sum:20 custom_values:[1 5] counter_reset_hint:gauge buckets:[4 9 3]}}@4 {{schema:-53 count:20 sum:25 custom_values:[1 5] counter_reset_hint:gauge buckets:[5 11 4]}}@5',
      '{job="b"} {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@0 {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@1 {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@2 {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@3 {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@4 {{schema:-53 custom_values:[1 5 10] counter_reset_hint:gauge}}@5',
    ],
    ["PromQL info: mismatched custom buckets were reconciled during subtraction (1:1)"],
  ],
  [
    "wait + on (job) group_left load",
    [
      '{i="0", job="a"} {{count:14 sum:6 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[2 4 3 4]}}@0 {{schema:-1 count:13 sum:6 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[3 6 3]}}@1 {{schema:-1 count:16 sum:8 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[4 8 3]}}@2 {{schema:-1 count:19 sum:10 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[5 10 3]}}@3 {{schema:-1 count:22 sum:12 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[6 12 3]}}@4 {{schema:-1 count:25 sum:14 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[7 14 3]}}@5',
      '{i="1", job="a"} {{count:18 sum:14 counter_reset_hint:gauge buckets:[2 5 7 4]}}@0 {{schema:-1 count:14 sum:12 counter_reset_hint:gauge buckets:[2 9 3]}}@1 {{schema:-1 count:9 sum:4 counter_reset_hint:gauge buckets:[2 4 3]}}@2 {{schema:-1 count:9 sum:4 counter_reset_hint:gauge buckets:[2 4 3]}}@3 {{schema:-1 count:9 sum:4 counter_reset_hint:gauge buckets:[2 4 3]}}@4 {{schema:-1 count:9 sum:4 counter_reset_hint:gauge buckets:[2 4 3]}}@5',
    ],
  ],
  [
    "wait * 2",
    [
      '{i="0", job="a"} {{count:8 sum:2 z_bucket:2 z_bucket_w:0.001 buckets:[2 4]}}@0 {{count:14 sum:6 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[4 8]}}@1 {{count:20 sum:10 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[6 12]}}@2 {{count:26 sum:14 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[8 16]}}@3 {{count:32 sum:18 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[10 20]}}@4 {{count:38 sum:22 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[12 24]}}@5',
      '{i="0", job="b"} {{count:10 sum:-2 buckets:[2 2] n_buckets:[2 4]}}@0 {{count:10 sum:-2 counter_reset_hint:not_reset buckets:[2 2] n_buckets:[2 4]}}@1 {{count:18 sum:6 buckets:[4 2] n_buckets:[4 8]}}@3 {{count:18 sum:6 counter_reset_hint:not_reset buckets:[4 2] n_buckets:[4 8]}}@4 {{count:18 sum:6 counter_reset_hint:not_reset buckets:[4 2] n_buckets:[4 8]}}@5',
      '{i="1", job="a"} {{schema:1 count:16 sum:18 buckets:[2 4 2 8]}}@0 {{schema:1 count:16 sum:18 counter_reset_hint:not_reset buckets:[2 4 2 8]}}@1 {{schema:1 count:6 sum:2 buckets:[2 4]}}@2 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@3 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@4 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@5',
    ],
  ],
  [
    "2 * wait",
    [
      '{i="0", job="a"} {{count:8 sum:2 z_bucket:2 z_bucket_w:0.001 buckets:[2 4]}}@0 {{count:14 sum:6 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[4 8]}}@1 {{count:20 sum:10 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[6 12]}}@2 {{count:26 sum:14 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[8 16]}}@3 {{count:32 sum:18 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[10 20]}}@4 {{count:38 sum:22 z_bucket:2 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[12 24]}}@5',
      '{i="0", job="b"} {{count:10 sum:-2 buckets:[2 2] n_buckets:[2 4]}}@0 {{count:10 sum:-2 counter_reset_hint:not_reset buckets:[2 2] n_buckets:[2 4]}}@1 {{count:18 sum:6 buckets:[4 2] n_buckets:[4 8]}}@3 {{count:18 sum:6 counter_reset_hint:not_reset buckets:[4 2] n_buckets:[4 8]}}@4 {{count:18 sum:6 counter_reset_hint:not_reset buckets:[4 2] n_buckets:[4 8]}}@5',
      '{i="1", job="a"} {{schema:1 count:16 sum:18 buckets:[2 4 2 8]}}@0 {{schema:1 count:16 sum:18 counter_reset_hint:not_reset buckets:[2 4 2 8]}}@1 {{schema:1 count:6 sum:2 buckets:[2 4]}}@2 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@3 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@4 {{schema:1 count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@5',
    ],
  ],
  [
    "wait / 2",
    [
      '{i="0", job="a"} {{count:2 sum:0.5 z_bucket:0.5 z_bucket_w:0.001 buckets:[0.5 1]}}@0 {{count:3.5 sum:1.5 z_bucket:0.5 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[1 2]}}@1 {{count:5 sum:2.5 z_bucket:0.5 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[1.5 3]}}@2 {{count:6.5 sum:3.5 z_bucket:0.5 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2 4]}}@3 {{count:8 sum:4.5 z_bucket:0.5 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2.5 5]}}@4 {{count:9.5 sum:5.5 z_bucket:0.5 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[3 6]}}@5',
      '{i="0", job="b"} {{count:2.5 sum:-0.5 buckets:[0.5 0.5] n_buckets:[0.5 1]}}@0 {{count:2.5 sum:-0.5 counter_reset_hint:not_reset buckets:[0.5 0.5] n_buckets:[0.5 1]}}@1 {{count:4.5 sum:1.5 buckets:[1 0.5] n_buckets:[1 2]}}@3 {{count:4.5 sum:1.5 counter_reset_hint:not_reset buckets:[1 0.5] n_buckets:[1 2]}}@4 {{count:4.5 sum:1.5 counter_reset_hint:not_reset buckets:[1 0.5] n_buckets:[1 2]}}@5',
      '{i="1", job="a"} {{schema:1 count:4 sum:4.5 buckets:[0.5 1 0.5 2]}}@0 {{schema:1 count:4 sum:4.5 counter_reset_hint:not_reset buckets:[0.5 1 0.5 2]}}@1 {{schema:1 count:1.5 sum:0.5 buckets:[0.5 1]}}@2 {{schema:1 count:1.5 sum:0.5 counter_reset_hint:not_reset buckets:[0.5 1]}}@3 {{schema:1 count:1.5 sum:0.5 counter_reset_hint:not_reset buckets:[0.5 1]}}@4 {{schema:1 count:1.5 sum:0.5 counter_reset_hint:not_reset buckets:[0.5 1]}}@5',
    ],
  ],
  [
    "load / 0",
    [
      '{job="a"} {{count:+Inf sum:+Inf z_bucket:NaN counter_reset_hint:gauge}}@0 {{schema:-1 count:+Inf sum:+Inf z_bucket:NaN counter_reset_hint:gauge}}@1 {{schema:-1 count:+Inf sum:+Inf z_bucket:NaN counter_reset_hint:gauge}}@2 {{schema:-1 count:+Inf sum:+Inf z_bucket:NaN counter_reset_hint:gauge}}@3 {{schema:-1 count:+Inf sum:+Inf z_bucket:NaN counter_reset_hint:gauge}}@4 {{schema:-1 count:+Inf sum:+Inf z_bucket:NaN counter_reset_hint:gauge}}@5',
    ],
  ],
  [
    "wait * -1",
    [
      '{i="0", job="a"} {{count:-4 sum:-1 z_bucket:-1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[-1 -2]}}@0 {{count:-7 sum:-3 z_bucket:-1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[-2 -4]}}@1 {{count:-10 sum:-5 z_bucket:-1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[-3 -6]}}@2 {{count:-13 sum:-7 z_bucket:-1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[-4 -8]}}@3 {{count:-16 sum:-9 z_bucket:-1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[-5 -10]}}@4 {{count:-19 sum:-11 z_bucket:-1 z_bucket_w:0.001 counter_reset_hint:gauge buckets:[-6 -12]}}@5',
      '{i="0", job="b"} {{count:-5 sum:1 counter_reset_hint:gauge buckets:[-1 -1] n_buckets:[-1 -2]}}@0 {{count:-5 sum:1 counter_reset_hint:gauge buckets:[-1 -1] n_buckets:[-1 -2]}}@1 {{count:-9 sum:-3 counter_reset_hint:gauge buckets:[-2 -1] n_buckets:[-2 -4]}}@3 {{count:-9 sum:-3 counter_reset_hint:gauge buckets:[-2 -1] n_buckets:[-2 -4]}}@4 {{count:-9 sum:-3 counter_reset_hint:gauge buckets:[-2 -1] n_buckets:[-2 -4]}}@5',
      '{i="1", job="a"} {{schema:1 count:-8 sum:-9 counter_reset_hint:gauge buckets:[-1 -2 -1 -4]}}@0 {{schema:1 count:-8 sum:-9 counter_reset_hint:gauge buckets:[-1 -2 -1 -4]}}@1 {{schema:1 count:-3 sum:-1 counter_reset_hint:gauge buckets:[-1 -2]}}@2 {{schema:1 count:-3 sum:-1 counter_reset_hint:gauge buckets:[-1 -2]}}@3 {{schema:1 count:-3 sum:-1 counter_reset_hint:gauge buckets:[-1 -2]}}@4 {{schema:1 count:-3 sum:-1 counter_reset_hint:gauge buckets:[-1 -2]}}@5',
    ],
  ],
  ["2 / wait", [], ['PromQL info: incompatible sample types encountered for binary operator "/": float / histogram (1:1)']],
  ["wait + 1", [], ['PromQL info: incompatible sample types encountered for binary operator "+": histogram + float (1:1)']],
  ["1 + wait", [], ['PromQL info: incompatible sample types encountered for binary operator "+": float + histogram (1:1)']],
  [
    "wait == wait",
    [
      '{__name__="wait", i="0", job="a"} {{count:4 sum:1 z_bucket:1 z_bucket_w:0.001 buckets:[1 2]}}@0 {{count:7 sum:3 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[2 4]}}@1 {{count:10 sum:5 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[3 6]}}@2 {{count:13 sum:7 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[4 8]}}@3 {{count:16 sum:9 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[5 10]}}@4 {{count:19 sum:11 z_bucket:1 z_bucket_w:0.001 counter_reset_hint:not_reset buckets:[6 12]}}@5',
      '{__name__="wait", i="0", job="b"} {{count:5 sum:-1 buckets:[1 1] n_buckets:[1 2]}}@0 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@1 {{count:9 sum:3 buckets:[2 1] n_buckets:[2 4]}}@3 {{count:9 sum:3 counter_reset_hint:not_reset buckets:[2 1] n_buckets:[2 4]}}@4 {{count:9 sum:3 counter_reset_hint:not_reset buckets:[2 1] n_buckets:[2 4]}}@5',
      '{__name__="wait", i="1", job="a"} {{schema:1 count:8 sum:9 buckets:[1 2 1 4]}}@0 {{schema:1 count:8 sum:9 counter_reset_hint:not_reset buckets:[1 2 1 4]}}@1 {{schema:1 count:3 sum:1 buckets:[1 2]}}@2 {{schema:1 count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@3 {{schema:1 count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@4 {{schema:1 count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@5',
    ],
  ],
  ["wait != wait", []],
  [
    "wait == bool wait",
    ['{i="0", job="a"} 1@0 1@1 1@2 1@3 1@4 1@5', '{i="0", job="b"} 1@0 1@1 1@3 1@4 1@5', '{i="1", job="a"} 1@0 1@1 1@2 1@3 1@4 1@5'],
  ],
  [
    "wait != bool wait",
    ['{i="0", job="a"} 0@0 0@1 0@2 0@3 0@4 0@5', '{i="0", job="b"} 0@0 0@1 0@3 0@4 0@5', '{i="1", job="a"} 0@0 0@1 0@2 0@3 0@4 0@5'],
  ],
  ["wait == 1", [], ['PromQL info: incompatible sample types encountered for binary operator "==": histogram == float (1:1)']],
  ["wait > bool 1", [], ['PromQL info: incompatible sample types encountered for binary operator ">": histogram > float (1:1)']],
  ["wait > wait", [], ['PromQL info: incompatible sample types encountered for binary operator ">": histogram > histogram (1:1)']],
  ["wait * wait", [], ['PromQL info: incompatible sample types encountered for binary operator "*": histogram * histogram (1:1)']],
  ["wait ^ 2", [], ['PromQL info: incompatible sample types encountered for binary operator "^": histogram ^ float (1:1)']],
  [
    "load </ 2",
    [
      '{__name__="load", job="a"} {{count:3 sum:3.5355339059327378 counter_reset_hint:gauge buckets:[1 2]}}@0 {{schema:-1 count:2 sum:1.9142135623730951 counter_reset_hint:gauge buckets:[1 1]}}@1 {{schema:-1 count:2 sum:1.9142135623730951 counter_reset_hint:gauge buckets:[1 1]}}@2 {{schema:-1 count:2 sum:1.9142135623730951 counter_reset_hint:gauge buckets:[1 1]}}@3 {{schema:-1 count:2 sum:1.9142135623730951 counter_reset_hint:gauge buckets:[1 1]}}@4 {{schema:-1 count:2 sum:1.9142135623730951 counter_reset_hint:gauge buckets:[1 1]}}@5',
    ],
  ],
  [
    "load >/ 2",
    [
      '{__name__="load", job="a"} {{count:7 sum:31.112698372208094 counter_reset_hint:gauge offset:2 buckets:[3 4]}}@0 {{schema:-1 count:4 sum:26.82842712474619 counter_reset_hint:gauge offset:1 buckets:[1 3]}}@1 {{schema:-1 count:4 sum:26.82842712474619 counter_reset_hint:gauge offset:1 buckets:[1 3]}}@2 {{schema:-1 count:4 sum:26.82842712474619 counter_reset_hint:gauge offset:1 buckets:[1 3]}}@3 {{schema:-1 count:4 sum:26.82842712474619 counter_reset_hint:gauge offset:1 buckets:[1 3]}}@4 {{schema:-1 count:4 sum:26.82842712474619 counter_reset_hint:gauge offset:1 buckets:[1 3]}}@5',
    ],
  ],
  ["2 </ load", [], ['PromQL info: incompatible sample types encountered for binary operator "</": float </ histogram (1:1)']],
  [
    "own </ 3",
    [
      '{__name__="own", job="a"} {{schema:-53 count:3.3333333333333335 sum:4.333333333333333 custom_values:[1 2 5] buckets:[1 2 0.3333333333333333]}}@0 {{schema:-53 count:5.666666666666667 sum:7.166666666666666 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[2 3 0.6666666666666666]}}@1 {{schema:-53 count:8 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[3 4 1]}}@2 {{schema:-53 count:10.333333333333334 sum:12.833333333333332 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[4 5 1.3333333333333333]}}@3 {{schema:-53 count:12.666666666666666 sum:15.666666666666666 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[5 6 1.6666666666666665]}}@4 {{schema:-53 count:15 sum:18.5 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[6 7 2]}}@5',
      '{__name__="own", job="b"} {{schema:-53 count:2 sum:2.5 custom_values:[1 5 10] buckets:[1 1]}}@0 {{schema:-53 count:2 sum:2.5 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 1]}}@1 {{schema:-53 count:2 sum:2.5 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 1]}}@2 {{schema:-53 count:2 sum:2.5 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 1]}}@3 {{schema:-53 count:2 sum:2.5 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 1]}}@4 {{schema:-53 count:2 sum:2.5 custom_values:[1 5 10] counter_reset_hint:not_reset buckets:[1 1]}}@5',
    ],
  ],
  [
    "own >/ 3",
    [
      '{__name__="own", job="a"} {{schema:-53 count:2.666666666666667 sum:12.666666666666668 custom_values:[1 2 5] offset:2 buckets:[0.6666666666666667 2]}}@0 {{schema:-53 count:4.333333333333334 sum:20.333333333333336 custom_values:[1 2 5] counter_reset_hint:not_reset offset:2 buckets:[1.3333333333333335 3]}}@1 {{schema:-53 count:6 sum:28 custom_values:[1 2 5] counter_reset_hint:not_reset offset:2 buckets:[2 4]}}@2 {{schema:-53 count:7.666666666666667 sum:35.66666666666667 custom_values:[1 2 5] counter_reset_hint:not_reset offset:2 buckets:[2.666666666666667 5]}}@3 {{schema:-53 count:9.333333333333334 sum:43.333333333333336 custom_values:[1 2 5] counter_reset_hint:not_reset offset:2 buckets:[3.3333333333333335 6]}}@4 {{schema:-53 count:11 sum:51 custom_values:[1 2 5] counter_reset_hint:not_reset offset:2 buckets:[4 7]}}@5',
      '{__name__="own", job="b"} {{schema:-53 count:4 sum:31.5 custom_values:[1 5 10] offset:1 buckets:[1 1 2]}}@0 {{schema:-53 count:4 sum:31.5 custom_values:[1 5 10] counter_reset_hint:not_reset offset:1 buckets:[1 1 2]}}@1 {{schema:-53 count:4 sum:31.5 custom_values:[1 5 10] counter_reset_hint:not_reset offset:1 buckets:[1 1 2]}}@2 {{schema:-53 count:4 sum:31.5 custom_values:[1 5 10] counter_reset_hint:not_reset offset:1 buckets:[1 1 2]}}@3 {{schema:-53 count:4 sum:31.5 custom_values:[1 5 10] counter_reset_hint:not_reset offset:1 buckets:[1 1 2]}}@4 {{schema:-53 count:4 sum:31.5 custom_values:[1 5 10] counter_reset_hint:not_reset offset:1 buckets:[1 1 2]}}@5',
    ],
  ],
  ["plain </ 1", [], ['PromQL info: incompatible sample types encountered for binary operator "</": float </ float (1:1)']],
  [
    "mixed </ 1",
    [
      '{__name__="mixed", job="a"} {{count:1 sum:0.7071067811865476 buckets:[1]}}@2 {{count:1 sum:0.7071067811865476 counter_reset_hint:not_reset buckets:[1]}}@3',
      '{__name__="mixed", job="b"} {{count:1 sum:0.7071067811865476 buckets:[1]}}@0 {{schema:-53 count:1 sum:0.5 custom_values:[1 2 5] buckets:[1]}}@1 {{schema:-53 count:1 sum:0.5 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1]}}@2 {{schema:-53 count:1 sum:0.5 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1]}}@3',
    ],
    ['PromQL info: incompatible sample types encountered for binary operator "</": float </ float (1:1)'],
  ],
  ["load </ load", [], ['PromQL info: incompatible sample types encountered for binary operator "</": histogram </ histogram (1:1)']],
  [
    "load </ plain",
    [
      '{__name__="load", job="a"} {{counter_reset_hint:gauge}}@0 {{schema:-1 count:1 sum:0.5 counter_reset_hint:gauge buckets:[1]}}@1 {{schema:-1 count:2 sum:1.9142135623730951 counter_reset_hint:gauge buckets:[1 1]}}@2 {{schema:-1 count:2.584962500721156 sum:3.245235579340466 counter_reset_hint:gauge buckets:[1 1.5849625007211563]}}@3 {{schema:-1 count:3 sum:4.5 counter_reset_hint:gauge buckets:[1 2]}}@4 {{schema:-1 count:3.4828921423310435 sum:6.659559312105433 counter_reset_hint:gauge buckets:[1 2 0.4828921423310433]}}@5',
    ],
  ],
  [
    "load * on (job) plain",
    [
      '{job="a"} {{counter_reset_hint:gauge}}@0 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@1 {{schema:-1 count:12 sum:6 counter_reset_hint:gauge buckets:[2 4 6]}}@2 {{schema:-1 count:18 sum:9 counter_reset_hint:gauge buckets:[3 6 9]}}@3 {{schema:-1 count:24 sum:12 counter_reset_hint:gauge buckets:[4 8 12]}}@4 {{schema:-1 count:30 sum:15 counter_reset_hint:gauge buckets:[5 10 15]}}@5',
    ],
  ],
  [
    "plain * on (job) load",
    [
      '{job="a"} {{counter_reset_hint:gauge}}@0 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@1 {{schema:-1 count:12 sum:6 counter_reset_hint:gauge buckets:[2 4 6]}}@2 {{schema:-1 count:18 sum:9 counter_reset_hint:gauge buckets:[3 6 9]}}@3 {{schema:-1 count:24 sum:12 counter_reset_hint:gauge buckets:[4 8 12]}}@4 {{schema:-1 count:30 sum:15 counter_reset_hint:gauge buckets:[5 10 15]}}@5',
    ],
  ],
  ["plain / on (job) load", [], ['PromQL info: incompatible sample types encountered for binary operator "/": float / histogram (1:1)']],
  ["own + on (job) load", [], ["PromQL warning: incompatible bucket layout encountered for binary operator + (1:1)"]],
  [
    "mixed + mixed",
    [
      '{job="a"} 2@0 4@1 {{count:6 sum:2 buckets:[2 4]}}@2 {{count:6 sum:2 counter_reset_hint:not_reset buckets:[2 4]}}@3 8@4 10@5',
      '{job="b"} {{count:6 sum:2 buckets:[2 4]}}@0 {{schema:-53 count:12 sum:20 custom_values:[1 2 5] buckets:[2 4 2 4]}}@1 {{schema:-53 count:12 sum:20 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@2 {{schema:-53 count:12 sum:20 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[2 4 2 4]}}@3',
    ],
  ],
  [
    "mixed == mixed",
    [
      '{__name__="mixed", job="a"} 1@0 2@1 {{count:3 sum:1 buckets:[1 2]}}@2 {{count:3 sum:1 counter_reset_hint:not_reset buckets:[1 2]}}@3 4@4 5@5',
      '{__name__="mixed", job="b"} {{count:3 sum:1 buckets:[1 2]}}@0 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] buckets:[1 2 1 2]}}@1 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@2 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@3',
    ],
  ],
  ["wait and mixed", []],
  [
    "wait unless on (job) load",
    [
      '{__name__="wait", i="0", job="b"} {{count:5 sum:-1 buckets:[1 1] n_buckets:[1 2]}}@0 {{count:5 sum:-1 counter_reset_hint:not_reset buckets:[1 1] n_buckets:[1 2]}}@1 {{count:9 sum:3 buckets:[2 1] n_buckets:[2 4]}}@3 {{count:9 sum:3 counter_reset_hint:not_reset buckets:[2 1] n_buckets:[2 4]}}@4 {{count:9 sum:3 counter_reset_hint:not_reset buckets:[2 1] n_buckets:[2 4]}}@5',
    ],
  ],
  [
    "load or mixed",
    [
      '{__name__="load", job="a"} {{count:10 sum:5 counter_reset_hint:gauge buckets:[1 2 3 4]}}@0 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@1 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@2 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@3 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@4 {{schema:-1 count:6 sum:3 counter_reset_hint:gauge buckets:[1 2 3]}}@5',
      '{__name__="mixed", job="b"} {{count:3 sum:1 buckets:[1 2]}}@0 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] buckets:[1 2 1 2]}}@1 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@2 {{schema:-53 count:6 sum:10 custom_values:[1 2 5] counter_reset_hint:not_reset buckets:[1 2 1 2]}}@3',
    ],
  ],
  ["wait + on (job) group_left own", [], ["PromQL warning: incompatible bucket layout encountered for binary operator + (1:1)"]],
  ["wait * on (job, i) plain", []],
  [
    "plain + on (job) mixed",
    ['{job="a"} 1@0 3@1 8@4 10@5'],
    ['PromQL info: incompatible sample types encountered for binary operator "+": float + histogram (1:1)'],
  ],
  [
    "mixed > 1",
    ['{__name__="mixed", job="a"} 2@1 4@4 5@5'],
    ['PromQL info: incompatible sample types encountered for binary operator ">": histogram > float (1:1)'],
  ],
  [
    "1 < mixed",
    ['{__name__="mixed", job="a"} 2@1 4@4 5@5'],
    ['PromQL info: incompatible sample types encountered for binary operator "<": float < histogram (1:1)'],
  ],
];

test.each(rows)("%s", async (...row: HistogramRow) => {
  expect(await histogramLines(row[0])).toEqual(row);
});
