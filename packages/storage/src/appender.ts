import type { Labels, SampleBatch } from "@ferula/model";

/** A series' dense number in its storage, from 1; 0 is no series. It stays valid while the storage is open. */
export type SeriesRef = number;

/** What became of the samples of one batch. They add up to the batch's length. */
export interface AppendOutcome {
  readonly appended: number;
  /** Older than the series' newest sample. */
  readonly outOfOrder: number;
  /** The same timestamp as the series' newest sample, with another value. The same value again counts as appended. */
  readonly duplicate: number;
  /** Too old for the head to take, or for an unknown reference. */
  readonly outOfBounds: number;
}

/**
 * Takes samples. Scrapes, rules, remote write and backfill all go through it.
 *
 * `append` is one synchronous call: a batch is visible whole or not at all, and its record is with the operating system when the call
 * returns. It only reads the batch; the caller may reuse it. It throws a PromError("internal") when the log can't be written; then
 * nothing of the batch is visible.
 */
export interface Appender {
  /** The reference of the series with exactly these labels, made when it is new. Callers that append often keep it. */
  readonly seriesRef: (labels: Labels) => SeriesRef;
  readonly append: (batch: SampleBatch) => AppendOutcome;
}
