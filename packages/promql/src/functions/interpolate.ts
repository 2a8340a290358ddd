import { addHistogram, copyHistogram, detectReset, type FloatHistogram, multiplyHistogram, subtractHistogram } from "@ferula/model";
import type { HistogramOperation } from "../histogram-annotations.ts";

/** Is told when the bounds of custom buckets had to be reconciled. */
export interface ReconciliationNotes {
  readonly boundsReconciled: (operation: HistogramOperation) => void;
}

/** The value at `timeMs` on the line between two samples; a counter that fell had begun at 0 (promql/functions.go `interpolate`). */
export function interpolateFloats(
  timestampsMs: Float64Array,
  values: Float64Array,
  before: number,
  timeMs: number,
  isCounter: boolean,
): number {
  const after = before + 1;
  const end = values[after];
  const start = isCounter && end < values[before] ? 0 : values[before];
  return start + ((end - start) * (timeMs - timestampsMs[before])) / (timestampsMs[after] - timestampsMs[before]);
}

/**
 * The same for histograms `before` and the one behind it, which must both be exponential or both have custom buckets. The result is new.
 */
export function interpolateHistograms(
  timestampsMs: Float64Array,
  histograms: readonly FloatHistogram[],
  before: number,
  timeMs: number,
  isCounter: boolean,
  notes: ReconciliationNotes,
): FloatHistogram {
  const start = histograms[before];
  const end = histograms[before + 1];
  if (timeMs === timestampsMs[before]) return copyHistogram(start);
  const result = copyHistogram(end);
  if (timeMs === timestampsMs[before + 1]) return result;
  const fraction = (timeMs - timestampsMs[before]) / (timestampsMs[before + 1] - timestampsMs[before]);
  if (isCounter && detectReset(end, start)) {
    multiplyHistogram(result, fraction);
    return result;
  }
  if (subtractHistogram(result, start).boundsReconciled) notes.boundsReconciled("subtraction");
  multiplyHistogram(result, fraction);
  if (addHistogram(result, start).boundsReconciled) notes.boundsReconciled("addition");
  return result;
}
