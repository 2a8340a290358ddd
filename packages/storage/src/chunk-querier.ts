import type { Labels, Matcher } from "@ferula/model";

/** A chunk of one series, as remote read sends it and block files hold it. */
export interface SeriesChunk {
  /** Named as in `@ferula/chunks`, where it is read. */
  readonly encoding: "xor" | "xor2" | "histogram" | "floatHistogram" | "histogramSt" | "floatHistogramSt";
  /** With its header. A view that is good until the visit is over. */
  readonly bytes: Uint8Array;
  /** The times of its first and last sample. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** Series that a select found, read chunk by chunk. Index i runs from 0 to `seriesCount - 1`, in the order of the labels. */
export interface ChunkSeriesSet {
  readonly seriesCount: number;
  readonly labels: (index: number) => Labels;
  /** Visits the chunks of series `index` by ascending time; none overlaps another, no sample is outside the range or deleted. */
  readonly forEachChunk: (index: number, visit: (chunk: SeriesChunk) => void) => void;
}

/** Reads one time range as chunks; both ends are inclusive milliseconds. What it saw stays alive until `close`. */
export interface ChunkQuerier {
  /** Series that match all of `matchers`. Fails with PromError where the storage can't be read. */
  readonly select: (matchers: readonly Matcher[]) => ChunkSeriesSet;
  readonly close: () => void;
}

/** Something that can be queried for chunks. */
export interface ChunkQueryable {
  readonly chunkQuerier: (minTimeMs: number, maxTimeMs: number) => ChunkQuerier;
}
