import type { FloatEncoding } from "../encoding.ts";

/** The most samples that the two bytes of a chunk's count can tell of. */
export const MOST_FLOATS_PER_CHUNK = 65_535;

/** What `FloatAppender.append` reads: columns, as numbers handed over one by one would be allocated. */
export interface FloatRows {
  /** Milliseconds since the epoch. */
  readonly timestampsMs: Float64Array;
  /** Two words a value, low first. */
  readonly valueBits: Uint32Array;
  /** When each counter began, 0 where that is not known. Default: not known. */
  readonly startTimestampsMs?: Float64Array | undefined;
}

/** Writes a chunk of floats, sample by sample. */
export interface FloatAppender {
  readonly encoding: FloatEncoding;
  readonly sampleCount: number;
  /** The chunk as it stands, header included: a view that the next append changes. */
  bytes(): Uint8Array;
  /**
   * Appends row `row`. Times must ascend. Start timestamps are kept by xor2 only. When a chunk is full is the caller's business, but for
   * the most a header can tell: there it throws RangeError. Allocates nothing but room for bytes.
   */
  append(rows: FloatRows, row: number): void;
}
