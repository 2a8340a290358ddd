import { type HistogramMetric, type MetricFamily, writeProtobuf } from "@ferula/exposition";
import { createFloatHistogram, createIntegerHistogram, type Histogram } from "@ferula/model";
import { PROTOBUF, protobuf, type ScrapeCase, text } from "../scrape-case.ts";

const HEAD = { help: "Help.", unit: "seconds" };

function layout(offset: number, ...counts: readonly number[]): Partial<Histogram> {
  return { positiveSpans: Int32Array.of(offset, counts.length), positiveBuckets: Float64Array.from(counts) };
}

/** Deltas 2, 1, 4, 3 of buckets, as a native histogram counts them. */
function native(schema: number, factor: number): Histogram {
  const buckets = Float64Array.of(2 * factor, -factor, 3 * factor, -factor);
  const counted = 10 * factor;
  return createIntegerHistogram({
    schema,
    count: counted + 5,
    sum: 12.5 * factor,
    zeroCount: 1,
    zeroThreshold: 2 ** -128,
    positiveSpans: Int32Array.of(-1, 2, 3, 2),
    positiveBuckets: buckets,
    negativeSpans: Int32Array.of(0, 1),
    negativeBuckets: Float64Array.of(4),
  } as Partial<Histogram>);
}

function histogram(labels: readonly string[], more: Partial<HistogramMetric>): HistogramMetric {
  return {
    labels,
    buckets: [
      { upperBound: 0.1, cumulativeCount: 1 },
      { upperBound: 1, cumulativeCount: 3 },
      { upperBound: 10, cumulativeCount: 6 },
    ],
    count: 15,
    sum: 12.5,
    ...more,
  };
}

function familiesOf(factor: number, baseMs: number): readonly MetricFamily[] {
  return [
    {
      ...HEAD,
      name: "requests_total",
      type: "counter",
      metrics: [
        {
          labels: ["code", "200"],
          value: factor,
          exemplar: { labels: ["t", "1"], value: 1, timestampSeconds: baseMs / 1000 - 3 },
          createdSeconds: baseMs / 1000 - 60,
        },
        { labels: ["code", "500"], value: -0, exemplar: { labels: ["t", "2"], value: 1 } },
      ],
    },
    {
      name: "level",
      type: "gauge",
      metrics: [
        { labels: [], value: NaN },
        { labels: ["a", "ü"], value: Infinity, timestampMs: baseMs - 3000 + factor },
      ],
    },
    { name: "what", type: "untyped", metrics: [{ labels: [], value: factor }] },
    {
      name: "quantiles",
      type: "summary",
      metrics: [
        {
          labels: [],
          quantiles: [
            { quantile: 0.5, value: 1 },
            { quantile: 1, value: NaN },
          ],
          count: 5,
          sum: 2.5,
        },
      ],
    },
    {
      name: "classic",
      type: "histogram",
      metrics: [
        histogram([], {}),
        histogram(["a", "1"], {
          buckets: [
            { upperBound: Infinity, cumulativeCount: 15, exemplar: { labels: ["t", "b"], value: 4, timestampSeconds: baseMs / 1000 - 2 } },
          ],
        }),
      ],
    },
    {
      ...HEAD,
      name: "native_seconds",
      type: "histogram",
      metrics: [
        histogram([], {
          native: native(3, factor),
          count: 10 * factor + 5,
          exemplars: [
            { labels: ["t", "n"], value: 1, timestampSeconds: baseMs / 1000 - 5 },
            { labels: ["t", "m"], value: 2, timestampSeconds: baseMs / 1000 - 4 },
          ],
        }),
        histogram(["kind", "only"], { buckets: [], native: native(0, factor), count: 10 * factor + 5 }),
        histogram(["kind", "float"], {
          buckets: [],
          native: createFloatHistogram({
            schema: 1,
            count: 7.5,
            sum: 3.25,
            zeroCount: 0.5,
            zeroThreshold: 0.001,
            ...layout(0, 3, 4),
          } as object),
          count: 7.5,
          sum: 3.25,
        }),
      ],
    },
    { name: "sizes", type: "gaugehistogram", metrics: [histogram([], { native: native(2, factor), count: 10 * factor + 5 })] },
  ];
}

