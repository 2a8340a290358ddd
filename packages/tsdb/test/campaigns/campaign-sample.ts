import {
  createFloatHistogram,
  createIntegerHistogram,
  createSampleBatch,
  formatHistogram,
  type Histogram,
  type HistogramRow,
  type SampleBatch,
} from "@ferula/model";
import type { Db } from "../../src/index.ts";
import { labelsFrom } from "../support.ts";

/** `[label set, milliseconds, value]`; a label set is written `a=1,b=2`. */
export type CampaignSample = readonly [string, number, number | Histogram];

/** Histograms of each of these kinds are in a day. */
export const HISTOGRAM_KINDS = ["integer", "float", "custom"] as const;

/** A histogram that `count`, a whole number, tells apart from others of its kind. */
export function histogramOf(kind: (typeof HISTOGRAM_KINDS)[number], count: number): Histogram {
  const fields = { count: 2 * count + 1, sum: count / 4, positiveSpans: Int32Array.of(0, 1, count % 3, 1) };
  const exponential = { ...fields, schema: 1, zeroThreshold: 0.001 };
  if (kind === "integer") return createIntegerHistogram({ ...exponential, positiveBuckets: Float64Array.of(count, 1) });
  if (kind === "float") return createFloatHistogram({ ...exponential, positiveBuckets: Float64Array.of(count, count + 1) });
  return createIntegerHistogram({
    ...fields,
    schema: -53,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: Float64Array.of(count, 1),
    customValues: Float64Array.of(0.5, 2),
  });
}

/** The same text for what was sent and for what is read, which is a float histogram. */
export function textOf(value: number | Histogram): string {
  return typeof value === "number" ? String(value) : formatHistogram(value);
}

/** What to append; floats come before histograms. */
export function campaignBatch(db: Db, samples: readonly CampaignSample[]): SampleBatch {
  const batch = createSampleBatch(samples.length);
  const histograms: HistogramRow[] = [];
  for (const [labels, timestampMs, value] of samples) {
    const ref = db.seriesRef(labelsFrom(labels));
    if (typeof value === "number") {
      batch.refs[batch.length] = ref;
      batch.timestampsMs[batch.length] = timestampMs;
      batch.values[batch.length++] = value;
    } else histograms.push({ ref, timestampMs, startTimestampMs: 0, histogram: value });
  }
  return { ...batch, histograms };
}
