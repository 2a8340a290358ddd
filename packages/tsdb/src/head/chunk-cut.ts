/** A chunk may grow to 1024 bytes; the longest sample takes 19 (tsdb/chunkenc/chunk.go `MaxBytesPerXORChunkBeforeAppend`). */
export const MOST_CHUNK_BYTES_BEFORE_APPEND: number = 1024 - 19;

/** The end of the range, aligned to the epoch, that `timestampMs` lies in (tsdb/head.go `rangeForTimestamp`, truncating as Go does). */
export function rangeEndMs(timestampMs: number, rangeMs: number): number {
  return Math.trunc(timestampMs / rangeMs) * rangeMs + rangeMs;
}

/**
 * Predicts when a chunk that is full by one part in `fullRatio` should end, so that the chunks of its range come out
 * equally long (tsdb/head_append.go `computeChunkEndTime`). `endMs` is the end of the range.
 */
export function predictedEndMs(startMs: number, newestMs: number, endMs: number, fullRatio = 4): number {
  const chunks = (endMs - startMs) / ((newestMs - startMs + 1) * fullRatio);
  if (chunks <= 1) return endMs;
  return Math.trunc(startMs + (endMs - startMs) / Math.floor(chunks));
}
