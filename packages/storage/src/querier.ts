import type { HistogramColumns, Labels, Matcher, SampleColumns } from "@ferula/model";

/** What a reader is about to do with a selection; storages may use it to read less. Never needed for a right answer. */
export interface SelectHints {
  /** Set when only the newest sample at or before this time counts (an instant selector evaluated once). */
  readonly latestAtMs?: number;
  /** Set when `SeriesSet.readStarts` will be called, which takes more to select. */
  readonly withStarts?: boolean;
}

/** When the counter of each sample of a series began, as columns. */
export interface StartColumns {
  /** How many samples there are; the arrays may be longer. */
  length: number;
  /** The samples' own times, ascending. */
  timestampsMs: Float64Array;
  /** 0 where it is not known. */
  startsMs: Float64Array;
}

/**
 * The labels of series as numbers, for who looks at few of them as texts: a symbol is a text, and no text has two. The words of series i are
 * the `symbolCount(i)` from `symbolStart(i)` on, names at even places and values at odd ones, by ascending name.
 */
export interface LabelSymbols {
  readonly symbols: Uint32Array;
  readonly symbolStart: (index: number) => number;
  readonly symbolCount: (index: number) => number;
  readonly symbolText: (symbol: number) => string;
}

/** Series that a select found, read one at a time. Index i runs from 0 to `seriesCount - 1`, in no promised order. */
export interface SeriesSet {
  readonly seriesCount: number;
  readonly labels: (index: number) => Labels;
  /** The same as numbers; there where the storage keeps them so. */
  readonly labelSymbols?: LabelSymbols;
  /** Overwrites `out` with the floats of series `index` inside the time range of the select, oldest first; grows it when needed. */
  readonly read: (index: number, out: SampleColumns) => void;
  /** The same for its histograms, integer ones made floats. No time is that of a float, too. */
  readonly readHistograms: (index: number, out: HistogramColumns) => void;
  /**
   * Overwrites `out` with when the counters of all its samples began, floats and histograms; stale markers may be among them. There only in
   * storages that keep this, and with the hint `withStarts`.
   */
  readonly readStarts?: (index: number, out: StartColumns) => void;
}

/** Names or values, sorted by their UTF-8 bytes; `truncated` when a limit cut them. */
export interface LabelListing {
  readonly values: readonly string[];
  readonly truncated: boolean;
}

/** Reads one time range; both ends are inclusive milliseconds. Chunks that it saw stay alive until `close`. */
export interface Querier {
  /** Series that match all of `matchers`. Fails with PromError where the storage can't be read. */
  readonly select: (matchers: readonly Matcher[], hints?: SelectHints) => SeriesSet;
  /** Label names of the series that match all of `matchers` (of every series when there are none). `limit` 0 is no limit. */
  readonly labelNames: (matchers: readonly Matcher[], limit: number) => LabelListing;
  readonly labelValues: (name: string, matchers: readonly Matcher[], limit: number) => LabelListing;
  readonly close: () => void;
}

/** Something that can be queried. */
export interface Queryable {
  readonly querier: (minTimeMs: number, maxTimeMs: number) => Querier;
}
