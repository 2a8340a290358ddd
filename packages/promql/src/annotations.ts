import type { Annotations } from "@ferula/model";
import type { TextRange } from "./plan/nodes.ts";

/** Texts of util/annotations/annotations.go. Each adds one warning or info about the expression at `pos` of the query's text. */

/** A quantile that is not in [0, 1], NaN included. */
export function quantileOutOfRange(annotations: Annotations, phi: number, pos: TextRange): void {
  annotations.addWarning(`PromQL warning: quantile value should be between 0 and 1, got ${shortNumber(phi)}`, pos);
}

/** A bucket whose `le` is missing or is no number. */
export function badBucketLabel(annotations: Annotations, label: string, metricName: string, pos: TextRange): void {
  const of = metricName === "" ? "" : ` for metric name ${JSON.stringify(metricName)}`;
  annotations.addWarning(`PromQL warning: bucket label "le" is missing or has a malformed value of ${JSON.stringify(label)}${of}`, pos);
}

/** `sort` and its kin in a range query, whose result is always sorted by labels. */
export function sortInRangeQuery(annotations: Annotations, pos: TextRange): void {
  annotations.addWarning("PromQL warning: sort is ineffective for range queries since results are always ordered by labels", pos);
}

/** `rate` or `increase` of a metric that by its name is no counter. */
export function maybeNotCounter(annotations: Annotations, metricName: string, pos: TextRange): void {
  annotations.addInfo(
    `PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(metricName)}`,
    pos,
  );
}

/** Buckets whose counts fell from one bound to the next. */
export function forcedMonotonicity(annotations: Annotations, metricName: string, pos: TextRange): void {
  const of = metricName === "" ? "" : ` for metric name ${JSON.stringify(metricName)}`;
  annotations.addInfo(
    `PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)${of}`,
    pos,
  );
}

function shortNumber(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  return String(value);
}
