import { type Annotations, formatFloat } from "@ferula/model";
import { isBadQuantile } from "./functions/quantile.ts";
import type { TextRange } from "./plan/nodes.ts";

/** Texts of util/annotations/annotations.go; see also `monotonicity-info.ts`. Each adds one warning or info about the expression at `pos` of the query's text. */

/** A quantile that is not in [0, 1], NaN included. */
export function quantileOutOfRange(annotations: Annotations, phi: number, pos: TextRange): void {
  annotations.addWarning(`PromQL warning: quantile value should be between 0 and 1, got ${formatFloat(phi)}`, pos);
}

/** Warns of each value of a quantile over the steps that is out of range; with `present`, of the steps that it marks only. */
export function noteQuantiles(annotations: Annotations, phis: Float64Array, stepCount: number, pos: TextRange, present?: Uint8Array): void {
  let noted = 0;
  for (let k = 0; k < stepCount; k++) {
    const phi = phis[k];
    // Most queries have one quantile for all steps.
    if (!isBadQuantile(phi) || present?.[k] === 0 || Object.is(phi, noted)) continue;
    quantileOutOfRange(annotations, phi, pos);
    noted = phi;
  }
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
