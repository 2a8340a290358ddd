import { describe, expect, test } from "@jest/globals";
import { createFloatHistogram, type EscapingScheme, type Labels } from "@ferula/model";
import fc from "fast-check";
import { type HistogramMetric, type MetricFamily, streamFamilies, writeFamilies, type WrittenFormat } from "../../src/index.ts";

const FORMATS = ["text", "protobuf", "protobuf-text", "protobuf-compact-text"] as const;
const ESCAPINGS = ["allow-utf-8", "underscores", "dots", "values"] as const;

function streamed(families: readonly MetricFamily[], format: WrittenFormat, escaping: EscapingScheme): Buffer {
  const pieces: Uint8Array[] = [];
  const stream = streamFamilies({ format, escaping }, (bytes) => pieces.push(bytes));
  for (const family of families) {
    if (family.type === "untyped") {
      stream.begin(family.name, family.type);
      for (const { labels, value, timestampMs = 0 } of family.metrics) stream.untyped(labels, value, timestampMs);
    } else if (family.type === "histogram" || family.type === "gaugehistogram") {
      stream.begin(family.name, family.type);
      for (const metric of family.metrics) stream.histogram(metric);
    }
  }
  stream.end();
  return Buffer.concat(pieces);
}

const histogram: HistogramMetric = {
  labels: ["http.status", "200"],
  timestampMs: 5000,
  count: 3,
  sum: 4.5,
  hasFloatCounts: true,
  buckets: [{ upperBound: 1, cumulativeCount: 2 }],
};
const native = createFloatHistogram({
  count: 3,
  sum: 4.5,
  zeroThreshold: 0.1,
  positiveSpans: Int32Array.of(0, 1),
  positiveBuckets: Float64Array.of(3),
});

/** In the order in which `writeFamilies` puts them. */
const families: readonly MetricFamily[] = [
  { name: "A", type: "untyped", metrics: [{ labels: [], value: -0, timestampMs: 1 }] },
  { name: "b.c", type: "untyped", metrics: [{ labels: ["http.status", 'q"\\\n', "x", ""], value: NaN, timestampMs: -1 }] },
  { name: "d", type: "histogram", metrics: [histogram] },
  { name: "e", type: "gaugehistogram", metrics: [{ ...histogram, buckets: [], native }] },
];

describe.each(FORMATS)("%s", (format) => {
  test.each(ESCAPINGS)("metric by metric is written what is written of whole families: %s", (escaping) => {
    expect(streamed(families, format, escaping)).toEqual(Buffer.from(writeFamilies(families, { format, escaping })));
  });

  test("so are any names, values and numbers", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" });
    const metric = fc.record({
      label: text,
      labelValue: fc.string({ unit: "grapheme" }),
      value: fc.double(),
      timestampMs: fc.maxSafeInteger(),
    });
    fc.assert(
      fc.property(text, metric, fc.constantFrom(...ESCAPINGS), (name, { label, labelValue, value, timestampMs }, escaping) => {
        const labels: Labels = [label, labelValue];
        const family: MetricFamily = { name, type: "untyped", metrics: [{ labels, value, timestampMs }] };
        expect(streamed([family], format, escaping)).toEqual(Buffer.from(writeFamilies([family], { format, escaping })));
      }),
    );
  });

  test("nothing is written of nothing", () => {
    expect(streamed([], format, "allow-utf-8").length).toBe(0);
  });
});

test("text comes in pieces, each with a buffer of its own", () => {
  const pieces: Uint8Array[] = [];
  const stream = streamFamilies({ format: "text", escaping: "allow-utf-8" }, (bytes) => pieces.push(bytes));
  stream.begin("many", "untyped");
  for (let i = 0; i < 10_000; i++) stream.untyped(["n", String(i)], i, 1_700_000_000_000);
  stream.end();
  expect(pieces.length).toBeGreaterThan(3);
  for (const piece of pieces) expect(piece.byteLength).toBe(piece.buffer.byteLength);
});
