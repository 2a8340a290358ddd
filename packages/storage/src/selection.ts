import type { Matcher } from "@ferula/model";
import type { SelectHints } from "./querier.ts";

/**
 * What a select found, as plain data that can be posted to another thread, where the storage's own reader makes a `SeriesSet` of it. It
 * holds no sample.
 */
export interface SeriesSelection {
  /** Keeps what was found alive until it is released. */
  readonly pin: number;
}

/** Selects on the thread that owns the index, for a worker to read. */
export interface SelectionSource {
  readonly select: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[], hints?: SelectHints) => SeriesSelection;
  /** Lets go of what a selection found. Each selection is released once. */
  readonly release: (pin: number) => void;
}
