import type { Matcher } from "@ferula/model";
import type { LabelListing, SelectHints, SeriesSet } from "./querier.ts";

/**
 * What a select found, as plain data that can be posted to another thread, where the storage's own reader makes a `SeriesSet` of it. It
 * holds no sample.
 */
export interface SeriesSelection {
  /** Keeps what was found alive until it is released. */
  readonly pin: number;
}

/** The same of label names or values, which the storage's own reader lists. */
export interface LabelSelection extends SeriesSelection {
  /** The label of which the values are listed. Left out: the names of all labels are. */
  readonly ofLabel?: string;
}

/** Selects on the thread that owns the index, for a worker to read. */
export interface SelectionSource {
  readonly select: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[], hints?: SelectHints) => SeriesSelection;
  /** Lets go of what a selection found. Each selection is released once. */
  readonly release: (pin: number) => void;
}

/** Selects what is listed: label names, label values and label sets. */
export interface ListingSource extends SelectionSource {
  /**
   * Names of the series that match all of `matchers`, or the values of `ofLabel` in them; of every series when there are no matchers.
   * `release` lets go of it.
   */
  readonly selectLabels: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[], ofLabel?: string) => LabelSelection;
  /**
   * Reads a selection on the thread that selected it, if that takes no file and no more than milliseconds. Undefined otherwise: it is for a
   * worker. Who reads more than labels and newest samples says how many samples may have to be decoded.
   */
  readonly openLight: (selection: SeriesSelection, mostSamples?: number) => SeriesSet | undefined;
  /** The same of a selection of labels. `limit` 0 is no limit. */
  readonly listLight: (selection: LabelSelection, limit: number) => LabelListing | undefined;
}
