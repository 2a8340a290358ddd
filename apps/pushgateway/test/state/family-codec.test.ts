import { ByteReader, ByteWriter } from "@ferula/bytes";
import type { MetricFamily } from "@ferula/exposition";
import { createFloatHistogram } from "@ferula/model";
import { expect, test } from "@jest/globals";
import { readFamily, writeFamily } from "../../src/state/family-codec.ts";

const labels = ["instance", "", "job", "a"];
const exemplar = { labels: ["trace_id", "x"], value: 0.5, timestampSeconds: 1700000000.123 };

const PLAIN = [0, 1, 2, 3, 4, 5];
const MESSAGE = 6;

/** If a first byte changes, files that were written before can't be read. */
test.each<[why: string, firstByte: number, family: MetricFamily]>([
  ["a counter", PLAIN[0], { name: "a_total", type: "counter", help: "", metrics: [{ labels, value: NaN }] }],
  ["a gauge", PLAIN[1], { name: "a", type: "gauge", metrics: [{ labels, value: -1 }] }],
  ["an untyped metric", PLAIN[2], { name: "a.b", type: "untyped", help: "ä", metrics: [{ labels, value: Infinity }] }],
  [
    "a summary",
    PLAIN[3],
    { name: "a", type: "summary", metrics: [{ labels, count: 1, sum: 2, quantiles: [{ quantile: 0.5, value: NaN }] }] },
  ],
  [
    "a histogram",
    PLAIN[4],
    { name: "a", type: "histogram", metrics: [{ labels, count: 1, sum: 2, buckets: [{ upperBound: 1, cumulativeCount: 1 }] }] },
  ],
  ["a gauge histogram", PLAIN[5], { name: "a", type: "gaugehistogram", metrics: [{ labels, count: 1.5, sum: 2, buckets: [] }] }],
  ["a unit", MESSAGE, { name: "a", type: "gauge", help: "", unit: "s", metrics: [{ labels, value: 1 }] }],
  ["a counter's exemplar", MESSAGE, { name: "a", type: "counter", metrics: [{ labels, value: 1, exemplar }] }],
  [
    "a time of creation",
    MESSAGE,
    { name: "a", type: "summary", metrics: [{ labels, count: 1, sum: 2, quantiles: [], createdSeconds: 5 }] },
  ],
  [
    "a bucket's exemplar",
    MESSAGE,
    { name: "a", type: "histogram", metrics: [{ labels, count: 1, sum: 2, buckets: [{ upperBound: 1, cumulativeCount: 1, exemplar }] }] },
  ],
  [
    "a native histogram",
    MESSAGE,
    {
      name: "a",
      type: "histogram",
      metrics: [
        { labels, count: 2, sum: 3, buckets: [], native: createFloatHistogram({ count: 2, sum: 3, zeroThreshold: 1, zeroCount: 2 }) },
      ],
    },
  ],
])("%s is read as it was written, after the byte %d", (_why, firstByte, family) => {
  const writer = new ByteWriter();
  writeFamily(writer, family);
  expect(writer.view()[0]).toBe(firstByte);
  const reader = new ByteReader(writer.view());
  expect(readFamily(reader)).toEqual(family);
});

test.each<[why: string, bytes: readonly number[]]>([
  ["a type that is none", [7]],
  ["a message that is cut off", [MESSAGE, 9, 1]],
  ["a message that is none", [MESSAGE, 2, 1, 255]],
  ["an empty message", [MESSAGE, 0]],
])("%s is no family", (_why, bytes) => {
  expect(() => readFamily(new ByteReader(Uint8Array.from(bytes)))).toThrow(RangeError);
});
