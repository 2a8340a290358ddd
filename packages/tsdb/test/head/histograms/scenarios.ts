import { createFloatHistogram, createIntegerHistogram, CUSTOM_BUCKETS_SCHEMA, type Histogram } from "@ferula/model";

/** One sample of the scenario's only series: a float, a stale marker of floats, or a histogram. */
export interface ScenarioSample {
  readonly timestampMs: number;
  /** 0 stands for none. */
  readonly startTimestampMs: number;
  readonly value: number | "stale" | Histogram;
}

/** Samples that are appended one by one to a head of the usual rules (chunks of 120 floats, ranges of two hours). */
export interface Scenario {
  readonly why: string;
  /** Whether start timestamps are kept everywhere: xor2 chunks of floats, St chunks of histograms. */
  readonly keepsStarts: boolean;
  readonly samples: readonly ScenarioSample[];
}

const BEGIN_MS = 1_767_225_600_000;
const SCRAPE_MS = 15_000;

type ValueAt = (i: number) => ScenarioSample["value"];

function every(stepMs: number, count: number, value: ValueAt, firstMs = BEGIN_MS, startOf = (_i: number): number => 0): ScenarioSample[] {
  return Array.from({ length: count }, (_, i) => ({ timestampMs: firstMs + i * stepMs, startTimestampMs: startOf(i), value: value(i) }));
}

/** Buckets from `firstIndex` on, each with `perBucket` more than a counter that stands still there. */
function counter(perBucket: number, bucketCount: number, firstIndex = 0): Histogram {
  const deltas = new Float64Array(bucketCount);
  for (let i = 0; i < bucketCount; i++) deltas[i] = i === 0 ? perBucket : i % 2 === 0 ? 1 : -1;
  let count = 0;
  for (let i = 0, bucket = 0; i < bucketCount; i++) {
    bucket += deltas[i];
    count += bucket;
  }
  return createIntegerHistogram({
    schema: 3,
    zeroThreshold: 2 ** -128,
    zeroCount: perBucket,
    count: count + perBucket,
    sum: count * 0.37,
    positiveSpans: Int32Array.of(firstIndex, bucketCount),
    positiveBuckets: deltas,
  });
}

/** Both sides of a float histogram. */
function floats(scale: number, bucketCount: number): Histogram {
  const buckets = Float64Array.from({ length: bucketCount }, (_, i) => (scale * ((i * 7) % 11) + i) / 4);
  return createFloatHistogram({
    schema: -1,
    zeroThreshold: 0.001,
    zeroCount: scale / 8,
    count: buckets.reduce((sum, value) => sum + 2 * value, scale / 8),
    sum: scale * 1.5,
    positiveSpans: Int32Array.of(-2, bucketCount),
    positiveBuckets: buckets,
    negativeSpans: Int32Array.of(1, 1, 2, bucketCount - 1),
    negativeBuckets: buckets.slice(),
  });
}

function custom(perBucket: number, bounds: readonly number[]): Histogram {
  return createIntegerHistogram({
    schema: CUSTOM_BUCKETS_SCHEMA,
    count: perBucket * bounds.length,
    sum: perBucket * 3.25,
    positiveSpans: Int32Array.of(0, bounds.length),
    positiveBuckets: Float64Array.from(bounds, (_, i) => (i === 0 ? perBucket : 0)),
    customValues: Float64Array.from(bounds),
  });
}

const gauge = (histogram: Histogram): Histogram => ({ ...histogram, counterResetHint: "gauge" });

