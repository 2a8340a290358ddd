import type { Matcher } from "@ferula/model";
import type { SelectHints } from "./querier.ts";

/**
 * What a select found, as plain typed arrays that can be posted to another thread; it holds no string and no sample. Addresses are
 * byte offsets into the process's shared memory. Series i owns the chunks from `chunkStart[i]` to `chunkStart[i + 1] - 1`, oldest first.
 */
export interface SeriesSelection {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly seriesCount: number;
  /** The address of each series' label block. */
  readonly labelAddresses: Uint32Array;
  readonly chunkStart: Uint32Array;
  /** The address of each chunk's first data byte, and how many samples were in it at the moment of the select: those never change. */
  readonly chunkAddresses: Uint32Array;
  readonly chunkSampleCounts: Uint16Array;
  /** With `SelectHints.latestAtMs`: each series' newest sample where it is old enough to be the answer, else NaN as its time. */
  readonly latestTimestampsMs?: Float64Array;
  readonly latestValues?: Float64Array;
  /** Keeps the chunks alive until it is released. */
  readonly pin: number;
}

/** Selects on the thread that owns the index, for a worker to read. */
export interface SelectionSource {
  readonly select: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[], hints?: SelectHints) => SeriesSelection;
  /** Lets go of the chunks of a selection. Each selection is released once. */
  readonly release: (pin: number) => void;
}
