import { type Labels, METRIC_NAME, labelValue, labelsKey, parseFloatText } from "@ferula/model";
import { badBucketLabel, forcedMonotonicity, quantileOutOfRange } from "../../annotations.ts";
import type { StepColumn } from "../../columns.ts";
import { bucketQuantile } from "../../functions/bucket-quantile.ts";
import { isBadQuantile } from "../../functions/quantile.ts";
import type { CallNode } from "../../plan/nodes.ts";
import { type OperatorContext, readScalar, scratchFor } from "../context.ts";
import { keepLabels, withoutNames } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import { argument, vectorArgument } from "./arguments.ts";

/** One histogram: its bucket series by ascending upper bound. */
interface ClassicHistogram {
  readonly series: OutputSeries;
  readonly buckets: { readonly index: number; readonly upperBound: number }[];
}

/** `histogram_quantile(φ, v)` over classic buckets: series that differ in `le` only make one histogram. Reads one histogram at a time. */
export function histogramQuantileCall(context: OperatorContext, call: CallNode): Operator {
  const { evaluation } = context;
  const { stepCount } = call.grid;
  const phi = readScalar(context, vectorArgument(call, 0)).values;
  const child = context.build(vectorArgument(call, 1));
  const column = scratchFor(call.grid);
  let histograms: readonly ClassicHistogram[] = [];
  let mayCollide = false;

  function series(): readonly OutputSeries[] {
    histograms = groupBuckets(child.series(), (labels) => {
      const name = evaluation.delayedNameRemoval ? labelValue(labels, METRIC_NAME) : "";
      badBucketLabel(evaluation.annotations, labelValue(labels, "le"), name, argument(call, 1).pos);
    });
    for (let k = 0; k < stepCount; k++) {
      if (isBadQuantile(phi[k])) quantileOutOfRange(evaluation.annotations, phi[k], argument(call, 0).pos);
    }
    const nameless = withoutNames(
      evaluation,
      histograms.map((histogram) => histogram.series),
    );
    mayCollide = nameless.mayCollide;
    return nameless.series;
  }

  function read(index: number, out: StepColumn): void {
    const { buckets, series: own } = histograms[index];
    // Step-major: the buckets that a step has lie side by side, by ascending bound.
    const size = buckets.length;
    const upperBounds = new Float64Array(stepCount * size);
    const counts = new Float64Array(stepCount * size);
    const bucketCounts = new Uint32Array(stepCount);
    for (const bucket of buckets) {
      child.read(bucket.index, column);
      for (let k = 0; k < stepCount; k++) {
        if (column.present[k] === 0) continue;
        const cell = k * size + bucketCounts[k]++;
        upperBounds[cell] = bucket.upperBound;
        counts[cell] = column.values[k];
      }
    }
    let wasForced = false;
    for (let k = 0; k < stepCount; k++) {
      const length = bucketCounts[k];
      out.present[k] = length === 0 ? 0 : 1;
      if (length === 0) continue;
      const from = k * size;
      const result = bucketQuantile(phi[k], upperBounds.subarray(from, from + length), counts.subarray(from, from + length), length);
      out.values[k] = result.value;
      if (result.wasForced) wasForced = true;
    }
    if (wasForced) {
      const name = evaluation.delayedNameRemoval ? labelValue(own.labels, METRIC_NAME) : "";
      forcedMonotonicity(evaluation.annotations, name, argument(call, 1).pos);
    }
  }

  return mergeSameLabels({ series, read }, call.grid, evaluation, "apart", () => mayCollide);
}

/** Sorts bucket series into histograms; a series whose `le` is no number is reported and left out. */
function groupBuckets(series: readonly OutputSeries[], onBadLabel: (labels: Labels) => void): readonly ClassicHistogram[] {
  const byKey = new Map<string, ClassicHistogram>();
  for (const [index, { labels, dropName }] of series.entries()) {
    const upperBound = parseFloatText(labelValue(labels, "le"));
    if (upperBound === undefined) {
      onBadLabel(labels);
      continue;
    }
    const rest = keepLabels(labels, (name) => name !== "le");
    const key = labelsKey(rest);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, { series: { labels: rest, dropName }, buckets: [{ index, upperBound }] });
    else known.buckets.push({ index, upperBound });
  }
  for (const { buckets } of byKey.values())
    buckets.sort((a, b) => (a.upperBound < b.upperBound ? -1 : a.upperBound > b.upperBound ? 1 : 0));
  return [...byKey.values()];
}
