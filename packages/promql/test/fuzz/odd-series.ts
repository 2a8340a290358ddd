import {
  type CounterResetHint,
  createFloatHistogram,
  CUSTOM_BUCKETS_SCHEMA,
  type FloatHistogram,
  type HistogramFields,
} from "@ferula/model";

/** A sample of a series, or none at its time. */
export type OddSample = number | "stale" | FloatHistogram | undefined;

/** Times a series may have samples at. */
const LENGTH = 44;

const HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];

const ODD_NUMBERS = [NaN, 1, Infinity, -Infinity, 1e308, 1e308, -1e308, -0, 0, 1e-320, 5e-324, 0.1, -1, "stale", 2 ** 53, 1.5] as const;

/** Series and their samples: numbers and histograms of every odd kind, and ordinary ones that these meet. */
export const oddSeries: readonly (readonly [labels: string, samples: readonly OddSample[]])[] = [
  ['gauge{job="a",instance="0"}', each((k) => (k * 37) % 11)],
  ['gauge{job="a",instance="1"}', each((k) => (k % 7 === 3 ? undefined : -k / 3))],
  ['gauge{job="b",instance="0"}', each((k) => (k < 9 || k > 20 ? undefined : 5))],
  ['gauge{job="b",instance="1","é"="ü"}', each((k) => (k % 9 === 8 ? "stale" : k * 1e6))],
  ['odd{job="a",instance="0"}', each((k) => ODD_NUMBERS[k % ODD_NUMBERS.length])],
  ['odd{job="a",instance="1"}', each((k) => ODD_NUMBERS[(k * 5 + 3) % ODD_NUMBERS.length])],
  ['odd{job="b"}', each(() => NaN)],
  ['odd{job="c"}', each((k) => (k % 2 === 0 ? 1e308 : -1e308))],
  ['counter_total{job="a",instance="0",__type__="counter",__unit__="s"}', each((k) => (k % 13) * 4)],
  ['counter_total{job="a",instance="1"}', each((k) => (k % 20 === 0 ? 0 : k ** 3))],
  ['counter_total{job="b",instance="0"}', each((k) => (k > 12 && k < 19 ? undefined : k * 1e307))],
  ['single{job="a"}', each((k) => (k === 20 ? 3 : undefined))],
  ['single{job="b"}', each((k) => (k === 20 ? "stale" : undefined))],
  ['empty{job="a"}', []],
  ['same_one{job="a",instance="0"}', each((k) => k)],
  ['same_two{job="a",instance="0"}', each((k) => (k % 2 === 0 ? k : undefined))],
  ['size_bucket{job="a",le="0.1"}', each((k) => k)],
  ['size_bucket{job="a",le="1"}', each((k) => 2 * k - (k % 8))],
  ['size_bucket{job="a",le="1.0"}', each((k) => 3 * k)],
  ['size_bucket{job="a",le="+Inf"}', each((k) => 3 * k)],
  ['size_bucket{job="b",le="1"}', each((k) => (k % 5 === 0 ? NaN : -k))],
  ['size_bucket{job="b",le="many"}', each((k) => k)],
  ['size_bucket{job="c",le="-1"}', each(() => Infinity)],
  ['size_bucket{job="c",le="+Inf"}', each((k) => 1e-320 * k)],
  ['size_bucket{job="d",le="+Inf"}', each((k) => (k % 2 === 0 ? k : exponential(k)))],
  ['wait{job="a",instance="0"}', each((k) => exponential(k, { counterResetHint: "unknown" }))],
  ['wait{job="a",instance="1"}', each((k) => exponential(k % 9, { schema: 3, counterResetHint: HINTS[k % 4] }))],
  [
    'wait{job="b",instance="0"}',
    each((k) => (k % 11 === 10 ? "stale" : exponential(k, { negativeSpans: spans(-1, 2), negativeBuckets: counts(k, 1) }))),
  ],
  [
    'wait{job="b",instance="1"}',
    each((k) => exponential(40 - k, { schema: k % 2 === 0 ? 8 : -4, positiveSpans: spans(-900, 1, 1800, 1) })),
  ],
  ['level{job="a",instance="0"}', each((k) => exponential(k, { counterResetHint: "gauge", sum: -k, zeroThreshold: k % 3 }))],
  ['level{job="a",instance="1"}', each((k) => exponential(k, { counterResetHint: "gauge", sum: NaN }))],
  ['strange{job="a",instance="0"}', each((k) => createFloatHistogram({ count: k % 4 === 0 ? 0 : k, sum: k }))],
  ['strange{job="a",instance="1"}', each((k) => createFloatHistogram({ zeroCount: k, zeroThreshold: 1e308, count: k, sum: -0 }))],
  ['strange{job="b",instance="0"}', each((k) => exponential(1e308 * (k % 3), { sum: Infinity }))],
  ['strange{job="b",instance="1"}', each((k) => exponential(k, { positiveBuckets: Float64Array.of(NaN, 1e-320), count: NaN }))],
  ['strange{job="c"}', each((k) => exponential(k, { schema: -4, positiveSpans: spans(60, 1, 7, 1), zeroThreshold: 1e-320 }))],
  ['strange{job="d"}', each((k) => exponential(k, { positiveSpans: spans(0, 0, 2, 2), zeroThreshold: 2 ** (k % 5) }))],
  ['own{job="a",instance="0"}', each((k) => custom(k, [1, 2]))],
  ['own{job="a",instance="1"}', each((k) => custom(k, k % 3 === 0 ? [1, 3] : [2, 3]))],
  ['own{job="b",instance="0"}', each((k) => custom(k, [-1, 0], { counterResetHint: HINTS[k % 4], sum: NaN }))],
  ['own{job="b",instance="1"}', each((k) => custom(k, [], { positiveSpans: spans(0, 1), positiveBuckets: Float64Array.of(k) }))],
  ['own{job="c"}', each(() => createFloatHistogram({ schema: CUSTOM_BUCKETS_SCHEMA }))],
  ['mixed{job="a",instance="0"}', each((k) => (k % 2 === 0 ? k : exponential(k)))],
  ['mixed{job="a",instance="1"}', each((k) => (k % 6 < 3 ? exponential(k) : custom(k, [1, 2])))],
  ['mixed{job="b",instance="0"}', each((k) => [k, exponential(k), custom(k, [1, 2]), undefined, ODD_NUMBERS[k % 16]][k % 5])],
  ['target_info{job="a",instance="0",version="1",data="x"}', each(() => 1)],
  ['target_info{job="a",instance="1",version="2"}', each((k) => (k < 20 ? 1 : "stale"))],
  ['target_info{job="a",instance="1",version="3"}', each((k) => (k > 18 ? 1 : undefined))],
  ['build_info{job="b",instance="0",data="y"}', each(() => 1)],
  ['{"a name.é",job="a",instance="0","a label"="\\u0000<&>\\"\\\\"}', each((k) => k)],
];

