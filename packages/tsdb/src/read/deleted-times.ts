import type { Interval } from "../block/intervals.ts";
import type { DeletedTimes } from "./head-selection.ts";

const NONE: readonly Interval[] = [];

/** What was deleted of a series of a selection. */
export function deletedOf(deleted: DeletedTimes | undefined, index: number): readonly Interval[] {
  if (deleted === undefined || deleted.starts[index] === deleted.starts[index + 1]) return NONE;
  const intervals: Interval[] = [];
  for (let i = deleted.starts[index]; i < deleted.starts[index + 1]; i++) {
    intervals.push({ minTimeMs: deleted.minTimesMs[i], maxTimeMs: deleted.maxTimesMs[i] });
  }
  return intervals;
}

/**
 * Puts what was deleted of each of `seriesCount` series behind one another; undefined where nothing was. Memory of its own that threads
 * share.
 */
export function packDeleted(series: readonly (readonly Interval[] | undefined)[], seriesCount: number): DeletedTimes | undefined {
  let count = 0;
  for (let i = 0; i < seriesCount; i++) count += series[i]?.length ?? 0;
  if (count === 0) return undefined;
  const buffer = new SharedArrayBuffer(16 * count + 4 * (seriesCount + 1));
  const minTimesMs = new Float64Array(buffer, 0, count);
  const maxTimesMs = new Float64Array(buffer, 8 * count, count);
  const starts = new Uint32Array(buffer, 16 * count, seriesCount + 1);
  let at = 0;
  for (let i = 0; i < seriesCount; i++) {
    starts[i] = at;
    const intervals = series[i] ?? NONE;
    for (let k = 0; k < intervals.length; k++) {
      minTimesMs[at] = intervals[k].minTimeMs;
      maxTimesMs[at++] = intervals[k].maxTimeMs;
    }
  }
  starts[seriesCount] = at;
  return { starts, minTimesMs, maxTimesMs };
}
