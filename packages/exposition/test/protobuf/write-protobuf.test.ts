import { expect, test } from "@jest/globals";
import { createFloatHistogram, createIntegerHistogram } from "@ferula/model";
import { writeProtobuf, type HistogramMetric, type MetricFamily, type ScalarMetric } from "../../src/index.ts";

function text(families: readonly MetricFamily[], encoding: "text" | "compact-text"): string {
  return Buffer.from(writeProtobuf(families, { encoding })).toString();
}

function compactHistogram(metric: Partial<HistogramMetric>): string {
  const family: MetricFamily = { name: "h", type: "histogram", metrics: [{ labels: [], buckets: [], count: 0, sum: 0, ...metric }] };
  return /histogram:\{(.*)\}\}\n$/.exec(text([family], "compact-text"))?.[1] ?? "";
}

function counterHex(metric: Partial<ScalarMetric>): string {
  return Buffer.from(writeProtobuf([{ name: "a", type: "counter", metrics: [{ labels: [], value: 0, ...metric }] }])).toString("hex");
}

test("all fields of a family, one a line", () => {
  const family: MetricFamily = {
    name: "a_total",
    type: "counter",
    help: 'A "b"\u0001\n',
    unit: "s",
    metrics: [
      {
        labels: ["x", "ä"],
        value: 1e6,
        timestampMs: -5,
        createdSeconds: 1700000000.123,
        exemplar: { labels: ["t", "1"], value: NaN, timestampSeconds: 0 },
      },
    ],
  };
  expect(text([family, { name: "b", type: "info", metrics: [{ labels: [], value: Infinity }] }], "text")).toBe(
    [
      'name: "a_total"',
      String.raw`help: "A \"b\"\x01\n"`,
      "type: COUNTER",
      "metric: {",
      "  label: {",
      '    name: "x"',
      '    value: "ä"',
      "  }",
      "  counter: {",
      "    value: 1e+06",
      "    exemplar: {",
      "      label: {",
      '        name: "t"',
      '        value: "1"',
      "      }",
      "      value: nan",
      "      timestamp: {}",
      "    }",
      "    created_timestamp: {",
      "      seconds: 1700000000",
      "      nanos: 123000000",
      "    }",
      "  }",
      "  timestamp_ms: -5",
      "}",
      'unit: "s"',
      "",
      'name: "b"',
      "type: GAUGE",
      "metric: {",
      "  gauge: {",
      "    value: inf",
      "  }",
      "}",
      "",
      "",
    ].join("\n"),
  );
});

test.each<[why: string, metric: Partial<HistogramMetric>, fields: string]>([
  [
    "whole counts",
    { buckets: [{ upperBound: 0.5, cumulativeCount: 2 ** 60 }], count: 2 ** 63, sum: 1.5 },
    "sample_count:9223372036854775808 sample_sum:1.5 bucket:{cumulative_count:1152921504606846976 upper_bound:0.5}",
  ],
  [
    "one count that is not whole makes floats of all",
    { buckets: [{ upperBound: 1, cumulativeCount: 0.5 }], count: 1 },
    "sample_sum:0 bucket:{upper_bound:1 cumulative_count_float:0.5} sample_count_float:1",
  ],
  [
    "an integer native histogram",
    {
      count: 9,
      native: createIntegerHistogram({
        schema: -4,
        zeroThreshold: 0.001,
        zeroCount: 2,
        positiveSpans: Int32Array.of(-3, 2, 5, 1),
        positiveBuckets: Float64Array.of(3, -1, 0),
      }),
      exemplars: [{ labels: [], value: 1, timestampSeconds: -1.5 }],
    },
    "sample_count:9 sample_sum:0 schema:-4 zero_threshold:0.001 zero_count:2 positive_span:{offset:-3 length:2} positive_span:{offset:5 length:1} positive_delta:3 positive_delta:-1 positive_delta:0 exemplars:{value:1 timestamp:{seconds:-2 nanos:500000000}}",
  ],
  [
    "a float native histogram",
    {
      count: 1,
      native: createFloatHistogram({
        schema: 3,
        zeroCount: 0.5,
        negativeSpans: Int32Array.of(1, 1),
        negativeBuckets: Float64Array.of(0.5),
      }),
    },
    "sample_sum:0 sample_count_float:1 schema:3 zero_threshold:0 zero_count_float:0.5 negative_span:{offset:1 length:1} negative_count:0.5",
  ],
  [
    "an empty native histogram has a span that tells it from a classic one",
    { native: createIntegerHistogram() },
    "sample_count:0 sample_sum:0 schema:0 zero_threshold:0 zero_count:0 positive_span:{offset:0 length:0}",
  ],
  [
    "custom buckets have no place: only the classic ones are written",
    { count: 1, native: createIntegerHistogram({ schema: -53, customValues: Float64Array.of(1) }) },
    "sample_count:1 sample_sum:0",
  ],
])("%s", (_why, metric, fields) => {
  expect(compactHistogram(metric)).toBe(fields);
});

/** If one of these breaks, the bytes on the wire have changed. Each is what Go's library writes for the same message. */
test.each<[why: string, metric: Partial<ScalarMetric>, hex: string]>([
  ["a value of zero is written", {}, "0a0161 1800 220b 1a09 090000000000000000"],
  ["NaN has Go's bits", { value: NaN }, "0a0161 1800 220b 1a09 09010000000000f87f"],
  ["a negative time takes ten bytes", { timestampMs: -1 }, "0a0161 1800 2216 1a09 090000000000000000 30ffffffffffffffffff01"],
  ["an empty label value is written", { labels: ["b", ""] }, "0a0161 1800 2212 0a05 0a0162 1200 1a09 090000000000000000"],
])("%s", (_why, metric, hex) => {
  const message = Buffer.from(hex.replaceAll(" ", ""), "hex");
  expect(counterHex(metric)).toBe(Buffer.from([message.length, ...message]).toString("hex"));
});

test("the stale marker keeps its bits", () => {
  const native = createFloatHistogram({ sum: NaN, isStale: true, zeroThreshold: 1 });
  const family: MetricFamily = { name: "h", type: "histogram", metrics: [{ labels: [], buckets: [], count: 0, sum: NaN, native }] };
  expect(Buffer.from(writeProtobuf([family])).toString("hex")).toContain("11020000000000f07f");
});

test("a delta keeps its last bit, however far below zero", () => {
  const native = createIntegerHistogram({ positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(-(2 ** 53)) });
  const family: MetricFamily = { name: "h", type: "histogram", metrics: [{ labels: [], buckets: [], count: 0, sum: 0, native }] };
  expect(Buffer.from(writeProtobuf([family])).toString("hex")).toContain("68ffffffffffffff1f");
});
