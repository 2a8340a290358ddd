import { labelsKey, labelValue, parseFloatText } from "@ferula/model";
import { ABSENT, HISTOGRAM, type StepColumn } from "../../columns.ts";
import { keepLabels } from "../labels.ts";
import type { Operator, OutputSeries } from "../operator.ts";

/** A histogram, or one of either kind at each step: classic buckets, a native histogram, or both where something is wrong. */
export interface InputHistogram {
  /** The labels without `le`, the name among them. */
  readonly series: OutputSeries;
  /** The bucket series by ascending upper bound. */
  readonly buckets: readonly Bucket[];
  /** The series that native histograms may come from, if there is one. A float of it is a bucket without a bound. */
  readonly native: number | undefined;
}

interface Bucket {
  /** Of its series in the input. */
  readonly index: number;
  readonly upperBound: number;
}

/**
 * Sorts series into histograms: those that differ in `le` only are the buckets of one. A series with a number for `le` is taken for a
 * bucket, and native histograms in it are not looked at.
 */
export function groupHistograms(series: readonly OutputSeries[]): readonly InputHistogram[] {
  const byKey = new Map<string, { series: OutputSeries; buckets: Bucket[]; native: number | undefined }>();
  for (let index = 0; index < series.length; index++) {
    const { labels, dropName } = series[index];
    const upperBound = parseFloatText(labelValue(labels, "le"));
    const own = upperBound === undefined ? labels : keepLabels(labels, (name) => name !== "le");
    const key = labelsKey(own);
    let known = byKey.get(key);
    if (known === undefined) {
      known = { series: { labels: own, dropName }, buckets: [], native: undefined };
      byKey.set(key, known);
    }
    if (upperBound === undefined) known.native = index;
    else known.buckets.push({ index, upperBound });
  }
  const all = [...byKey.values()];
  for (const { buckets } of all) buckets.sort((a, b) => (a.upperBound < b.upperBound ? -1 : a.upperBound > b.upperBound ? 1 : 0));
  return all;
}

/** Step-major: the buckets that a step has lie side by side, by ascending bound, from `step * buckets.length` on. */
export interface BucketRows {
  readonly upperBounds: Float64Array;
  readonly counts: Float64Array;
  /** How many buckets each step has. */
  readonly bucketCounts: Uint32Array;
}

/** Reads the classic buckets of one histogram; `column` is scratch. */
export function readBuckets(child: Operator, { buckets }: InputHistogram, column: StepColumn, stepCount: number): BucketRows {
  const size = buckets.length;
  const upperBounds = new Float64Array(stepCount * size);
  const counts = new Float64Array(stepCount * size);
  const bucketCounts = new Uint32Array(stepCount);
  for (const { index, upperBound } of buckets) {
    child.read(index, column);
    for (let k = 0; k < stepCount; k++) {
      if (column.present[k] === ABSENT || column.present[k] === HISTOGRAM) continue;
      const cell = k * size + bucketCounts[k]++;
      upperBounds[cell] = upperBound;
      counts[cell] = column.values[k];
    }
  }
  return { upperBounds, counts, bucketCounts };
}
