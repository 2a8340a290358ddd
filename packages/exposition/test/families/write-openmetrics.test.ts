import { expect, test } from "@jest/globals";
import {
  ExpositionError,
  writeOpenMetrics,
  type HistogramMetric,
  type MetricFamily,
  type WriteOpenMetricsOptions,
} from "../../src/index.ts";

function written(family: MetricFamily, options: WriteOpenMetricsOptions = {}): string {
  return Buffer.from(writeOpenMetrics([family], options)).toString();
}

const exemplar = { labels: ["trace_id", 'a"b'], value: 0.5, timestampSeconds: 1700000000.25 };
const buckets = [
  { upperBound: 1, cumulativeCount: 2, exemplar },
  { upperBound: 1e6, cumulativeCount: 3 },
];

test.each<[why: string, family: MetricFamily, lines: readonly string[], options?: WriteOpenMetricsOptions]>([
  [
    "a counter is described without its suffix, and has its exemplar",
    { name: "a_total", type: "counter", help: 'A "b" \\ c\nd.', unit: "s", metrics: [{ labels: ["x", "1"], value: 3, exemplar }] },
    ['# HELP a A \\"b\\" \\\\ c\\nd.', "# TYPE a counter", "# UNIT a s", 'a_total{x="1"} 3.0 # {trace_id="a\\"b"} 0.5 1.70000000025e+09'],
  ],
  [
    "a counter without its suffix is of unknown type",
    { name: "a", type: "counter", metrics: [{ labels: [], value: 3, createdSeconds: 1.5 }] },
    ["# TYPE a unknown", "a 3.0", "a_created 1.5"],
    { hasCreatedLines: true },
  ],
  [
    "times of creation are not written by default",
    { name: "a_total", type: "counter", metrics: [{ labels: [], value: 1e6, createdSeconds: 1.5 }] },
    ["# TYPE a counter", "a_total 1e+06"],
  ],
  [
    "times of creation stand behind their metric",
    { name: "a_total", type: "counter", metrics: [{ labels: ["x", ""], value: -0, createdSeconds: 1, timestampMs: -5 }] },
    ["# TYPE a counter", 'a_total{x=""} 0.0 -0.005', 'a_created{x=""} 1.0'],
    { hasCreatedLines: true },
  ],
  [
    "an exemplar without labels is not written",
    { name: "a_total", type: "counter", metrics: [{ labels: [], value: 1, exemplar: { labels: [], value: 1 } }] },
    ["# TYPE a counter", "a_total 1.0"],
  ],
  [
    "an exemplar of what is no counter is not written",
    { name: "a", type: "gauge", metrics: [{ labels: [], value: NaN, exemplar }] },
    ["# TYPE a gauge", "a NaN"],
  ],
  [
    "an untyped family is unknown",
    { name: "a", type: "untyped", metrics: [{ labels: [], value: Infinity }] },
    ["# TYPE a unknown", "a +Inf"],
  ],
  [
    "an info is described without its suffix",
    { name: "a_info", type: "info", metrics: [{ labels: ["v", "1"], value: 1 }] },
    ["# TYPE a info", 'a_info{v="1"} 1.0'],
  ],
  ["a stateset", { name: "a", type: "stateset", metrics: [{ labels: ["a", "on"], value: 1 }] }, ["# TYPE a stateset", 'a{a="on"} 1.0']],
  [
    "a summary",
    {
      name: "a",
      type: "summary",
      metrics: [{ labels: ["x", "1"], quantiles: [{ quantile: 1, value: 0.25 }], count: 2 ** 60, sum: 4, createdSeconds: 7 }],
    },
    ["# TYPE a summary", 'a{x="1",quantile="1.0"} 0.25', 'a_sum{x="1"} 4.0', 'a_count{x="1"} 1152921504606846976', 'a_created{x="1"} 7.0'],
    { hasCreatedLines: true },
  ],
  [
    "a histogram gets the bucket that it lacks",
    { name: "a.b", type: "histogram", metrics: [{ labels: [], buckets, count: 4, sum: 1.5, createdSeconds: 7 }] },
    [
      '# TYPE "a.b" histogram',
      '{"a.b_bucket",le="1.0"} 2 # {trace_id="a\\"b"} 0.5 1.70000000025e+09',
      '{"a.b_bucket",le="1e+06"} 3',
      '{"a.b_bucket",le="+Inf"} 4',
      '{"a.b_sum"} 1.5',
      '{"a.b_count"} 4',
      '{"a.b_created"} 7.0',
    ],
    { hasCreatedLines: true },
  ],
  [
    "a gauge histogram has the sums that upstream gives it",
    { name: "a", type: "gaugehistogram", metrics: [{ labels: [], buckets: [], count: 4, sum: -1 }] },
    ["# TYPE a gaugehistogram", 'a_bucket{le="+Inf"} 4', "a_sum -1.0", "a_count 4"],
  ],
])("%s", (_why, family, lines, options = {}) => {
  expect(written(family, options)).toBe([...lines, "# EOF", ""].join("\n"));
});

test.each<[string, Pick<HistogramMetric, "buckets" | "count">]>([
  ["count", { buckets: [], count: 1.5 }],
  ["bucket", { buckets: [{ upperBound: 1, cumulativeCount: 0.5 }], count: 1 }],
])("a histogram whose %s is not whole is refused by its name", (_what, counts) => {
  const family: MetricFamily = { name: "a", type: "histogram", metrics: [{ labels: [], sum: 1, ...counts }] };
  expect(() => written(family)).toThrow(ExpositionError);
  expect(() => written(family)).toThrow(/cannot write a as OpenMetrics: it has a count of [01]\.5/);
});

test("no families are only the end", () => {
  expect(Buffer.from(writeOpenMetrics([])).toString()).toBe("# EOF\n");
});
