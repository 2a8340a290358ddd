import { type Labels, METRIC_NAME, labelValue, labelsKey, parseFloatText } from "@ferula/model";
import { badBucketLabel, noteQuantiles } from "../../annotations.ts";
import { type StepColumn, hasStep } from "../../columns.ts";
import { bucketQuantile } from "../../functions/bucket-quantile.ts";
import { noForcedCounts } from "../../monotonicity-info.ts";
import type { CallNode } from "../../plan/nodes.ts";
import { type OperatorContext, readScalar, scratchFor } from "../context.ts";
import { keepLabels, withoutNames } from "../labels.ts";
import { mergeSameLabels } from "../merge.ts";
import type { Operator, OutputSeries } from "../operator.ts";
import { readAll } from "../read-all.ts";
import { argument, vectorArgument } from "./arguments.ts";

/** One histogram: its bucket series by ascending upper bound. */
interface ClassicHistogram {
  readonly series: OutputSeries;
  readonly buckets: { readonly index: number; readonly upperBound: number }[];
}

/** `histogram_quantile(φ, v)` over classic buckets: series that differ in `le` only make one histogram. Reads one histogram at a time. */
export function histogramQuantileCall(context: OperatorContext, call: CallNode): Operator {
  const { evaluation } = context;
  const { startMs, stepMs, stepCount } = call.grid;
  const phi = readScalar(context, vectorArgument(call, 0)).values;
  const child = context.build(vectorArgument(call, 1));
  const bucketsPos = argument(call, 1).pos;
  const column = scratchFor(call.grid);
  const forced = noForcedCounts();
  let histograms: readonly ClassicHistogram[] = [];
  let mayCollide = false;

  /** The name has gone by the time that upstream would print it, unless names go at the end only. */
  function shownName(labels: Labels): string {
    return evaluation.delayedNameRemoval ? labelValue(labels, METRIC_NAME) : "";
  }

  function series(): readonly OutputSeries[] {
    histograms = groupBuckets(child.series(), (index, labels) => {
      child.read(index, column);
      if (hasStep(column, stepCount)) badBucketLabel(evaluation.annotations, labelValue(labels, "le"), shownName(labels), bucketsPos);
    });
    noteQuantiles(evaluation.annotations, phi, stepCount, argument(call, 0).pos);
    const nameless = withoutNames(
      evaluation,
      histograms.map((histogram) => histogram.series),
    );
    mayCollide = nameless.mayCollide;
    return nameless.series;
  }

  function read(index: number, out: StepColumn): void {
    const { buckets, series: own } = histograms[index];
    evaluation.reserve(stepCount * buckets.length);
    const rows = readBuckets(child, buckets, column, stepCount);
    for (let k = 0; k < stepCount; k++) {
      const from = k * buckets.length;
      const to = from + rows.bucketCounts[k];
      out.present[k] = to === from ? 0 : 1;
      if (to === from) continue;
      out.values[k] = bucketQuantile(phi[k], rows.upperBounds, rows.counts, from, to, forced);
      if (forced.wasForced) evaluation.monotonicity.note(shownName(own.labels), bucketsPos, startMs + k * stepMs, forced);
    }
  }

  const all = readAll({ series, read }, call.grid, evaluation, () => true);
  return mergeSameLabels(all, call.grid, evaluation, "apart", () => mayCollide);
}

/** Step-major: the buckets that a step has lie side by side, by ascending bound, from `step * buckets.length` on. */
interface BucketRows {
  readonly upperBounds: Float64Array;
  readonly counts: Float64Array;
  /** How many buckets each step has. */
  readonly bucketCounts: Uint32Array;
}

function readBuckets(child: Operator, buckets: ClassicHistogram["buckets"], column: StepColumn, stepCount: number): BucketRows {
  const size = buckets.length;
  const upperBounds = new Float64Array(stepCount * size);
  const counts = new Float64Array(stepCount * size);
  const bucketCounts = new Uint32Array(stepCount);
  for (const { index, upperBound } of buckets) {
    child.read(index, column);
    for (let k = 0; k < stepCount; k++) {
      if (column.present[k] === 0) continue;
      const cell = k * size + bucketCounts[k]++;
      upperBounds[cell] = upperBound;
      counts[cell] = column.values[k];
    }
  }
  return { upperBounds, counts, bucketCounts };
}

/** Sorts bucket series into histograms; a series whose `le` is no number is reported and left out. */
function groupBuckets(series: readonly OutputSeries[], onBadLabel: (index: number, labels: Labels) => void): readonly ClassicHistogram[] {
  const byKey = new Map<string, ClassicHistogram>();
  for (const [index, { labels, dropName }] of series.entries()) {
    const upperBound = parseFloatText(labelValue(labels, "le"));
    if (upperBound === undefined) {
      onBadLabel(index, labels);
      continue;
    }
    const rest = keepLabels(labels, (name) => name !== "le");
    const key = labelsKey(rest);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, { series: { labels: rest, dropName }, buckets: [{ index, upperBound }] });
    else known.buckets.push({ index, upperBound });
  }
  for (const { buckets } of byKey.values()) {
    buckets.sort((a, b) => (a.upperBound < b.upperBound ? -1 : a.upperBound > b.upperBound ? 1 : 0));
  }
  return [...byKey.values()];
}
