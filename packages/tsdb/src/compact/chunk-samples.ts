import { openChunk, SAMPLE_TYPES, type ChunkEncoding, type ChunkIterator, type SampleType } from "@ferula/chunks";
import type { Histogram } from "@ferula/model";
import type { StoredChunk } from "../block/chunk-reader.ts";
import { placed } from "../block/damage.ts";
import type { Interval } from "../block/intervals.ts";
import type { ChunkPlace } from "./source-chunk.ts";

/** Samples that are read one after the other. What the fields give is that of the sample that `next` arrived at. */
export interface SampleCursor {
  /** Goes to the next sample and returns its type, `SAMPLE_TYPES.none` behind the last. */
  next(): SampleType;
  readonly timestampMs: number;
  /** 0 when it is not known. */
  readonly startTimestampMs: number;
  /** A float's two words. */
  readonly valueLow: number;
  readonly valueHigh: number;
  /** A histogram of its kind, in arrays of its own. */
  histogram(): Histogram;
}

const NONE: readonly Interval[] = [];

/**
 * The samples of a chunk but for those that were deleted. Damage is told as a PromError("internal") with the chunk's place. The bytes must
 * not change while they are read.
 */
export class ChunkSamples implements SampleCursor {
  /** What `next` returned last. */
  type: SampleType = SAMPLE_TYPES.none;
  private readonly place: () => ChunkPlace;
  private readonly iterator: ChunkIterator;
  private readonly deleted: readonly Interval[];
  private firstDeleted = 0;

  constructor({ encoding, bytes }: StoredChunk, place: () => ChunkPlace, deleted: readonly Interval[] = NONE) {
    this.place = place;
    this.deleted = deleted;
    this.iterator = this.open(encoding, bytes);
  }

  get timestampMs(): number {
    return this.iterator.timestampMs;
  }

  get startTimestampMs(): number {
    return this.iterator.startTimestampMs;
  }

  get valueLow(): number {
    return this.iterator.valueLow;
  }

  get valueHigh(): number {
    return this.iterator.valueHigh;
  }

  next(): SampleType {
    const { iterator } = this;
    try {
      do this.type = iterator.next();
      while (this.type !== SAMPLE_TYPES.none && this.isDeleted(iterator.timestampMs));
    } catch (error) {
      throw this.placed(error);
    }
    return this.type;
  }

  histogram(): Histogram {
    return this.type === SAMPLE_TYPES.histogram ? this.iterator.histogram() : this.iterator.floatHistogram();
  }

  /** Samples and intervals ascend, so those that lie behind are done with. */
  private isDeleted(timestampMs: number): boolean {
    const { deleted } = this;
    while (this.firstDeleted < deleted.length && deleted[this.firstDeleted].maxTimeMs < timestampMs) this.firstDeleted++;
    return this.firstDeleted < deleted.length && deleted[this.firstDeleted].minTimeMs <= timestampMs;
  }

  private open(encoding: ChunkEncoding, bytes: Uint8Array): ChunkIterator {
    try {
      return openChunk(encoding, bytes);
    } catch (error) {
      throw this.placed(error);
    }
  }

  private placed(error: unknown): unknown {
    const { path, offset } = this.place();
    return placed(error, path, offset, "a chunk");
  }
}
