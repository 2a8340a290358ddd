import type { Labels, SampleBatch } from "@ferula/model";

/**
 * A series' dense number in its storage, from 1; 0 is no series. It is good for as long as the storage keeps the series, see
 * `Appender.epoch`.
 */
export type SeriesRef = number;

/** What became of the samples of one batch, histograms among them. They add up to how many the batch has. */
export interface AppendOutcome {
  readonly appended: number;
  /** Older than the series' newest sample, where samples out of order are not taken. */
  readonly outOfOrder: number;
  /** The same timestamp as a sample that the series has, with another value. The same value again counts as appended. */
  readonly duplicate: number;
  /** Too old for the head to take where samples out of order are not taken, or for an unknown reference. */
  readonly outOfBounds: number;
  /** Older than the window in which samples out of order are taken. */
  readonly tooOld: number;
  /** Histograms that contradict themselves. */
  readonly invalid: number;
}

/** Why a sample is not taken, see `AppendOutcome`. */
export type Rejection = "outOfOrder" | "duplicate" | "outOfBounds" | "tooOld" | "invalid";

/**
 * Told of each sample that is not taken, floats by row and then histograms by index, each kind in order: who has to tell a sender which of
 * its samples those are. Of a float at the time of the series' newest sample it is told what that is, a float or a histogram.
 */
export type RejectionListener = (kind: "float" | "histogram", index: number, reason: Rejection, existing?: number | "histogram") => void;

/**
 * Takes samples. Scrapes, rules, remote write and backfill all go through it.
 *
 * `append` is one synchronous call: a batch is visible whole or not at all, and its record is with the operating system when the call
 * returns. It only reads the batch; the caller may reuse it. `onRejected` is called before it returns and must not append. It throws a PromError("internal") when the log can't be written; then
 * nothing of the batch is visible.
 */
export interface Appender {
  /** The reference of the series with exactly these labels, made when it is new. Callers that append often keep it. */
  readonly seriesRef: (labels: Labels) => SeriesRef;
  readonly append: (batch: SampleBatch, onRejected?: RejectionListener) => AppendOutcome;
  /**
   * Rises each time when series that nothing was appended to for long are dropped. Who keeps references from one call of `append` to a later
   * one asks `isLive` about each when the epoch has risen: a reference of a dropped series may by then be another series'.
   */
  readonly epoch: number;
  /** Whether the series that a reference was in the epoch `sinceEpoch` is still kept. Default: the present one. */
  readonly isLive: (ref: SeriesRef, sinceEpoch?: number) => boolean;
}
