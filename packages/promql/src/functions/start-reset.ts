/** When counters began, in milliseconds; 0 is not known, and one at or after its sample's own time says nothing. */

/**
 * Whether the counter of sample `i` was reset behind the sample before, by when it says that it began. A start at the sample before is a
 * reset of a delta, but not of a counter that never knew its start (promql/functions.go `isStartTimestampReset`).
 */
export function isStartReset(startsMs: Float64Array, timestampsMs: Float64Array, i: number): boolean {
  const startMs = startsMs[i];
  if (startMs === 0 || startMs >= timestampsMs[i]) return false;
  const previousMs = timestampsMs[i - 1];
  if (startMs !== previousMs) return startMs > previousMs;
  const previousStartMs = startsMs[i - 1];
  return previousStartMs !== 0 && previousStartMs < previousMs;
}

/** Whether sample `i` says that it began before the sample before was taken, which had begun at another time (`checkStartTimeOverlap`). */
export function overlapsPrevious(startsMs: Float64Array, timestampsMs: Float64Array, i: number): boolean {
  const startMs = startsMs[i];
  return startMs !== 0 && startMs < timestampsMs[i - 1] && startMs !== startsMs[i - 1];
}
