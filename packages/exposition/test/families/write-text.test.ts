import { expect, test } from "@jest/globals";
import { sortFamilies, writeText, type MetricFamily } from "../../src/index.ts";

function text(families: readonly MetricFamily[], escaping?: "underscores"): string {
  return Buffer.from(writeText(families, escaping === undefined ? {} : { escaping })).toString();
}

const families: MetricFamily[] = [
  {
    name: "z_seconds",
    type: "histogram",
    help: 'Back\\slash, "quotes"\nand newline.',
    metrics: [
      {
        labels: ["code", 'a"b\\c\nd'],
        buckets: [
          { upperBound: 0.5, cumulativeCount: 1 },
          { upperBound: 1, cumulativeCount: 2_000_000 },
        ],
        count: 2_000_001,
        sum: 840_923.79,
      },
    ],
  },
  {
    name: "a",
    type: "gauge",
    metrics: [
      { labels: ["x", "2"], value: NaN },
      { labels: ["x", "1"], value: -0.00007, timestampMs: 17 },
    ],
  },
  { name: "none", type: "counter", metrics: [] },
  {
    name: "s",
    type: "summary",
    help: "",
    metrics: [{ labels: ["instance", ""], quantiles: [{ quantile: 0.99, value: Infinity }], count: 0, sum: 0 }],
  },
];

test("families are sorted, samples ordered by label values, numbers in Go's form, escapes as the format has them", () => {
  const want = [
    "# TYPE a gauge",
    'a{x="1"} -7e-05 17',
    'a{x="2"} NaN',
    "# HELP s ",
    "# TYPE s summary",
    's{instance="",quantile="0.99"} +Inf',
    's_sum{instance=""} 0',
    's_count{instance=""} 0',
    '# HELP z_seconds Back\\\\slash, "quotes"\\nand newline.',
    "# TYPE z_seconds histogram",
    'z_seconds_bucket{code="a\\"b\\\\c\\nd",le="0.5"} 1',
    'z_seconds_bucket{code="a\\"b\\\\c\\nd",le="1"} 2e+06',
    'z_seconds_bucket{code="a\\"b\\\\c\\nd",le="+Inf"} 2.000001e+06',
    'z_seconds_sum{code="a\\"b\\\\c\\nd"} 840923.79',
    'z_seconds_count{code="a\\"b\\\\c\\nd"} 2.000001e+06',
    "",
  ].join("\n");
  expect(text(families)).toBe(want);
  expect(text(families.toReversed())).toBe(want);
});

test("names outside the old alphabet stand quoted in the braces, or are escaped for a client that can't read them", () => {
  const dotted: MetricFamily[] = [
    { name: "my.metric", type: "summary", help: "h", metrics: [{ labels: ["a b", "v"], quantiles: [], count: 1, sum: 2 }] },
  ];
  expect(text(dotted)).toBe(
    '# HELP "my.metric" h\n# TYPE "my.metric" summary\n{"my.metric_sum","a b"="v"} 2\n{"my.metric_count","a b"="v"} 1\n',
  );
  expect(text(dotted, "underscores")).toBe(
    '# HELP my_metric h\n# TYPE my_metric summary\nmy_metric_sum{a_b="v"} 2\nmy_metric_count{a_b="v"} 1\n',
  );
});

test("a metric with fewer labels comes first, then values by their bytes, then times; what is sorted is not copied", () => {
  const metrics = [
    { labels: ["a", "\u{ff5e}"], value: 3 },
    { labels: [], value: 1, timestampMs: 9 },
    { labels: ["a", "\u{1f600}"], value: 4 },
    { labels: [], value: 0, timestampMs: 8 },
  ];
  const [sorted] = sortFamilies([{ name: "m", type: "gauge", metrics }]);
  expect(sorted.metrics.map((metric) => ("value" in metric ? metric.value : -1))).toEqual([0, 1, 3, 4]);
  expect(sortFamilies([sorted])[0]).toBe(sorted);
});
