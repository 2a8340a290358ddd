import type { SharedMemory } from "@ferula/kernels";
import { setStaleAt, type SampleBatch } from "@ferula/model";
import type { Refusals } from "./refusals.ts";
import type { SampleRows } from "./workspace.ts";

/** As many rows of its own a scrape may put behind those of a body: the series of its report. */
export const SPARE_ROWS = 8;

/** The first `length` rows as a batch, which has room for SPARE_ROWS more. */
export function batchOf({ u8: { buffer } }: SharedMemory, rows: SampleRows, length: number): SampleBatch {
  const capacity = length + SPARE_ROWS;
  return {
    length,
    refs: new Uint32Array(buffer, rows.refs, capacity),
    timestampsMs: new Float64Array(buffer, rows.timestamps, capacity),
    values: new Float64Array(buffer, rows.values, capacity),
    valueBits: new Uint32Array(buffer, rows.values, 2 * capacity),
  };
}

/** Moves the samples up to `latestMs` together, and returns how many they are. */
export function withoutFuture(
  { refs, timestampsMs, valueBits, startTimestampsMs }: SampleBatch,
  sampleCount: number,
  latestMs: number,
  refusals: Refusals,
  isCounter?: Uint8Array,
): number {
  let kept = 0;
  for (let i = 0; i < sampleCount; i++) {
    if (timestampsMs[i] > latestMs) {
      refusals.leaveOut(refs[i]);
      continue;
    }
    if (kept < i) {
      refs[kept] = refs[i];
      timestampsMs[kept] = timestampsMs[i];
      if (startTimestampsMs !== undefined) startTimestampsMs[kept] = startTimestampsMs[i];
      if (isCounter !== undefined) isCounter[kept] = isCounter[i];
      valueBits[2 * kept] = valueBits[2 * i];
      valueBits[2 * kept + 1] = valueBits[2 * i + 1];
    }
    kept++;
  }
  return kept;
}

/** Adds stale markers behind the samples, for which there is room. */
export function pushStale(batch: SampleBatch, refs: Uint32Array, timestampMs: number): void {
  for (let k = 0; k < refs.length; k++) {
    const i = batch.length++;
    batch.refs[i] = refs[k];
    batch.timestampsMs[i] = timestampMs;
    if (batch.startTimestampsMs !== undefined) batch.startTimestampsMs[i] = 0;
    setStaleAt(batch, i);
  }
}
