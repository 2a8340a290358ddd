import { XorEncoder } from "@ferula/chunks";
import { MOST_CHUNK_BYTES_BEFORE_APPEND, predictedEndMs, rangeEndMs } from "../head/chunk-cut.ts";
import type { Head } from "../head/head.ts";
import type { StoredOpenChunk } from "./snapshot-records.ts";

/**
 * Makes an xor chunk, which is sound, the open chunk of its series as it is: several times as fast as to append its samples. False when it
 * must be done by its samples, as the head encodes otherwise, or has some of them already or of a later time.
 */
export function resumeFloats(head: Head, ref: number, chunk: StoredOpenChunk): boolean {
  const { series, floats, times, counters, options } = head;
  const { encoder } = floats;
  if (!(encoder instanceof XorEncoder) || chunk.encoding !== "xor" || !isNext(head, ref, chunk)) return false;
  // A chunk that is a quarter full has had its end predicted by the time of the last sample before that.
  const predictAt = Math.trunc(options.samplesPerChunk / 4);
  const state = encoder.resume(ref, chunk.bytes, predictAt - 1);
  const { firstTimestampMs, lastTimestampMs } = state;
  const endMs = rangeEndMs(firstTimestampMs, options.chunkRangeMs);
  const isPredicted = encoder.sampleCounts[ref] > predictAt;
  series.chunkEndsMs[ref] = isPredicted ? predictedEndMs(firstTimestampMs, state.timestampMsAtIndex, endMs) : endMs;
  series.lastTimestampsMs[ref] = lastTimestampMs;
  series.lastBits[2 * ref] = chunk.newestLow;
  series.lastBits[2 * ref + 1] = chunk.newestHigh;
  times.oldestMs = Math.min(times.oldestMs, firstTimestampMs);
  times.newestMs = Math.max(times.newestMs, lastTimestampMs);
  floats.openCount++;
  counters.chunksCreated++;
  return true;
}

function isNext({ series, floats, histograms, times }: Head, ref: number, { bytes, minTimeMs }: StoredOpenChunk): boolean {
  if (floats.encoder.slabs[ref] !== 0 || histograms.hasOpenChunk(ref)) return false;
  return bytes.length <= MOST_CHUNK_BYTES_BEFORE_APPEND && minTimeMs > series.lastTimestampsMs[ref] && minTimeMs >= times.leastValidMs;
}