const STEPS = [
  protobuf((baseMs) => writeProtobuf(familiesOf(1, baseMs))),
  protobuf((baseMs) => writeProtobuf(familiesOf(2, baseMs))),
  protobuf((baseMs) => writeProtobuf(familiesOf(1, baseMs))),
  protobuf((baseMs) => writeProtobuf(familiesOf(1, baseMs).slice(0, 3))),
];
const NATIVE = { scrape_native_histograms: true };

function natives(...all: readonly Histogram[]): Uint8Array {
  return writeProtobuf([
    {
      name: "h",
      type: "histogram",
      metrics: all.map((one, i) => ({ labels: ["i", String(i)], buckets: [], native: one, count: one.count, sum: one.sum })),
    },
  ]);
}

/** Protobuf, and native histograms. */
export const protobufCases: readonly ScrapeCase[] = [
  { name: "protobuf", steps: STEPS, since3: NATIVE },
  { name: "protobuf-floats", needs3: true, steps: STEPS, since3: { scrape_native_histograms: false } },
  { name: "protobuf-both", needs3: true, steps: STEPS, since3: { ...NATIVE, always_scrape_classic_histograms: true } },
  { name: "protobuf-converted", needs3: true, steps: STEPS, since3: { ...NATIVE, convert_classic_histograms_to_nhcb: true } },
  {
    name: "protobuf-converted-both",
    needs3: true,
    steps: STEPS,
    since3: { ...NATIVE, convert_classic_histograms_to_nhcb: true, always_scrape_classic_histograms: true },
  },
  {
    name: "protobuf-converted-floats",
    needs3: true,
    steps: STEPS,
    since3: { convert_classic_histograms_to_nhcb: true, scrape_native_histograms: false },
  },
  ...[8, 4, 2, 1].map((limit) => ({
    name: `protobuf-bucket-limit-${limit}`,
    needs3: true,
    steps: [protobuf(natives(native(3, 1), native(8, 2))), protobuf(natives(native(3, 1)))],
    since3: { ...NATIVE, native_histogram_bucket_limit: limit },
  })),
  {
    name: "protobuf-bucket-factor",
    needs3: true,
    steps: [protobuf(natives(native(8, 1), native(1, 1), native(0, 1)))],
    since3: { ...NATIVE, native_histogram_min_bucket_factor: 1.3 },
  },
  {
    name: "protobuf-sample-limit",
    steps: [protobuf(natives(native(1, 1))), protobuf(natives(native(1, 1), native(2, 1), native(3, 1)))],
    job: { sample_limit: 2 },
    since3: NATIVE,
  },
  {
    name: "protobuf-invalid-histogram",
    steps: [protobuf(natives(native(1, 1), { ...native(1, 1), count: 2 })), protobuf(natives(native(1, 1)))],
    since3: NATIVE,
  },
  {
    name: "protobuf-cut",
    steps: [protobuf(natives(native(1, 1))), protobuf((baseMs) => writeProtobuf(familiesOf(1, baseMs)).subarray(0, -5))],
    since3: NATIVE,
  },
  { name: "protobuf-nonsense", steps: [text(["a 1"], { contentType: PROTOBUF })], since3: NATIVE },
  {
    name: "protobuf-empty",
    steps: [protobuf(natives(native(1, 1))), protobuf(new Uint8Array(0)), protobuf(natives(native(1, 1)))],
    since3: NATIVE,
  },
  {
    name: "protobuf-then-text",
    steps: [
      protobuf((baseMs) => writeProtobuf(familiesOf(1, baseMs))),
      text(["level 1", 'requests_total{code="200"} 5', "native_seconds_count 3"]),
      protobuf((baseMs) => writeProtobuf(familiesOf(2, baseMs))),
    ],
    since3: NATIVE,
  },
  {
    name: "protobuf-relabelled",
    steps: STEPS,
    since3: NATIVE,
    job: {
      metric_relabel_configs: [
        { source_labels: ["__name__"], regex: "native_seconds", action: "drop" },
        { source_labels: ["__name__"], regex: "(classic.*)", target_label: "__name__", replacement: "renamed_$1" },
      ],
    },
  },
];
