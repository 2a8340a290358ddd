/** A stretch of time, both ends inclusive, in milliseconds. Infinite ends stand for the least and the greatest time. */
export interface Interval {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/**
 * Puts `added` into `intervals`, which ascend and don't touch. Time is discrete: what ends one millisecond before another begins becomes
 * one with it, as in tsdb/tombstones/tombstones.go `Intervals.Add`.
 */
export function addInterval(intervals: Interval[], added: Interval): void {
  const { length } = intervals;
  // Those that lie wholly before, then those that touch. Most come in order, so the search begins at the end.
  let end = length;
  while (end > 0 && intervals[end - 1].minTimeMs > added.maxTimeMs + 1) end--;
  let start = end;
  while (start > 0 && intervals[start - 1].maxTimeMs >= added.minTimeMs - 1) start--;
  const merged =
    start === end
      ? added
      : {
          minTimeMs: Math.min(added.minTimeMs, intervals[start].minTimeMs),
          maxTimeMs: Math.max(added.maxTimeMs, intervals[end - 1].maxTimeMs),
        };
  intervals.splice(start, end - start, merged);
}

/** Whether one of the intervals covers all of `[minTimeMs, maxTimeMs]`. */
export function covers(intervals: readonly Interval[], minTimeMs: number, maxTimeMs: number): boolean {
  return intervals.some((interval) => interval.minTimeMs <= minTimeMs && interval.maxTimeMs >= maxTimeMs);
}
