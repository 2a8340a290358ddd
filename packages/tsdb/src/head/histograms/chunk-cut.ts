import { LEAST_HISTOGRAMS_PER_CHUNK, TARGET_HISTOGRAM_CHUNK_BYTES } from "@ferula/chunks";
import { rangeEndMs } from "../chunk-cut.ts";

/** What decides whether an open chunk of histograms takes another. */
export interface ChunkFill {
  readonly sampleCount: number;
  readonly sizeBytes: number;
  readonly minTimeMs: number;
  readonly endMs: number;
  /** Whether `endMs` was predicted already; before that it is the end of the range. */
  readonly hasPredictedEnd: boolean;
}

/** A chunk of a quarter of its size tells when it should end. */
export function isTimeToPredict({ sizeBytes, hasPredictedEnd }: ChunkFill): boolean {
  return !hasPredictedEnd && sizeBytes >= TARGET_HISTOGRAM_CHUNK_BYTES / 4;
}

/**
 * Whether a histogram at `timestampMs` begins another chunk: when the chunk has come to its end or is twice as large as it should be, but
 * not with so few histograms that their layout is most of it, unless the range is over (tsdb/head_append.go
 * `histogramsAppendPreprocessor`). `fill` is from before the prediction, `endMs` from after it.
 */
export function beginsAnother(fill: ChunkFill, endMs: number, timestampMs: number, chunkRangeMs: number): boolean {
  if (timestampMs < endMs && fill.sizeBytes < TARGET_HISTOGRAM_CHUNK_BYTES * 2) return false;
  if (fill.sampleCount >= LEAST_HISTOGRAMS_PER_CHUNK) return true;
  return timestampMs >= (fill.hasPredictedEnd ? rangeEndMs(fill.minTimeMs, chunkRangeMs) : fill.endMs);
}
