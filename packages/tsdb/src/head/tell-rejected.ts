import type { SampleBatch } from "@ferula/model";
import type { Rejection, RejectionListener } from "@ferula/storage";
import type { FloatCheck } from "./float-check.ts";
import type { HistogramCheck } from "./histograms/histogram-check.ts";
import { isHistogramBits } from "./histograms/newest-kind.ts";
import type { SeriesTable } from "./series-table.ts";
import { DUPLICATE, INVALID, OUT_OF_BOUNDS, OUT_OF_ORDER, TOO_OLD } from "./verdicts.ts";

const REASONS: ReadonlyMap<number, Rejection> = new Map([
  [OUT_OF_ORDER, "outOfOrder"],
  [DUPLICATE, "duplicate"],
  [OUT_OF_BOUNDS, "outOfBounds"],
  [TOO_OLD, "tooOld"],
  [INVALID, "invalid"],
]);

/** What was checked, and what the series have behind the checks. */
export interface CheckedBatch {
  readonly batch: SampleBatch;
  readonly floats: FloatCheck;
  readonly histograms: HistogramCheck;
  readonly series: SeriesTable;
}

/** Tells of each sample of the batch that the checks did not take. */
export function tellRejected({ batch, floats, histograms, series }: CheckedBatch, tell: RejectionListener): void {
  for (let row = 0; row < batch.length; row++) {
    const reason = REASONS.get(floats.verdicts[row]);
    if (reason !== undefined) tell("float", row, reason, reason === "duplicate" ? existingAt(batch, row, series) : undefined);
  }
  // Stale markers among the floats were checked as histograms, before those of the batch.
  const { staleHistogramRows: markers } = floats;
  histograms.rejected.forEach((index, i) => {
    const reason = REASONS.get(histograms.rejections[i]);
    if (reason === undefined) throw new Error(`BUG: a histogram was rejected with the verdict ${histograms.rejections[i]}`);
    if (index < markers.length) tell("float", markers[index], reason);
    else tell("histogram", index - markers.length, reason);
  });
}

const value = new Float64Array(1);
const bits = new Uint32Array(value.buffer);

/** The newest sample of the row's series; undefined when a later row of the batch is the newest by now. */
function existingAt({ refs, timestampsMs }: SampleBatch, row: number, series: SeriesTable): number | "histogram" | undefined {
  const ref = refs[row];
  if (series.lastTimestampsMs[ref] !== timestampsMs[row]) return undefined;
  bits[0] = series.lastBits[2 * ref];
  bits[1] = series.lastBits[2 * ref + 1];
  return isHistogramBits(bits[0], bits[1]) ? "histogram" : value[0];
}
