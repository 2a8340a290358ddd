import type { StoredOutcome } from "./float-check.ts";

/** What the head has done since it was opened, for self metrics. */
export class HeadCounters {
  seriesCreated = 0;
  chunksCreated = 0;
  batches = 0;
  samplesAppended = 0;
  outOfOrderSamples = 0;
  outOfBoundSamples = 0;

  /** Adds what became of a batch. */
  count(outcome: StoredOutcome): void {
    this.batches++;
    this.samplesAppended += outcome.appended;
    this.outOfOrderSamples += outcome.outOfOrder;
    this.outOfBoundSamples += outcome.outOfBounds;
  }

  /** Forgets batches and samples: what was replayed was appended by an earlier process. */
  resetSamples(): void {
    this.batches = 0;
    this.samplesAppended = 0;
    this.outOfOrderSamples = 0;
    this.outOfBoundSamples = 0;
  }
}
