import type { Labels } from "@ferula/model";

/**
 * Metric families as programs expose and push them: what `io.prometheus.client.MetricFamily` says, as plain data.
 *
 * The type of a family decides the shape of its metrics, so a switch over `type` narrows both. Families and metrics are never changed
 * in place: merging, relabelling and sorting make new arrays and share the metrics they keep. That lets a gateway hold a pushed
 * family, replace it as a whole by name and show it, while a scrape is being written from it.
 */
export type MetricFamily = ScalarFamily | HistogramFamily | SummaryFamily;

/** The types of the text format. `untyped` is what OpenMetrics calls unknown; a `gaugehistogram` is written as a histogram. */
export type FamilyType = MetricFamily["type"];

interface FamilyHead<Type, Metric> {
  /** Valid UTF-8, not empty. The lines of histograms and summaries add their own suffixes to it. */
  readonly name: string;
  readonly type: Type;
  /** Absent when there was no HELP line; then none is written. */
  readonly help?: string;
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
}

/** A family whose metrics are one number each. */
export type ScalarFamily = FamilyHead<"counter" | "gauge" | "untyped", ScalarMetric>;

/** One number: of a counter, a gauge, or of what no TYPE line told. */
export interface ScalarMetric extends MetricHead {
  readonly value: number;
}

/** A family of classic histograms. The text format has no type for a `gaugehistogram`. */
export type HistogramFamily = FamilyHead<"histogram" | "gaugehistogram", HistogramMetric>;

/** A classic histogram; `labels` are without `le`. The writer adds a bucket of +Inf from `count` when it is missing. */
export interface HistogramMetric extends MetricHead {
  readonly buckets: readonly Bucket[];
  readonly count: number;
  readonly sum: number;
}

/** How many observations were at or below `upperBound`. */
export interface Bucket {
  readonly upperBound: number;
  readonly cumulativeCount: number;
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
