import type { StartColumns } from "@ferula/storage";

/** Columns without samples. */
export function createStartColumns(): StartColumns {
  return { length: 0, timestampsMs: new Float64Array(0), startsMs: new Float64Array(0) };
}

/**
 * When the counters of the samples at the first `length` of `timestampsMs`, which ascend, began; 0 where it is not known. The result may be
 * `reused`, and longer.
 */
export function alignStarts(starts: StartColumns, timestampsMs: Float64Array, length: number, reused: Float64Array): Float64Array {
  const aligned = reused.length >= length ? reused : new Float64Array(2 * length);
  let next = 0;
  for (let i = 0; i < length; i++) {
    while (next < starts.length && starts.timestampsMs[next] < timestampsMs[i]) next++;
    aligned[i] = next < starts.length && starts.timestampsMs[next] === timestampsMs[i] ? starts.startsMs[next] : 0;
  }
  return aligned;
}
