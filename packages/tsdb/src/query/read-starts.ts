import { openChunk, SAMPLE_TYPES } from "@ferula/chunks";
import type { ChunkSeriesSet, StartColumns } from "@ferula/storage";

const INITIAL_ROOM = 128;

/** Overwrites `out` with the times of the samples of a series and when their counters began, chunk by chunk. */
export function readStarts(set: ChunkSeriesSet, index: number, out: StartColumns): void {
  out.length = 0;
  set.forEachChunk(index, ({ encoding, bytes }) => {
    const samples = openChunk(encoding, bytes);
    while (samples.next() !== SAMPLE_TYPES.none) {
      if (out.length === out.timestampsMs.length) grow(out);
      out.timestampsMs[out.length] = samples.timestampMs;
      out.startsMs[out.length++] = samples.startTimestampMs;
    }
  });
}

function grow(out: StartColumns): void {
  const room = Math.max(INITIAL_ROOM, 2 * out.length);
  const { timestampsMs, startsMs } = out;
  out.timestampsMs = new Float64Array(room);
  out.startsMs = new Float64Array(room);
  out.timestampsMs.set(timestampsMs);
  out.startsMs.set(startsMs);
}
