import { createIntegerHistogram, type EscapingScheme } from "@ferula/model";
import { expect, test } from "@jest/globals";
import { sortFamilies, writeText, type MetricFamily } from "../../src/index.ts";

function text(families: readonly MetricFamily[], escaping?: EscapingScheme): string {
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

test.each<[why: string, family: MetricFamily, lines: readonly string[]]>([
  [
    "an info is a gauge",
    { name: "a_info", type: "info", unit: "s", metrics: [{ labels: ["v", "1"], value: 1 }] },
    ["# TYPE a_info gauge", 'a_info{v="1"} 1'],
  ],
  [
    "a stateset is a gauge",
    { name: "a", type: "stateset", metrics: [{ labels: ["a", "on"], value: 0 }] },
    ["# TYPE a gauge", 'a{a="on"} 0'],
  ],
  [
    "a gauge histogram is a histogram",
    { name: "a", type: "gaugehistogram", metrics: [{ labels: [], buckets: [], count: 1.5, sum: -0 }] },
    ["# TYPE a histogram", 'a_bucket{le="+Inf"} 1.5', "a_sum 0", "a_count 1.5"],
  ],
  [
    "exemplars, times of creation and native buckets are left out",
    {
      name: "a",
      type: "histogram",
      metrics: [
        {
          labels: [],
          buckets: [{ upperBound: 1, cumulativeCount: 2, exemplar: { labels: ["t", "x"], value: 1 } }],
          count: 2,
          sum: 1,
          createdSeconds: 5,
          native: createIntegerHistogram({ count: 2, sum: 1, zeroCount: 2 }),
        },
      ],
    },
    ["# TYPE a histogram", 'a_bucket{le="1"} 2', 'a_bucket{le="+Inf"} 2', "a_sum 1", "a_count 2"],
  ],
])("%s", (_why, family, lines) => {
  expect(text([family])).toBe(`${lines.join("\n")}\n`);
});

test.each<[EscapingScheme, string]>([
  ["allow-utf-8", '# TYPE "a_b.c" gauge\n{"a_b.c",d_e="x"} 1\n# TYPE f_g gauge\nf_g{"h.i"="x"} 1\n'],
  ["underscores", '# TYPE a_b_c gauge\na_b_c{d_e="x"} 1\n# TYPE f_g gauge\nf_g{h_i="x"} 1\n'],
  ["dots", '# TYPE a__b_dot_c gauge\na__b_dot_c{d_e="x"} 1\n# TYPE f_g gauge\nf_g{h_dot_i="x"} 1\n'],
  ["values", '# TYPE U__a__b_2e_c gauge\nU__a__b_2e_c{d_e="x"} 1\n# TYPE f_g gauge\nf_g{U__h_2e_i="x"} 1\n'],
])("%s escapes only the names that need it", (escaping, want) => {
  const named: readonly MetricFamily[] = [
    { name: "a_b.c", type: "gauge", metrics: [{ labels: ["d_e", "x"], value: 1 }] },
    { name: "f_g", type: "gauge", metrics: [{ labels: ["h.i", "x"], value: 1 }] },
  ];
  const blocks = want.split(/(?=# TYPE)/);
  for (const [i, family] of named.entries()) expect(text([family], escaping)).toBe(blocks[i]);
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
