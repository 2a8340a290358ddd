import type { FloatHistogram, IntegerHistogram } from "@ferula/model";

/** What `ChunkIterator.next` found. Source: tsdb/chunkenc/chunk.go `ValueType`. */
export const SAMPLE_TYPES: { readonly none: 0; readonly float: 1; readonly histogram: 2; readonly floatHistogram: 3 } = {
  none: 0,
  float: 1,
  histogram: 2,
  floatHistogram: 3,
};

/** One of `SAMPLE_TYPES`. */
export type SampleType = (typeof SAMPLE_TYPES)[keyof typeof SAMPLE_TYPES];

/**
 * Reads a chunk's samples one after the other. What the fields and methods give is that of the sample `next` arrived at; before the
 * first and behind the last it means nothing. Reading floats allocates nothing.
 */
export interface ChunkIterator {
  /** How many samples the chunk's header tells of. */
  readonly sampleCount: number;
  /**
   * Goes to the next sample and returns its type, `SAMPLE_TYPES.none` behind the last. Throws RangeError when the chunk is damaged; the
   * iterator is of no use then.
   */
  next(): SampleType;
  /** Milliseconds since the epoch; the nearest double where a chunk tells more than 2^53. */
  readonly timestampMs: number;
  /** When the counter began, in milliseconds since the epoch; 0 when that is not known. */
  readonly startTimestampMs: number;
  /** A float's two words, by which a stale marker is told from other NaNs. */
  readonly valueLow: number;
  readonly valueHigh: number;
  /** A float's value. A NaN may have lost its payload. */
  readonly value: number;
  /** An integer histogram, in arrays of its own. Throws for samples of other types. */
  histogram(): IntegerHistogram;
  /** A float histogram, or an integer one made floats, in arrays of its own. Throws for floats. */
  floatHistogram(): FloatHistogram;
}