/** What is run through our head and through upstream's. */
export const scenarios: readonly Scenario[] = [
  { why: "a small counter over three hours", keepsStarts: false, samples: every(SCRAPE_MS, 720, (i) => counter(i + 1, 4)) },
  { why: "a large counter", keepsStarts: false, samples: every(SCRAPE_MS, 400, (i) => counter(5 * i + 1, 120)) },
  { why: "few large histograms at the end of a range", keepsStarts: false, samples: every(900_000, 40, (i) => counter(i + 1, 160)) },
  {
    why: "buckets are added on both ends",
    keepsStarts: false,
    samples: every(SCRAPE_MS, 300, (i) => counter(i + 1, 3 + Math.floor(i / 20), -Math.floor(i / 30))),
  },
  { why: "a counter that is reset", keepsStarts: false, samples: every(SCRAPE_MS, 300, (i) => counter((i % 70) + 1, 6)) },
  {
    why: "a schema that changes",
    keepsStarts: false,
    samples: every(SCRAPE_MS, 120, (i) => ({ ...counter(i + 1, 5), schema: Math.floor(i / 25) % 4 })),
  },
  {
    why: "a gauge that goes up and down",
    keepsStarts: false,
    samples: every(SCRAPE_MS, 300, (i) => gauge(counter(((i * 37) % 90) + 1, 3 + ((i * 5) % 4)))),
  },
  { why: "float histograms", keepsStarts: false, samples: every(SCRAPE_MS, 400, (i) => floats(i + 1, 9)) },
  { why: "float gauges", keepsStarts: false, samples: every(SCRAPE_MS, 300, (i) => gauge(floats((i * 31) % 17, 4 + (i % 3)))) },
  {
    why: "custom buckets whose bounds change",
    keepsStarts: false,
    samples: every(SCRAPE_MS, 300, (i) => custom(i + 1, i < 140 ? [0.1, 1, 10] : [0.1, 0.5, 1, 10])),
  },
  {
    why: "a rate that rises",
    keepsStarts: false,
    samples: [...every(60_000, 30, (i) => counter(i + 1, 20)), ...every(100, 600, (i) => counter(i + 100, 20), BEGIN_MS + 30 * 60_000)],
  },
  {
    why: "floats and histograms of all kinds in turn",
    keepsStarts: false,
    samples: every(SCRAPE_MS, 500, (i) => [i, counter(i + 1, 5), floats(i + 1, 5), custom(i + 1, [1, 2])][Math.floor(i / 45) % 4]),
  },
  {
    why: "stale markers of all kinds",
    keepsStarts: false,
    samples: every(SCRAPE_MS, 400, (i) => {
      if (i % 40 === 39 || i % 97 === 96) return "stale";
      return [counter(i + 1, 5), i * 1.5, floats(i + 1, 5)][Math.floor(i / 60) % 3];
    }),
  },
  { why: "a stale marker first", keepsStarts: false, samples: every(SCRAPE_MS, 40, (i) => (i % 10 === 0 ? "stale" : counter(i + 1, 5))) },
  {
    why: "histograms with start timestamps",
    keepsStarts: true,
    samples: every(
      SCRAPE_MS,
      500,
      (i) => (i % 300 < 200 ? counter((i % 150) + 1, 6) : floats(i + 1, 5)),
      BEGIN_MS,
      (i) => (i < 10 ? 0 : BEGIN_MS + Math.floor(i / 150) * 150 * SCRAPE_MS - 5),
    ),
  },
  {
    why: "floats with start timestamps",
    keepsStarts: true,
    samples: every(
      SCRAPE_MS,
      700,
      (i) => (i % 50 === 49 ? "stale" : Math.round(i * 1.7) % 400),
      BEGIN_MS,
      (i) => (i % 90 < 4 ? 0 : BEGIN_MS - 77 + Math.floor(i / 90) * 90 * SCRAPE_MS),
    ),
  },
  {
    why: "floats whose values and times jump, with start timestamps",
    keepsStarts: true,
    samples: every(SCRAPE_MS, 500, (i) => Math.sin(i * 9.1) * 1e6, BEGIN_MS).map((sample, i) => ({
      ...sample,
      timestampMs: sample.timestampMs + ((i * 7919) % 13) * (i % 90 === 0 ? 900 : 1),
    })),
  },
  {
    why: "floats and histograms in turn, with start timestamps",
    keepsStarts: true,
    samples: every(
      SCRAPE_MS,
      300,
      (i) => [i, counter(i + 1, 5), floats(i + 1, 5)][Math.floor(i / 35) % 3],
      BEGIN_MS,
      () => BEGIN_MS - 1,
    ),
  },
];
