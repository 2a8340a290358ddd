import type { StoredOutcome } from "./head.ts";

/** What the head has done since it was opened, for self metrics. */
export class HeadCounters {
  seriesCreated = 0;
  chunksCreated = 0;
  samplesAppended = 0;
  outOfOrderSamples = 0;
  duplicateSamples = 0;
  outOfBoundSamples = 0;

  /** Adds what became of a batch. */
  count(outcome: StoredOutcome): void {
    this.samplesAppended += outcome.appended;
    this.outOfOrderSamples += outcome.outOfOrder;
    this.duplicateSamples += outcome.duplicate;
    this.outOfBoundSamples += outcome.outOfBounds;
  }

  /** Forgets samples: what was replayed was appended by an earlier process. */
  resetSamples(): void {
    this.samplesAppended = 0;
    this.outOfOrderSamples = 0;
    this.duplicateSamples = 0;
    this.outOfBoundSamples = 0;
  }
}