function each(sample: (k: number) => OddSample): readonly OddSample[] {
  return Array.from({ length: LENGTH }, (_none, k) => sample(k));
}

function spans(...pairs: readonly number[]): Int32Array {
  return Int32Array.from(pairs);
}

function counts(...buckets: readonly number[]): Float64Array {
  return Float64Array.from(buckets);
}

/** A histogram of two buckets, the larger the larger `k` is. */
function exponential(k: number, fields: Partial<HistogramFields> = {}): FloatHistogram {
  return createFloatHistogram({
    schema: 0,
    zeroCount: 1,
    zeroThreshold: 0.001,
    count: 2 * k + 4,
    sum: 3 * k,
    positiveSpans: spans(0, 2),
    positiveBuckets: counts(k, k + 3),
    ...fields,
  });
}

/** A histogram with three custom buckets, the upper bounds of the first two being `bounds`. */
function custom(k: number, bounds: readonly number[], fields: Partial<HistogramFields> = {}): FloatHistogram {
  return createFloatHistogram({
    schema: CUSTOM_BUCKETS_SCHEMA,
    customValues: Float64Array.from(bounds),
    count: 2 * k + 3,
    sum: k,
    positiveSpans: spans(0, 3),
    positiveBuckets: counts(1, k, k + 2),
    ...fields,
  });
}
