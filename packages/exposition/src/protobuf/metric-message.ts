import { ExpositionError } from "../exposition-error.ts";

/**
 * So many labels, quantiles, buckets or spans a metric may have, which a body can name with two bytes each: without a limit a hostile one
 * of 256 MB would make columns of several GB.
 */
export const MAX_PARTS = 1 << 18;

/** One side of a native histogram, as it is on the wire: a float histogram has `counts`, another one `deltas`. */
export interface SideMessage {
  spanCount: number;
  /** Pairs of offset and length. */
  spans: Int32Array;
  deltaCount: number;
  deltas: Float64Array;
  countCount: number;
  counts: Float64Array;
}

/** A histogram's fields, classic and native ones. */
export interface HistogramMessage {
  /** The count of observations; that as a float wins if it is not 0. */
  sampleCount: number;
  sampleCountFloat: number;
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  zeroCountFloat: number;
  startTimestampMs: number;
  /** Classic buckets: upper bounds, cumulative counts, and two words each for where the exemplar starts and ends, 0 where there is none. */
  bucketCount: number;
  bounds: Float64Array;
  cumulative: Float64Array;
  bucketExemplars: Uint32Array;
  readonly positive: SideMessage;
  readonly negative: SideMessage;
  /** Where exemplars of the native histogram start and end. */
  exemplarCount: number;
  exemplars: Uint32Array;
}

/** Where a metric's plain numbers stand in `MetricMessage.numbers`. */
export const COUNTER_VALUE = 0;
export const GAUGE_VALUE = 1;
export const UNTYPED_VALUE = 2;
export const SUMMARY_SUM = 3;
export const HISTOGRAM_SUM = 4;

/**
 * A `Metric` as it is read; the next one overwrites it. What the message lacks is 0 or empty. Offsets count in the bytes that are scanned.
 * Which of its numbers count, the family's type tells.
 */
export interface MetricMessage {
  /** From the first label's tag to the end of the last one; equal bytes are equal labels. Both 0 where there is none. */
  labelsStart: number;
  labelsEnd: number;
  labelCount: number;
  /** Four offsets a label: start and end of its name and of its value. What is left out starts and ends at 0. */
  labelRanges: Uint32Array;
  /** 0 is none. */
  timestampMs: number;
  readonly numbers: Float64Array;
  /** The same memory as `numbers`. */
  readonly numberBits: Uint32Array;
  counterExemplarStart: number;
  counterExemplarEnd: number;
  counterStartTimestampMs: number;
  summaryCount: number;
  summaryStartTimestampMs: number;
  quantileCount: number;
  quantiles: Float64Array;
  quantileValues: Float64Array;
  /** The same memory as `quantileValues`. */
  quantileValueBits: Uint32Array;
  hasHistogram: boolean;
  readonly histogram: HistogramMessage;
}

/** An empty message, to read others into. */
export function createMetricMessage(): MetricMessage {
  const numbers = new Float64Array(5);
  const quantileValues = new Float64Array(16);
  return {
    labelsStart: 0,
    labelsEnd: 0,
    labelCount: 0,
    labelRanges: new Uint32Array(64),
    timestampMs: 0,
    numbers,
    numberBits: new Uint32Array(numbers.buffer),
    counterExemplarStart: 0,
    counterExemplarEnd: 0,
    counterStartTimestampMs: 0,
    summaryCount: 0,
    summaryStartTimestampMs: 0,
    quantileCount: 0,
    quantiles: new Float64Array(16),
    quantileValues,
    quantileValueBits: new Uint32Array(quantileValues.buffer),
    hasHistogram: false,
    histogram: createHistogramMessage(),
  };
}

function createHistogramMessage(): HistogramMessage {
  return {
    sampleCount: 0,
    sampleCountFloat: 0,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    zeroCountFloat: 0,
    startTimestampMs: 0,
    bucketCount: 0,
    bounds: new Float64Array(32),
    cumulative: new Float64Array(32),
    bucketExemplars: new Uint32Array(64),
    positive: createSideMessage(),
    negative: createSideMessage(),
    exemplarCount: 0,
    exemplars: new Uint32Array(32),
  };
}

function createSideMessage(): SideMessage {
  const [deltas, counts] = [new Float64Array(160), new Float64Array(16)];
  return { spanCount: 0, spans: new Int32Array(32), deltaCount: 0, deltas, countCount: 0, counts };
}

/** Empties what the last metric left. */
export function resetMetric(metric: MetricMessage): void {
  metric.labelsStart = 0;
  metric.labelsEnd = 0;
  metric.labelCount = 0;
  metric.timestampMs = 0;
  const { numbers } = metric;
  for (let i = 0; i < numbers.length; i++) numbers[i] = 0;
  metric.counterExemplarStart = 0;
  metric.counterExemplarEnd = 0;
  metric.counterStartTimestampMs = 0;
  metric.summaryCount = 0;
  metric.summaryStartTimestampMs = 0;
  metric.quantileCount = 0;
  // Most metrics have none, and follow one that has none.
  if (metric.hasHistogram) resetHistogram(metric.histogram);
  metric.hasHistogram = false;
}

function resetHistogram(histogram: HistogramMessage): void {
  histogram.sampleCount = 0;
  histogram.sampleCountFloat = 0;
  histogram.schema = 0;
  histogram.zeroThreshold = 0;
  histogram.zeroCount = 0;
  histogram.zeroCountFloat = 0;
  histogram.startTimestampMs = 0;
  histogram.bucketCount = 0;
  histogram.exemplarCount = 0;
  resetSide(histogram.positive);
  resetSide(histogram.negative);
}

function resetSide(side: SideMessage): void {
  side.spanCount = 0;
  side.deltaCount = 0;
  side.countCount = 0;
}

type Column = Float64Array | Uint32Array | Int32Array;

/** The column, or a longer copy, with room for the part number `index` of `width` numbers. Throws an ExpositionError at too many of them. */
export function withRoom<C extends Column>(column: C, index: number, width: number): C {
  if ((index + 1) * width <= column.length) return column;
  if (index >= MAX_PARTS) throw new ExpositionError(0, `a metric has more than ${MAX_PARTS} labels, buckets or quantiles`);
  const longer = new (column.constructor as new (length: number) => C)(column.length * 2);
  longer.set(column);
  return longer;
}
