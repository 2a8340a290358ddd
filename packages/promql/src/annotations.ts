import { type Annotations, formatFloat } from "@ferula/model";
import { quoteString } from "@ferula/promql-syntax";
import { FLOAT, type StepColumn } from "./columns.ts";
import { isBadQuantile } from "./functions/quantile.ts";
import type { TextRange } from "./plan/nodes.ts";

/**
 * Texts of util/annotations/annotations.go; see also `histogram-annotations.ts` and `monotonicity-info.ts`. Each adds one warning or info
 * about the expression at `pos` of the query's text.
 */

/** A quantile that is not in [0, 1], NaN included. */
export function quantileOutOfRange(annotations: Annotations, phi: number, pos: TextRange): void {
  annotations.addWarning(`PromQL warning: quantile value should be between 0 and 1, got ${formatFloat(phi)}`, pos);
}

/** A ratio that is below -1 or above 1, and is taken for `limit`. */
export function invalidRatio(annotations: Annotations, ratio: number, limit: number, pos: TextRange): void {
  annotations.addWarning(`PromQL warning: ratio value should be between -1 and 1, got ${formatFloat(ratio)}, capping to ${limit}`, pos);
}

/** Warns of each value of a quantile over the steps that is out of range; with `column`, of the steps at which that has a float only. */
export function noteQuantiles(annotations: Annotations, phis: Float64Array, stepCount: number, pos: TextRange, column?: StepColumn): void {
  let noted = 0;
  for (let k = 0; k < stepCount; k++) {
    const phi = phis[k];
    // Most queries have one quantile for all steps.
    if (!isBadQuantile(phi) || Object.is(phi, noted)) continue;
    if (column !== undefined && column.present[k] !== FLOAT) continue;
    quantileOutOfRange(annotations, phi, pos);
    noted = phi;
  }
}

/** A bucket whose `le` is missing or is no number. */
export function badBucketLabel(annotations: Annotations, label: string, metricName: string, pos: TextRange): void {
  annotations.addWarning(
    `PromQL warning: bucket label "le" is missing or has a malformed value of ${quoteString(label)}${forMetric(metricName)}`,
    pos,
  );
}

/** How a text goes on that names a metric if there is a name. */
export function forMetric(metricName: string): string {
  return metricName === "" ? "" : ` for metric name ${quoteString(metricName)}`;
}

/** `sort` and its kin in a range query, whose result is always sorted by labels. */
export function sortInRangeQuery(annotations: Annotations, pos: TextRange): void {
  annotations.addWarning("PromQL warning: sort is ineffective for range queries since results are always ordered by labels", pos);
}

/** `rate` or `increase` of a metric that by its name is no counter. */
export function maybeNotCounter(annotations: Annotations, metricName: string, pos: TextRange): void {
  annotations.addInfo(
    `PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quoteString(metricName)}`,
    pos,
  );
}

/** The same of a metric that by its label `__type__` is no counter, where types are labels. */
export function maybeNotCounterByType(annotations: Annotations, metricName: string, type: string, pos: TextRange): void {
  const text = 'metric might not be a counter, __type__ label is not set to "counter" or "histogram"';
  annotations.addInfo(`PromQL info: ${text}, got ${quoteString(type)}: ${quoteString(metricName)}`, pos);
}
