import { expect, test } from "@jest/globals";
import { ExpositionError, readFamilies, type MetricFamily, type ReadFamiliesOptions } from "../../src/index.ts";

function read(lines: readonly string[], options: ReadFamiliesOptions = {}): readonly MetricFamily[] {
  return readFamilies(Buffer.from([...lines, "# EOF", ""].join("\n")), "application/openmetrics-text; version=1.0.0", options);
}

test.each<[why: string, lines: readonly string[], families: readonly MetricFamily[]]>([
  ["an empty body has no families", [], []],
  ["descriptions without samples are none", ["# TYPE a gauge", "# HELP a A."], []],
  [
    "a counter's name gets its suffix, its exemplar and its time of creation go with it",
    [
      '# HELP a_seconds A \\"b\\"\\n.',
      "# TYPE a_seconds counter",
      "# UNIT a_seconds seconds",
      'a_seconds_total{y="2",x="1"} 3 1.7e9 # {trace_id="t"} 0.5 1700000000.123456',
      'a_seconds_created{x="1",y="2"} 1699999999.5',
    ],
    [
      {
        name: "a_seconds_total",
        type: "counter",
        help: 'A "b"\n.',
        unit: "seconds",
        metrics: [
          {
            labels: ["x", "1", "y", "2"],
            timestampMs: 1.7e12,
            createdSeconds: 1699999999.5,
            value: 3,
            exemplar: { labels: ["trace_id", "t"], value: 0.5, timestampSeconds: 1700000000.123456 },
          },
        ],
      },
    ],
  ],
  [
    "a time of creation may come first",
    ["# TYPE a counter", "a_created 5", "a_total 1"],
    [{ name: "a_total", type: "counter", metrics: [{ labels: [], createdSeconds: 5, value: 1 }] }],
  ],
  [
    "times are rounded to milliseconds",
    ["a 1 1700000000.0009", "b 2 -0.0004"],
    [
      { name: "a", type: "untyped", metrics: [{ labels: [], timestampMs: 1700000000001, value: 1 }] },
      { name: "b", type: "untyped", metrics: [{ labels: [], timestampMs: 0, value: 2 }] },
    ],
  ],
  [
    "the same labels at several times are several metrics",
    ["# TYPE a gauge", "a 1 1", "a 2 2"],
    [
      {
        name: "a",
        type: "gauge",
        metrics: [
          { labels: [], timestampMs: 1000, value: 1 },
          { labels: [], timestampMs: 2000, value: 2 },
        ],
      },
    ],
  ],
  [
    "a histogram is put together, wherever its lines are",
    [
      "# TYPE a histogram",
      'a_bucket{le="1.0"} 1 # {} 0.5',
      'a_bucket{le="+Inf"} 2',
      "# TYPE b gauge",
      "b 1",
      "a_sum 4",
      "a_count 2",
      "a_created 7",
    ],
    [
      {
        name: "a",
        type: "histogram",
        metrics: [
          {
            labels: [],
            createdSeconds: 7,
            buckets: [
              { upperBound: 1, cumulativeCount: 1, exemplar: { labels: [], value: 0.5 } },
              { upperBound: Infinity, cumulativeCount: 2 },
            ],
            count: 2,
            sum: 4,
          },
        ],
      },
      { name: "b", type: "gauge", metrics: [{ labels: [], value: 1 }] },
    ],
  ],
  [
    "a gauge histogram has the sums of the specification, or upstream's",
    ["# TYPE a gaugehistogram", 'a_bucket{le="+Inf"} 2', "a_gsum -1", "a_gcount 2", "# TYPE b gaugehistogram", "b_sum 1", "b_count 3"],
    [
      {
        name: "a",
        type: "gaugehistogram",
        metrics: [{ labels: [], buckets: [{ upperBound: Infinity, cumulativeCount: 2 }], count: 2, sum: -1 }],
      },
      { name: "b", type: "gaugehistogram", metrics: [{ labels: [], buckets: [], count: 3, sum: 1 }] },
    ],
  ],
  [
    "a summary",
    ["# TYPE a summary", 'a{quantile="0.5"} NaN', "a_sum 4", "a_count 2"],
    [{ name: "a", type: "summary", metrics: [{ labels: [], quantiles: [{ quantile: 0.5, value: NaN }], count: 2, sum: 4 }] }],
  ],
  [
    "info and stateset",
    ["# TYPE a info", 'a_info{v="1"} 1', "# TYPE b stateset", 'b{b="on"} 1'],
    [
      { name: "a_info", type: "info", metrics: [{ labels: ["v", "1"], value: 1 }] },
      { name: "b", type: "stateset", metrics: [{ labels: ["b", "on"], value: 1 }] },
    ],
  ],
  [
    "a gauge and a counter may be described by one name",
    ["# TYPE a gauge", "a 1", "# HELP a Other.", "# TYPE a counter", "a_total 2"],
    [
      { name: "a", type: "gauge", metrics: [{ labels: [], value: 1 }] },
      { name: "a_total", type: "counter", help: "Other.", metrics: [{ labels: [], value: 2 }] },
    ],
  ],
  [
    "names may be quoted",
    ['# TYPE "a.b" counter', '{"a.b_total","c.d"="x"} 1'],
    [{ name: "a.b_total", type: "counter", metrics: [{ labels: ["c.d", "x"], value: 1 }] }],
  ],
])("%s", (_why, lines, families) => {
  expect(read(lines)).toEqual(families);
});

test.each<[reason: string, line: number, lines: readonly string[]]>([
  ["second TYPE line for metric name", 2, ["# TYPE a gauge", "# TYPE a gauge"]],
  ["second HELP line for metric name", 2, ["# HELP a x", "# HELP a x"]],
  ['metadata for metric "a" after samples', 4, ["# TYPE a gauge", "a 1", "# TYPE a gauge", "a 2"]],
  ['unit "s" not a suffix of metric "a"', 1, ["# UNIT a s"]],
  ['sample "a" missing required suffix for type counter', 2, ["# TYPE a counter", "a 1"]],
  ["missing le label", 2, ["# TYPE a histogram", "a_bucket 1"]],
  ['invalid le "x"', 2, ["# TYPE a histogram", 'a_bucket{le="x"} 1']],
  ["missing quantile label", 2, ["# TYPE a summary", "a 1"]],
  ["negative or NaN count", 2, ["# TYPE a histogram", 'a_bucket{le="1"} -1']],
  ["negative or NaN count", 2, ["# TYPE a counter", "a_total NaN"]],
  ["exemplar not allowed", 2, ["# TYPE a gauge", 'a 1 # {x="y"} 1']],
  ["duplicate label", 1, ['a{x="1",x="2"} 1']],
  ["is reserved", 1, ['a{__name__="b"} 1']],
])("%s is refused in line %d", (reason, line, lines) => {
  expect(() => read(lines)).toThrow(expect.objectContaining({ line, reason: expect.stringContaining(reason) }));
});

test("a counter of which only the time of creation is known is refused", () => {
  expect(() => read(["# TYPE a counter", "a_created 1"])).toThrow('counter "a" missing _total value');
});

test.each([['{"a.b"} 1'], ['a{"b.c"="x"} 1'], ['a 1 # {"b.c"="x"} 1']])("%s needs UTF-8 names to be allowed", (line) => {
  const lines = ["# TYPE a counter", line.replace(/^a /, "a_total ")];
  expect(() => read(lines, { nameValidation: "legacy" })).toThrow(ExpositionError);
});

test("a body without its end is refused", () => {
  expect(() => readFamilies(Buffer.from("a 1\n"), "application/openmetrics-text")).toThrow("data does not end with # EOF");
});
