import {
  createFloatHistogram,
  createHistogramColumns,
  createIntegerHistogram,
  CUSTOM_BUCKETS_SCHEMA,
  type FloatHistogram,
  formatLabels,
  formatTestHistogram,
  type Histogram,
  labelsOf,
  type Matcher,
  type SampleBatch,
  toFloatHistogram,
} from "@ferula/model";
import type { SelectHints } from "@ferula/storage";
import { ALL_TIME, batchOf, type ContractSample, type ContractStorage } from "./fixture.ts";

/** One histogram of the series with these labels. */
export type ContractHistogram = readonly [labels: Readonly<Record<string, string>>, timestampMs: number, histogram: Histogram];

/** Observations in two neighbouring buckets and one apart from them, all of them at `offset`; every count is a multiple of `scale`. */
export function integerHistogram(scale: number, offset = 0): Histogram {
  return createIntegerHistogram({
    schema: 1,
    zeroThreshold: 1e-128,
    zeroCount: scale,
    count: 8 * scale,
    sum: 18.4 * scale,
    positiveSpans: Int32Array.of(offset, 2, 1, 1),
    positiveBuckets: Float64Array.of(scale, scale, -scale),
    negativeSpans: Int32Array.of(0, 1),
    negativeBuckets: Float64Array.of(3 * scale),
  });
}

/** The same with counts that need not be whole. */
export function floatHistogram(scale: number): Histogram {
  return createFloatHistogram({
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: scale,
    count: 4 * scale,
    sum: -0.5 * scale,
    positiveSpans: Int32Array.of(-3, 2),
    positiveBuckets: Float64Array.of(scale, 2 * scale),
  });
}

/** A histogram of bounds of its own. */
export function customHistogram(scale: number): Histogram {
  return createIntegerHistogram({
    schema: CUSTOM_BUCKETS_SCHEMA,
    count: 3 * scale,
    sum: 2 * scale,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: Float64Array.of(scale, scale),
    customValues: Float64Array.of(0.5, 2.5),
  });
}

/** The end of a series of histograms. */
export function staleHistogram(kind: Histogram["kind"]): Histogram {
  const create = kind === "integer" ? createIntegerHistogram : createFloatHistogram;
  return create({ sum: NaN, isStale: true });
}

/** A histogram's observations as text. What is known about resets is left out: it depends on how samples came together. */
export function histogramText(histogram: Histogram): string {
  return histogram.isStale ? "stale" : formatTestHistogram({ ...toFloatHistogram(histogram), counterResetHint: "unknown" });
}

/** A batch of floats and histograms, whose series are made when they are new. */
export function histogramBatch(
  storage: ContractStorage,
  floats: readonly ContractSample[],
  histograms: readonly ContractHistogram[],
): SampleBatch {
  const rows = histograms.map(([labels, timestampMs, histogram]) => {
    return { ref: storage.seriesRef(labelsOf(labels)), timestampMs, startTimestampMs: 0, histogram };
  });
  return { ...batchOf(storage, floats), histograms: rows };
}

/** What one select finds of histograms, as `selectAll` of floats; each is shown to `visit`. */
export function selectHistograms(
  storage: ContractStorage,
  matchers: readonly Matcher[],
  [minTimeMs, maxTimeMs]: readonly [number, number] = ALL_TIME,
  visit?: (histogram: FloatHistogram) => void,
  hints?: SelectHints,
): Record<string, [timestampMs: number, text: string][]> {
  const result: Record<string, [number, string][]> = {};
  const querier = storage.querier(minTimeMs, maxTimeMs);
  try {
    const set = querier.select(matchers, hints);
    const columns = createHistogramColumns(1);
    for (let index = 0; index < set.seriesCount; index++) {
      set.readHistograms(index, columns);
      const rows = columns.histograms.slice(0, columns.length).map((histogram, i): [number, string] => {
        const row: [number, string] = [columns.timestampsMs[i], histogramText(histogram)];
        visit?.(histogram);
        return row;
      });
      if (rows.length > 0) result[formatLabels(set.labels(index))] = rows;
    }
  } finally {
    querier.close();
  }
  return result;
}
