import type { SeriesSelection } from "@ferula/storage";

/**
 * What a select found in the head, as plain typed arrays that can be posted to another thread; of samples it holds only those that are
 * nowhere else to be read from. Series i owns the chunks from `chunkStart[i]` to `chunkStart[i + 1] - 1`: those of samples in order, oldest
 * first, then those out of order.
 */
export interface HeadSelection extends SeriesSelection {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly seriesCount: number;
  /** The address of each series' label block, a byte offset into the process's shared memory. */
  readonly labelAddresses: Uint32Array;
  /** Rises when memory of symbols is used again, see `SymbolReader.enter`. */
  readonly symbolGeneration: number;
  readonly chunkStart: Uint32Array;
  /**
   * Where each chunk is. From 0 to before 2^32: the address of its first data byte in shared memory; it is of encoding xor. From there on:
   * its place in the head chunk files. Below 0: -1 for the first chunk of `copies`, -2 for the second, and so on.
   */
  readonly chunkPlaces: Float64Array;
  /** Of a chunk in shared memory: how many samples were in it at the moment of the select; those never change. */
  readonly chunkSampleCounts: Uint16Array;
  /** With `SelectionOptions.withDetails`. */
  readonly details?: ChunkDetails | undefined;
  readonly copies?: ChunkCopies | undefined;
  /** 1 for each series whose chunks overlap in time; left out where there is none. */
  readonly overlapping?: Uint8Array | undefined;
  /** What was deleted of the series; left out where nothing was. */
  readonly deleted?: DeletedTimes | undefined;
  /** See `SelectHints`. */
  readonly latestAtMs?: number | undefined;
  /** With it: each series' newest sample where it is old enough to be the answer, else NaN as its time. */
  readonly latestTimestampsMs?: Float64Array | undefined;
  readonly latestValues?: Float64Array | undefined;
  /** The oldest head chunk file that is needed still: readers may let go of those before it. */
  readonly oldestFile: number;
}

/** What is needed to pass chunks on as they are; an entry for each chunk. */
export interface ChunkDetails {
  readonly minTimesMs: Float64Array;
  readonly maxTimesMs: Float64Array;
  /** Of a chunk in shared memory: its bits without the count of samples. */
  readonly bitLengths: Uint32Array;
}

/** Whole chunks, header first, that are in no file and change with the next append. */
export interface ChunkCopies {
  /** As in chunk files. */
  readonly encodings: Uint8Array;
  /** Copy k is the bytes from `starts[k]` to before `starts[k + 1]`. */
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

/** Intervals, both ends inclusive: those of series i are the entries from `starts[i]` to before `starts[i + 1]`, ascending. */
export interface DeletedTimes {
  readonly starts: Uint32Array;
  readonly minTimesMs: Float64Array;
  readonly maxTimesMs: Float64Array;
}

/** From here on a place is one in a file, see `HeadSelection.chunkPlaces`. */
export const FILE_PLACES: number = 2 ** 32;

/** How many samples are decoded to read all of a selection; Infinity where chunks are outside of shared memory. */
export function samplesToDecode({ latestAtMs, chunkStart, seriesCount, chunkPlaces, chunkSampleCounts }: HeadSelection): number {
  if (latestAtMs !== undefined) return 0;
  const end = chunkStart[seriesCount];
  let samples = 0;
  for (let i = 0; i < end; i++) {
    if (chunkPlaces[i] < 0 || chunkPlaces[i] >= FILE_PLACES) return Infinity;
    samples += chunkSampleCounts[i];
  }
  return samples;
}
