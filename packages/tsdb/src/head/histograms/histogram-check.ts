import {
  createFloatHistogram,
  createIntegerHistogram,
  histogramsEqual,
  type HistogramRow,
  type SampleBatch,
  validateHistogram,
} from "@ferula/model";
import { type AppendLimits, judgeLate } from "../append-limits.ts";
import type { OutcomeTally } from "../float-check.ts";
import type { SeriesTable } from "../series-table.ts";
import { DUPLICATE, INVALID, LATE, OUT_OF_BOUNDS } from "../verdicts.ts";
import type { HistogramChunks } from "./histogram-chunks.ts";
import { isFloatHistogramBits, isHistogramBits, isStaleBits, setHistogramBits } from "./newest-kind.ts";

/**
 * Checks the histograms of a batch, behind its floats, against what their series have. As with floats, an accepted one becomes its
 * series' newest sample at once.
 */
export class HistogramCheck {
  /** Those of the batch that was checked last that are newer than all of their series, in order. */
  readonly accepted: HistogramRow[] = [];
  /** Those that are taken out of order. */
  readonly late: HistogramRow[] = [];
  /** The indexes of those that are not taken, and beside each the verdict. */
  readonly rejected: number[] = [];
  readonly rejections: number[] = [];
  /** The time of the sample before each of them in its series. */
  readonly previousTimestampsMs: number[] = [];
  private readonly previousBits: number[] = [];
  /** The newest accepted one of each series. */
  private readonly newest = new Map<number, HistogramRow>();
  private readonly series: SeriesTable;
  private readonly chunks: HistogramChunks;

  constructor(series: SeriesTable, chunks: HistogramChunks) {
    this.series = series;
    this.chunks = chunks;
  }

  check(rows: readonly HistogramRow[], limits: AppendLimits, outcome: OutcomeTally): void {
    this.clear();
    for (let i = 0; i < rows.length; i++) this.checkRow(rows[i], i, limits, outcome);
  }

  private checkRow(row: HistogramRow, index: number, limits: AppendLimits, outcome: OutcomeTally): void {
    const { ref, timestampMs, histogram } = row;
    const { lastTimestampsMs, count } = this.series;
    const isKnown = ref > 0 && ref <= count && lastTimestampsMs[ref] !== Infinity;
    if (!isKnown || (timestampMs < limits.oldestMs && limits.windowMs === 0)) {
      outcome.outOfBounds++;
      this.reject(index, OUT_OF_BOUNDS);
    } else if (validateHistogram(histogram) !== undefined) {
      outcome.invalid++;
      this.reject(index, INVALID);
    } else if (timestampMs < limits.oldestMs || timestampMs < lastTimestampsMs[ref]) {
      const verdict = judgeLate(timestampMs, limits, outcome);
      if (verdict === LATE) this.late.push(row);
      else this.reject(index, verdict);
    } else if (timestampMs > lastTimestampsMs[ref]) {
      this.accept(row);
      outcome.stored++;
      outcome.appended++;
    } else if (this.isRepeated(row)) {
      outcome.appended++;
    } else {
      outcome.duplicate++;
      this.reject(index, DUPLICATE);
    }
  }

  private reject(index: number, verdict: number): void {
    this.rejected.push(index);
    this.rejections.push(verdict);
  }

  private isRepeated({ ref, histogram }: HistogramRow): boolean {
    const { lastBits } = this.series;
    const low = lastBits[2 * ref];
    if (!isHistogramBits(low, lastBits[2 * ref + 1])) return false;
    // What else a stale marker says does not count.
    if (histogram.isStale) return isStaleBits(low, lastBits[2 * ref + 1]) && isFloatHistogramBits(low) === (histogram.kind === "float");
    const accepted = this.newest.get(ref);
    return accepted === undefined ? this.chunks.isNewest(ref, histogram) : histogramsEqual(accepted.histogram, histogram);
  }

  private accept(row: HistogramRow): void {
    const { ref, timestampMs, histogram } = row;
    const { lastTimestampsMs, lastBits } = this.series;
    this.accepted.push(row);
    this.previousTimestampsMs.push(lastTimestampsMs[ref]);
    this.previousBits.push(lastBits[2 * ref], lastBits[2 * ref + 1]);
    this.newest.set(ref, row);
    lastTimestampsMs[ref] = timestampMs;
    setHistogramBits(lastBits, ref, histogram.kind, histogram.isStale);
  }

  /** Undoes the check, newest row first; that of the floats is undone behind it. */
  takeBack(): void {
    const { lastTimestampsMs, lastBits } = this.series;
    for (let i = this.accepted.length - 1; i >= 0; i--) {
      const { ref } = this.accepted[i];
      lastTimestampsMs[ref] = this.previousTimestampsMs[i];
      lastBits[2 * ref] = this.previousBits[2 * i];
      lastBits[2 * ref + 1] = this.previousBits[2 * i + 1];
    }
    this.clear();
  }

  /** Lets go of the batch. */
  clear(): void {
    // Most batches have none, and to empty what is empty costs V8 more than to look.
    if (this.late.length > 0) this.late.length = 0;
    if (this.rejected.length > 0) this.rejected.length = 0;
    if (this.rejections.length > 0) this.rejections.length = 0;
    if (this.accepted.length === 0) return;
    this.accepted.length = 0;
    this.previousTimestampsMs.length = 0;
    this.previousBits.length = 0;
    this.newest.clear();
  }
}

/**
 * The batch's histograms, with the stale markers among its floats that `staleRows` names: they end series of histograms, and are stored as
 * stale histograms of the kind that the series has, `kinds` of each row as in `SeriesTable.lastBits`.
 */
export function histogramsOf(batch: SampleBatch, staleRows: readonly number[], lastBits: Uint32Array): readonly HistogramRow[] {
  const rows = batch.histograms ?? NO_ROWS;
  if (staleRows.length === 0) return rows;
  const markers = staleRows.map((row): HistogramRow => {
    const ref = batch.refs[row];
    const histogram = isFloatHistogramBits(lastBits[2 * ref]) ? staleFloatHistogram : staleIntegerHistogram;
    return { ref, timestampMs: batch.timestampsMs[row], startTimestampMs: batch.startTimestampsMs?.[row] ?? 0, histogram };
  });
  return [...markers, ...rows];
}

const NO_ROWS: readonly HistogramRow[] = [];
const staleIntegerHistogram = createIntegerHistogram({ sum: NaN, isStale: true });
const staleFloatHistogram = createFloatHistogram({ sum: NaN, isStale: true });
