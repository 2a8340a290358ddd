import { createFloatHistogram, createIntegerHistogram, CUSTOM_BUCKETS_SCHEMA, type Histogram, type HistogramFields } from "@ferula/model";
import type { Random } from "./random.ts";

/** A metric of native histograms: its label sets, and the histograms of series k; undefined is a gap. */
export interface HistogramMetric {
  readonly name: string;
  readonly sets: readonly string[];
  readonly values: (steps: number, k: number, random: Random) => readonly (Histogram | undefined)[];
}

/** What a series' histograms are, besides their counts. */
interface Shape {
  readonly schema: number;
  readonly spans: readonly number[];
  readonly negativeSpans?: readonly number[];
  readonly customValues?: readonly number[];
  readonly resetEvery?: number;
}

const counterShapes: readonly Shape[] = [
  { schema: 0, spans: [0, 4] },
  { schema: 3, spans: [-6, 3, 2, 4], resetEvery: 61 },
  { schema: 1, spans: [-2, 5], negativeSpans: [0, 2], resetEvery: 90 },
];

const customShapes: readonly Shape[] = [
  { schema: CUSTOM_BUCKETS_SCHEMA, spans: [0, 4], customValues: [0.1, 0.5, 2] },
  { schema: CUSTOM_BUCKETS_SCHEMA, spans: [0, 4], customValues: [0.1, 0.25, 2], resetEvery: 73 },
];

const SETS = ["job=api instance=a", "job=api instance=b", "job=db instance=a"];

/** The metrics; `withCustomBuckets`: those with custom buckets, too. */
export function histogramsOf(withCustomBuckets: boolean): readonly HistogramMetric[] {
  const metrics: HistogramMetric[] = [
    {
      name: "native_seconds",
      sets: SETS,
      values: (steps, k, random) => growing(counterShapes[k % counterShapes.length] as Shape, steps, random),
    },
    { name: "native_sizes", sets: SETS.slice(0, 2), values: (steps, k, random) => floating(counterShapes[k] as Shape, steps, random) },
  ];
  if (!withCustomBuckets) return metrics;
  return [
    ...metrics,
    { name: "custom_seconds", sets: SETS.slice(0, 2), values: (steps, k, random) => growing(customShapes[k] as Shape, steps, random) },
  ];
}

function bucketCount(spans: readonly number[]): number {
  return spans.reduce((total, length, i) => (i % 2 === 1 ? total + length : total), 0);
}

/** A counter's histograms, with a gap. */
function growing(shape: Shape, steps: number, random: Random): readonly (Histogram | undefined)[] {
  const start = (): { positive: number[]; negative: number[]; zero: number; sum: number } => ({
    positive: Array.from({ length: bucketCount(shape.spans) }, () => 0),
    negative: Array.from({ length: bucketCount(shape.negativeSpans ?? []) }, () => 0),
    zero: 0,
    sum: 0,
  });
  let state = start();
  return Array.from({ length: steps }, (_, i) => {
    if (shape.resetEvery !== undefined && i % shape.resetEvery === shape.resetEvery - 1) state = start();
    const add = (count: number): number => count + random.below(4);
    const zero = shape.schema === CUSTOM_BUCKETS_SCHEMA ? 0 : add(state.zero);
    state = { positive: state.positive.map(add), negative: state.negative.map(add), zero, sum: state.sum + random.next() * 8 };
    return i >= 130 && i < 145 ? undefined : createIntegerHistogram({ ...fieldsOf(shape), ...integerCounts(state), sum: state.sum });
  });
}

function integerCounts(state: {
  readonly positive: number[];
  readonly negative: number[];
  readonly zero: number;
}): Partial<HistogramFields> {
  return {
    zeroCount: state.zero,
    count: total(state.positive) + total(state.negative) + state.zero,
    positiveBuckets: Float64Array.from(differences(state.positive)),
    negativeBuckets: Float64Array.from(differences(state.negative)),
  };
}

/** A gauge's histograms of floats. */
function floating(shape: Shape, steps: number, random: Random): readonly Histogram[] {
  return Array.from({ length: steps }, () => {
    const some = (spans: readonly number[]): number[] => Array.from({ length: bucketCount(spans) }, () => random.below(40) / 8);
    const [positive, negative, zero] = [some(shape.spans), some(shape.negativeSpans ?? []), random.below(8) / 4];
    return createFloatHistogram({
      ...fieldsOf(shape),
      counterResetHint: "gauge",
      zeroCount: zero,
      count: total(positive) + total(negative) + zero,
      sum: random.next() * 50,
      positiveBuckets: Float64Array.from(positive),
      negativeBuckets: Float64Array.from(negative),
    });
  });
}

function fieldsOf({ schema, spans, negativeSpans = [], customValues = [] }: Shape): Partial<HistogramFields> {
  return {
    schema,
    zeroThreshold: schema === CUSTOM_BUCKETS_SCHEMA ? 0 : 0.001,
    positiveSpans: Int32Array.from(spans),
    negativeSpans: Int32Array.from(negativeSpans),
    customValues: Float64Array.from(customValues),
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function differences(counts: readonly number[]): readonly number[] {
  return counts.map((count, i) => count - (counts[i - 1] ?? 0));
}
