import type { Histogram, Labels } from "@ferula/model";

/**
 * Metric families as programs expose and push them: what `io.prometheus.client.MetricFamily` says, as plain data.
 *
 * The type of a family decides the shape of its metrics, so a switch over `type` narrows both. Families and metrics are never changed
 * in place: merging, relabelling and sorting make new arrays and share the metrics they keep. That lets a gateway hold a pushed
 * family, replace it as a whole by name and show it, while a scrape is being written from it.
 */
export type MetricFamily = ScalarFamily | HistogramFamily | SummaryFamily;

/**
 * The types of all formats. `untyped` is what OpenMetrics calls unknown. `info` and `stateset` are OpenMetrics' alone: the other formats
 * write them as gauges. Text writes a `gaugehistogram` as a histogram.
 */
export type FamilyType = MetricFamily["type"];

interface FamilyHead<Type, Metric> {
  /**
   * Valid UTF-8, not empty. The lines of histograms and summaries add their own suffixes to it. A counter's and an info's name is the
   * whole one of its samples, as protobuf and text have it: OpenMetrics' descriptions leave out its `_total` or `_info`.
   */
  readonly name: string;
  readonly type: Type;
  /** Absent when there was no HELP line; then none is written. */
  readonly help?: string;
  /** As OpenMetrics and protobuf tell it (`seconds`); absent when there was none. Text can't say it. */
  readonly unit?: string;
  readonly metrics: readonly Metric[];
}

interface MetricHead {
  /**
   * Without the metric's name. Sorted by name; unlike a series' labels they may hold empty values, which are written (`instance=""` of
   * a pushed group).
   */
  readonly labels: Labels;
  /** Milliseconds since the epoch; absent when the exposition gave none. */
  readonly timestampMs?: number;
  /** When counting started, in seconds since the epoch, to the nanosecond as far as a double goes. Only counters, histograms, summaries. */
  readonly createdSeconds?: number;
}

/** One observation, and in its labels where to learn more of it. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Since the epoch, to the nanosecond as far as a double goes. */
  readonly timestampSeconds?: number;
}

/** A family whose metrics are one number each. */
export type ScalarFamily = FamilyHead<"counter" | "gauge" | "untyped" | "info" | "stateset", ScalarMetric>;

/** One number: of a counter, a gauge, an info, a state of a stateset, or of what no TYPE line told. */
export interface ScalarMetric extends MetricHead {
  readonly value: number;
  /** Only of counters. */
  readonly exemplar?: Exemplar;
}

/** A family of histograms, classic, native or both. The text format has no type for a `gaugehistogram`. */
export type HistogramFamily = FamilyHead<"histogram" | "gaugehistogram", HistogramMetric>;

/**
 * A histogram; `labels` are without `le`. `buckets` are the classic ones: the writers of text add a bucket of +Inf from `count` when it
 * is missing. Only protobuf has the native form and its exemplars; text formats write what is classic.
 */
export interface HistogramMetric extends MetricHead {
  readonly buckets: readonly Bucket[];
  readonly count: number;
  readonly sum: number;
  /** Protobuf tells the counts as doubles, though they are whole. Default: it does so for fractions and native histograms of floats. */
  readonly hasFloatCounts?: boolean;
  /** The same observations in exponential buckets; its count and sum are those above. Never with custom buckets: no format has them. */
  readonly native?: Histogram;
  /** Of the native histogram; each has a timestamp. */
  readonly exemplars?: readonly Exemplar[];
}

/** How many observations were at or below `upperBound`. */
export interface Bucket {
  readonly upperBound: number;
  readonly cumulativeCount: number;
  readonly exemplar?: Exemplar;
}

/** A family of summaries. */
export type SummaryFamily = FamilyHead<"summary", SummaryMetric>;

/** A summary; `labels` are without `quantile`. */
export interface SummaryMetric extends MetricHead {
  readonly quantiles: readonly Quantile[];
  readonly count: number;
  readonly sum: number;
}

/** `quantile` is between 0 and 1; `value` is NaN when nothing was observed lately. */
export interface Quantile {
  readonly quantile: number;
  readonly value: number;
}
