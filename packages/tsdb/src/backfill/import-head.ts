import { createTimeSlice, type TimeSlice } from "@ferula/lifecycle";
import { createSampleBatch, formatLabels, type HistogramRow, PromError, type SampleBatch } from "@ferula/model";
import type { AppendOutcome } from "@ferula/storage";
import type { Head } from "../head/head.ts";
import type { ImportedSample } from "./imported-sample.ts";

/** The event loop is given a turn after this long. */
const SLICE_MS = 10;

/** Appends imported samples to a head that has no log, so many at a time, and refuses what a series can't take. */
export class ImportHead {
  /** The times of the oldest and the newest sample since the last `reset`; Infinity and -Infinity when there is none. */
  minTimeMs = Infinity;
  maxTimeMs = -Infinity;
  private readonly head: Head;
  private readonly batchRows: number;
  private readonly batch: SampleBatch;
  private readonly histograms: HistogramRow[] = [];
  /** What waits to be appended, in the order in which it came, with the reference of its series. */
  private readonly waiting: ImportedSample[] = [];
  private readonly waitingRefs: number[] = [];
  private readonly slice: TimeSlice = createTimeSlice(SLICE_MS);

  constructor(head: Head, batchRows: number) {
    this.head = head;
    this.batchRows = batchRows;
    this.batch = createSampleBatch(batchRows);
  }

  /** Takes a sample. Throws PromError("bad_data") when one of those that wait can't be taken, see `flush`. */
  add(sample: ImportedSample): void {
    const { labels, timestampMs, value } = sample;
    const ref = this.head.seriesRef(labels);
    this.waiting.push(sample);
    this.waitingRefs.push(ref);
    if (typeof value === "number") {
      const row = this.batch.length++;
      this.batch.refs[row] = ref;
      this.batch.timestampsMs[row] = timestampMs;
      this.batch.values[row] = value;
    } else {
      this.histograms.push({ ref, timestampMs, startTimestampMs: 0, histogram: value });
    }
    this.minTimeMs = Math.min(this.minTimeMs, timestampMs);
    this.maxTimeMs = Math.max(this.maxTimeMs, timestampMs);
    if (this.waiting.length >= this.batchRows) this.flush();
  }

  /** Appends what waits. Throws PromError("bad_data") that names the first sample that is older than one of its series, or another of the same time. */
  flush(): void {
    const { head, batch, waiting, waitingRefs } = this;
    if (waiting.length === 0) return;
    const newestMs = Float64Array.from(waitingRefs, (ref) => head.series.lastTimestampsMs[ref]);
    const outcome = head.append({ ...batch, histograms: this.histograms });
    if (outcome.appended < waiting.length) throw this.refusal(outcome, newestMs);
    batch.length = 0;
    this.histograms.length = 0;
    waiting.length = 0;
    waitingRefs.length = 0;
  }

  /** Gives the event loop a turn where it is due. */
  async giveWay(): Promise<void> {
    if (this.slice.isSpent()) await this.slice.yield();
  }

  /** Begins the times anew. */
  reset(): void {
    this.minTimeMs = Infinity;
    this.maxTimeMs = -Infinity;
  }

  /** `newestMs`: of each sample that waited the time of the newest of its series before. */
  private refusal(outcome: AppendOutcome, newestMs: Float64Array): PromError {
    const newest = new Map<number, number>();
    for (const [i, { labels, timestampMs }] of this.waiting.entries()) {
      const ref = this.waitingRefs[i];
      const lastMs = newest.get(ref) ?? newestMs[i];
      const isRefused = timestampMs < lastMs || (timestampMs === lastMs && outcome.duplicate > 0);
      if (isRefused) return refused(`the sample of ${formatLabels(labels)} at ${timestampMs}`, timestampMs < lastMs);
      newest.set(ref, timestampMs);
    }
    return new PromError("bad_data", `cannot import samples: ${outcome.invalid} histograms contradict themselves`);
  }
}

function refused(what: string, isLate: boolean): PromError {
  return new PromError("bad_data", `cannot import ${what}: ${isLate ? "out of order sample" : "duplicate sample for timestamp"}`);
}
