import { type HistogramRow, isStaleAt, type SampleBatch } from "@ferula/model";
import type { HistogramRow as LoggedHistogram } from "../../wal/records/histograms.ts";
import { createWalSamples, growWalSamples, type WalSamples } from "../../wal/records/samples.ts";
import { histogramsOf } from "../histograms/histogram-check.ts";
import { isHistogramBits } from "../histograms/newest-kind.ts";
import type { SeriesTable } from "../series-table.ts";
import { LATE } from "../verdicts.ts";
import type { LateStore } from "./late-store.ts";

/** The samples of a batch that are taken out of order, between the check and the log; memory for them is kept from batch to batch. */
export class LateBatch {
  /** Our reference of each float. */
  refs: Uint32Array = new Uint32Array(64);
  /** The floats, by the log's references. */
  readonly samples: WalSamples = createWalSamples(64);
  histograms: readonly HistogramRow[] = [];

  get length(): number {
    return this.samples.length + this.histograms.length;
  }

  /**
   * Takes the floats that the check found late and the histograms in `late`, but for those that `store` has an open sample of the same time
   * of: these would be dropped when they are inserted. A stale marker of a series whose newest sample is a histogram becomes one.
   */
  fill(batch: SampleBatch, verdicts: Uint8Array, late: readonly HistogramRow[], series: SeriesTable, store: LateStore): void {
    this.clear();
    const staleRows: number[] = [];
    for (let row = 0; row < batch.length; row++) {
      if (verdicts[row] !== LATE || store.hasOpen(batch.refs[row], batch.timestampsMs[row])) continue;
      if (isStaleAt(batch, row) && isHistogramSeries(series, batch.refs[row])) staleRows.push(row);
      else this.push(batch, row, series);
    }
    const histograms = histogramsOf({ ...batch, histograms: late }, staleRows, series.lastBits);
    this.histograms = histograms.filter(({ ref, timestampMs }) => !store.hasOpen(ref, timestampMs));
  }

  /** The histograms by the log's references. */
  loggedHistograms(series: SeriesTable): LoggedHistogram[] {
    return this.histograms.map((row) => ({ ...row, ref: series.walRefs[row.ref] }));
  }

  clear(): void {
    this.samples.length = 0;
    this.histograms = [];
  }

  private push(batch: SampleBatch, row: number, { walRefs }: SeriesTable): void {
    const { samples } = this;
    const at = samples.length;
    if (at === this.refs.length) {
      growWalSamples(samples, at + 1);
      const refs = new Uint32Array(samples.timestampsMs.length);
      refs.set(this.refs);
      this.refs = refs;
    }
    const ref = batch.refs[row];
    this.refs[at] = ref;
    samples.walRefs[at] = walRefs[ref];
    samples.timestampsMs[at] = batch.timestampsMs[row];
    samples.startTimestampsMs[at] = batch.startTimestampsMs === undefined ? 0 : batch.startTimestampsMs[row];
    samples.valueBits[2 * at] = batch.valueBits[2 * row];
    samples.valueBits[2 * at + 1] = batch.valueBits[2 * row + 1];
    samples.length++;
  }
}

function isHistogramSeries({ lastBits }: SeriesTable, ref: number): boolean {
  return isHistogramBits(lastBits[2 * ref], lastBits[2 * ref + 1]);
}
