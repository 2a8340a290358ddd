import type { SeriesSelection } from "@ferula/storage";

/**
 * What a select found in the head, as plain typed arrays that can be posted to another thread; it holds no string and no sample. Addresses
 * are byte offsets into the process's shared memory. Series i owns the chunks from `chunkStart[i]` to `chunkStart[i + 1] - 1`, oldest
 * first.
 */
export interface HeadSelection extends SeriesSelection {
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
}
