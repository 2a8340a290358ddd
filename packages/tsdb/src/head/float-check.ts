import { isStaleAt, type SampleBatch, STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import type { AppendOutcome } from "@ferula/storage";
import { type AppendLimits, judgeLate } from "./append-limits.ts";
import { isHistogramBits } from "./histograms/newest-kind.ts";
import type { SeriesTable } from "./series-table.ts";
import { SLICE_ROWS } from "./slice-rows.ts";
import { DUPLICATE, NO_FLOAT, OUT_OF_BOUNDS, REPEATED, STORED } from "./verdicts.ts";

/** `AppendOutcome` with the samples that are new. */
export interface StoredOutcome extends AppendOutcome {
  /** Newer than all of their series. */
  readonly stored: number;
  /** Taken out of order. */
  readonly late: number;
}

/** An outcome that is being counted. */
export type OutcomeTally = { -readonly [K in keyof StoredOutcome]: StoredOutcome[K] };

/** An outcome of nothing. */
export function emptyOutcome(): OutcomeTally {
  return { appended: 0, stored: 0, late: 0, outOfOrder: 0, duplicate: 0, outOfBounds: 0, tooOld: 0, invalid: 0 };
}

/** What became of both. */
export function sumOfOutcomes(a: StoredOutcome, b: StoredOutcome): StoredOutcome {
  return {
    appended: a.appended + b.appended,
    stored: a.stored + b.stored,
    late: a.late + b.late,
    outOfOrder: a.outOfOrder + b.outOfOrder,
    duplicate: a.duplicate + b.duplicate,
    outOfBounds: a.outOfBounds + b.outOfBounds,
    tooOld: a.tooOld + b.tooOld,
    invalid: a.invalid + b.invalid,
  };
}

/**
 * Checks the floats of a batch against what their series have. An accepted row becomes its series' newest sample at once, so that later
 * rows of the batch are checked against it; what it replaced stays beside the row, where the encoder reads it and `takeBack` finds it.
 */
export class FloatCheck {
  /** Of each row of the batch that was checked last. */
  verdicts: Uint8Array = new Uint8Array(0);
  /** The sample before each stored row in its series. */
  previousTimestampsMs: Float64Array = new Float64Array(0);
  previousBits: Uint32Array = new Uint32Array(0);
  /** Stale markers that end series of histograms. They are no floats, not counted, and stored as histograms. */
  readonly staleHistogramRows: number[] = [];
  private readonly series: SeriesTable;

  constructor(series: SeriesTable) {
    this.series = series;
  }

  check(batch: SampleBatch, limits: AppendLimits, outcome: OutcomeTally): void {
    this.makeRoom(batch.length);
    this.staleHistogramRows.length = 0;
    for (let row = 0; row < batch.length; row += SLICE_ROWS) {
      this.checkRows(batch, row, Math.min(row + SLICE_ROWS, batch.length), limits, outcome);
    }
  }

  private checkRows(batch: SampleBatch, start: number, end: number, limits: AppendLimits, outcome: OutcomeTally): void {
    const { refs, timestampsMs, valueBits } = batch;
    const { lastTimestampsMs, lastBits, count: seriesCount } = this.series;
    const { verdicts, previousTimestampsMs, previousBits } = this;
    const { oldestMs } = limits;
    let stored = 0;
    let repeated = 0;
    let duplicate = 0;
    let unknown = 0;
    for (let row = start; row < end; row++) {
      const ref = refs[row];
      const timestampMs = timestampsMs[row];
      verdicts[row] = OUT_OF_BOUNDS;
      if (ref === 0 || ref > seriesCount || timestampMs < oldestMs) {
        if (ref === 0 || ref > seriesCount || lastTimestampsMs[ref] === Infinity) unknown++;
        else verdicts[row] = judgeLate(timestampMs, limits, outcome);
        continue;
      }
      const lastMs = lastTimestampsMs[ref];
      if (timestampMs > lastMs) {
        const low = valueBits[2 * row];
        const high = valueBits[2 * row + 1];
        if (high === STALE_NAN_HIGH && low === STALE_NAN_LOW && isHistogramBits(lastBits[2 * ref], lastBits[2 * ref + 1])) {
          verdicts[row] = NO_FLOAT;
          this.staleHistogramRows.push(row);
          continue;
        }
        verdicts[row] = STORED;
        stored++;
        previousTimestampsMs[row] = lastMs;
        previousBits[2 * row] = lastBits[2 * ref];
        previousBits[2 * row + 1] = lastBits[2 * ref + 1];
        lastTimestampsMs[ref] = timestampMs;
        lastBits[2 * ref] = low;
        lastBits[2 * ref + 1] = high;
      } else if (lastMs === Infinity) {
        unknown++;
      } else if (timestampMs < lastMs) {
        verdicts[row] = judgeLate(timestampMs, limits, outcome);
      } else if (lastBits[2 * ref] === valueBits[2 * row] && lastBits[2 * ref + 1] === valueBits[2 * row + 1]) {
        verdicts[row] = REPEATED;
        repeated++;
      } else if (isStaleAt(batch, row) && isHistogramBits(lastBits[2 * ref], lastBits[2 * ref + 1])) {
        verdicts[row] = NO_FLOAT;
        this.staleHistogramRows.push(row);
      } else {
        verdicts[row] = DUPLICATE;
        duplicate++;
      }
    }
    outcome.appended += stored + repeated;
    outcome.stored += stored;
    outcome.duplicate += duplicate;
    outcome.outOfBounds += unknown;
  }

  /** Undoes the check loop, newest row first. */
  takeBack(batch: SampleBatch): void {
    const { lastTimestampsMs, lastBits } = this.series;
    for (let row = batch.length - 1; row >= 0; row--) {
      if (this.verdicts[row] !== STORED) continue;
      const ref = batch.refs[row];
      lastTimestampsMs[ref] = this.previousTimestampsMs[row];
      lastBits[2 * ref] = this.previousBits[2 * row];
      lastBits[2 * ref + 1] = this.previousBits[2 * row + 1];
    }
  }

  private makeRoom(rows: number): void {
    if (rows <= this.verdicts.length) return;
    const capacity = Math.max(rows, this.verdicts.length * 2, 1024);
    this.verdicts = new Uint8Array(capacity);
    this.previousTimestampsMs = new Float64Array(capacity);
    this.previousBits = new Uint32Array(2 * capacity);
  }
}
