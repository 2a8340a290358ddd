import type { Matcher } from "@ferula/model";
import type { LabelListing, SelectHints, SeriesSet } from "./querier.ts";

/** Which series are to be selected, and what of them. Both ends of the range are inclusive. */
export interface SelectRequest {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly matchers: readonly Matcher[];
  readonly hints?: SelectHints | undefined;
}

/** Of which series label names are to be selected, or the values of a label. Without matchers: of every series. */
export interface LabelRequest extends Omit<SelectRequest, "hints"> {
  /** Left out: the names of all labels are selected. */
  readonly ofLabel?: string | undefined;
}

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

/** Selects what is queried or listed: series, label names, label values and label sets. */
export interface ListingSource extends SelectionSource {
  /**
   * Selects all of `wanted`, of one moment between the call and when it resolves. Works in slices, between which the event loop goes on, for
   * there may be millions of series; what is little is done at once. Rejects with none of them selected.
   */
  readonly selectAll: (wanted: readonly SelectRequest[]) => Promise<readonly SeriesSelection[]>;
  /** The same of labels. */
  readonly selectAllLabels: (wanted: readonly LabelRequest[]) => Promise<readonly LabelSelection[]>;
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
