import { expect, test } from "@jest/globals";
import { type HistogramRow, histogramLines } from "../histogram-lines.ts";

/** Results of upstream's engine (v3.14): functions of histograms. */
const rows: readonly HistogramRow[] = [
  [
    "histogram_count(wait)",
    ['{i="0", job="a"} 4@0 7@1 10@2 13@3 16@4 19@5', '{i="0", job="b"} 5@0 5@1 9@3 9@4 9@5', '{i="1", job="a"} 8@0 8@1 3@2 3@3 3@4 3@5'],
  ],
  ["histogram_sum(mixed)", ['{job="a"} 1@2 1@3', '{job="b"} 1@0 10@1 10@2 10@3']],
  [
    "histogram_avg(own)",
    [
      '{job="a"} 1.6666666666666667@0 1.5@1 1.4285714285714286@2 1.3888888888888888@3 1.3636363636363635@4 1.3461538461538463@5',
      '{job="b"} 1.6666666666666667@0 1.6666666666666667@1 1.6666666666666667@2 1.6666666666666667@3 1.6666666666666667@4 1.6666666666666667@5',
    ],
  ],
  [
    "histogram_stddev(wait)",
    [
      '{i="0", job="a"} 0.863457156874855@0 0.7768801174662869@1 0.7343975954618717@2 0.7092378660906681@3 0.6926002535341161@4 0.6807799104507624@5',
      '{i="0", job="b"} 1.1518953576649889@0 1.1518953576649889@1 1.3261651952045035@3 1.3261651952045035@4 1.3261651952045035@5',
      '{i="1", job="a"} 0.9139999410643205@0 0.9139999410643205@1 0.7577730844227343@2 0.7577730844227343@3 0.7577730844227343@4 0.7577730844227343@5',
    ],
  ],
  ["histogram_stdvar(own)", ['{job="a"} +Inf@0 +Inf@1 +Inf@2 +Inf@3 +Inf@4 +Inf@5', '{job="b"} +Inf@0 +Inf@1 +Inf@2 +Inf@3 +Inf@4 +Inf@5']],
  ["histogram_count(plain)", []],
  [
    "histogram_quantile(0.5, wait)",
    [
      '{i="0", job="a"} 1@0 1.0905077326652577@1 1.122462048309373@2 1.1387886347566916@3 1.148698354997035@4 1.155352696872273@5',
      '{i="0", job="b"} -0.7071067811865475@0 -0.7071067811865475@1 -0.8408964152537146@3 -0.8408964152537146@4 -0.8408964152537146@5',
      '{i="1", job="a"} 2@0 2@1 1.0905077326652577@2 1.0905077326652577@3 1.0905077326652577@4 1.0905077326652577@5',
    ],
  ],
  ["histogram_quantile(0.9, own)", ['{job="a"} 5@0 5@1 5@2 5@3 5@4 5@5', '{job="b"} 10@0 10@1 10@2 10@3 10@4 10@5']],
  [
    "histogram_quantile(0.5, size_bucket)",
    ['{job="a"} NaN@0 1@1 1@3 1@4 1@5'],
    [
      'PromQL warning: bucket label "le" is missing or has a malformed value of "" (1:25)',
      "PromQL warning: vector contains a mix of classic and native histograms (1:25)",
    ],
  ],
  [
    "histogram_quantile(2, load)",
    ['{job="a"} +Inf@0 +Inf@1 +Inf@2 +Inf@3 +Inf@4 +Inf@5'],
    ["PromQL warning: quantile value should be between 0 and 1, got 2 (1:20)"],
  ],
  [
    "histogram_quantile(-1, mixed)",
    ['{job="a"} -Inf@2 -Inf@3', '{job="b"} -Inf@0 -Inf@1 -Inf@2 -Inf@3'],
    [
      'PromQL warning: bucket label "le" is missing or has a malformed value of "" (1:24)',
      "PromQL warning: quantile value should be between 0 and 1, got -1 (1:20)",
    ],
  ],
  [
    "histogram_quantile(NaN, load)",
    ['{job="a"} NaN@0 NaN@1 NaN@2 NaN@3 NaN@4 NaN@5'],
    ["PromQL warning: quantile value should be between 0 and 1, got NaN (1:20)"],
  ],
  ["histogram_quantile(0.5, plain)", [], ['PromQL warning: bucket label "le" is missing or has a malformed value of "" (1:25)']],
  [
    "histogram_quantile(0.5, sum by (job, le) (rate(size_bucket[2m])))",
    ['{job="a"} 1@1 1@2 1@3 1@4 1@5'],
    ['PromQL warning: encountered a mix of histograms and floats for metric name "size_bucket" (1:48)'],
  ],
  [
    "histogram_quantile(0.5, sum by (job) (rate(wait[2m])))",
    [
      '{job="a"} 1.189207115002721@1 1.189207115002721@2 1.189207115002721@3 1.189207115002721@4 1.189207115002721@5',
      '{job="b"} NaN@1 NaN@4 NaN@5',
    ],
  ],
  [
    "histogram_fraction(0, 2, wait)",
    [
      '{i="0", job="a"} 1@0 1@1 1@2 1@3 1@4 1@5',
      '{i="0", job="b"} 0.4@0 0.4@1 0.3333333333333333@3 0.3333333333333333@4 0.3333333333333333@5',
      '{i="1", job="a"} 0.5@0 0.5@1 1@2 1@3 1@4 1@5',
    ],
  ],
  [
    "histogram_fraction(0, 2, size_bucket)",
    ['{job="a"} NaN@0 0.5625@1 0.5625@3 0.5625@4 0.5625@5'],
    [
      'PromQL warning: bucket label "le" is missing or has a malformed value of "" (1:26)',
      "PromQL warning: vector contains a mix of classic and native histograms (1:26)",
    ],
  ],
  ["histogram_fraction(-Inf, Inf, own)", ['{job="a"} 1@0 1@1 1@2 1@3 1@4 1@5', '{job="b"} 1@0 1@1 1@2 1@3 1@4 1@5']],
  ["histogram_fraction(2, 1, load)", ['{job="a"} 0@0 0@1 0@2 0@3 0@4 0@5']],
  ["histogram_fraction(NaN, 1, load)", ['{job="a"} NaN@0 NaN@1 NaN@2 NaN@3 NaN@4 NaN@5']],
  ["histogram_fraction(0, 1, plain)", [], ['PromQL warning: bucket label "le" is missing or has a malformed value of "" (1:26)']],
  [
    'histogram_quantiles(wait, "q", 0.5, 0.9)',
    [
      '{i="0", job="a", q="0.5"} 1@0 1.0905077326652577@1 1.122462048309373@2 1.1387886347566916@3 1.148698354997035@4 1.155352696872273@5',
      '{i="0", job="a", q="0.9"} 1.7411011265922482@0 1.7715350382047212@1 1.7817974362806788@2 1.7869509073913026@3 1.790050141855945@4 1.792119283823905@5',
      '{i="0", job="b", q="0.5"} -0.7071067811865475@0 -0.7071067811865475@1 -0.8408964152537146@3 -0.8408964152537146@4 -0.8408964152537146@5',
      '{i="0", job="b", q="0.9"} 1.4142135623730951@0 1.4142135623730951@1 1.0717734625362934@3 1.0717734625362934@4 1.0717734625362934@5',
      '{i="1", job="a", q="0.5"} 2@0 2@1 1.0905077326652577@2 1.0905077326652577@3 1.0905077326652577@4 1.0905077326652577@5',
      '{i="1", job="a", q="0.9"} 2.6390158215457884@0 2.6390158215457884@1 1.3425725027802633@2 1.3425725027802633@3 1.3425725027802633@4 1.3425725027802633@5',
    ],
  ],
  [
    'histogram_quantiles(size_bucket, "q", 0, 1)',
    ['{job="a", q="0.0"} NaN@0 0@1 0@3 0@4 0@5', '{job="a", q="1.0"} NaN@0 5@1 5@3 5@4 5@5'],
    [
      'PromQL warning: bucket label "le" is missing or has a malformed value of "" (1:21)',
      "PromQL warning: vector contains a mix of classic and native histograms (1:21)",
    ],
  ],
  ['histogram_quantiles(load, "q", 0.5, 0.5)', "vector cannot contain metrics with the same labelset"],
  [
    'histogram_quantiles(load, "q", 7)',
    ['{job="a", q="7.0"} +Inf@0 +Inf@1 +Inf@2 +Inf@3 +Inf@4 +Inf@5'],
    ["PromQL warning: quantile value should be between 0 and 1, got 7 (1:32)"],
  ],
  [
    'histogram_quantile(scalar(plain{job="a"}) / 5, load)',
    ['{job="a"} 0.5@0 1.148698354997035@1 2.6390158215457893@2 5.278031643091577@3 9.18958683997628@4 16@5'],
  ],
  [
    'histogram_quantile(0.5, {__name__=~"load|wait", i!="1"})',
    [
      '{i="0", job="a"} 1@0 1.0905077326652577@1 1.122462048309373@2 1.1387886347566916@3 1.148698354997035@4 1.155352696872273@5',
      '{i="0", job="b"} -0.7071067811865475@0 -0.7071067811865475@1 -0.8408964152537146@3 -0.8408964152537146@4 -0.8408964152537146@5',
      '{job="a"} 3.1748021039363987@0 4@1 4@2 4@3 4@4 4@5',
    ],
  ],
];

test.each(rows)("%s", async (...row: HistogramRow) => {
  expect(await histogramLines(row[0])).toEqual(row);
});
