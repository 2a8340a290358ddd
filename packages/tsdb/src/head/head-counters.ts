import type { StoredOutcome } from "./float-check.ts";
import { LateDeltas } from "./late-deltas.ts";

/** What became of the samples of one kind. */
export class SampleCounters {
  /** Samples that were new, out of order or not. */
  appended = 0;
  /** Those of them that came out of order. */
  late = 0;
  outOfOrder = 0;
  outOfBounds = 0;
  tooOld = 0;

  /** Adds what became of a batch. Upstream does not count a sample that comes again as appended; what was late is counted by `addLate`. */
  add({ stored, outOfOrder, outOfBounds, tooOld }: StoredOutcome): void {
    this.appended += stored;
    this.outOfOrder += outOfOrder;
    this.outOfBounds += outOfBounds;
    this.tooOld += tooOld;
  }

  /** Adds samples that came out of order and were taken. */
  addLate(count: number): void {
    this.appended += count;
    this.late += count;
  }
}

/** What the head has done since it was opened, for self metrics. */
export class HeadCounters {
  seriesCreated = 0;
  chunksCreated = 0;
  chunksRemoved = 0;
  seriesRemoved = 0;
  /** Series that selects came upon and that had died. */
  seriesNotFound = 0;
  /** How often series that are over were looked for, and how long that took. */
  collections = 0;
  collectionSeconds = 0;
  /** Chunks that went to files. */
  chunksWritten = 0;
  batches = 0;
  floats: SampleCounters = new SampleCounters();
  histograms: SampleCounters = new SampleCounters();
  lateDeltas: LateDeltas = new LateDeltas();

  /** Adds what became of a batch. */
  count(floats: StoredOutcome, histograms: StoredOutcome): void {
    this.batches++;
    this.floats.add(floats);
    this.histograms.add(histograms);
  }

  /** Forgets batches and samples: what was replayed was appended by an earlier process. */
  resetSamples(): void {
    this.batches = 0;
    this.floats = new SampleCounters();
    this.histograms = new SampleCounters();
    this.lateDeltas = new LateDeltas();
  }
}
