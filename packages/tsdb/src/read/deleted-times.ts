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

/** Puts what was deleted of each series behind one another; undefined where nothing was. Memory of its own that threads share. */
export function packDeleted(series: readonly (readonly Interval[] | undefined)[]): DeletedTimes | undefined {
  const count = series.reduce((sum, intervals) => sum + (intervals?.length ?? 0), 0);
  if (count === 0) return undefined;
  const buffer = new SharedArrayBuffer(16 * count + 4 * (series.length + 1));
  const minTimesMs = new Float64Array(buffer, 0, count);
  const maxTimesMs = new Float64Array(buffer, 8 * count, count);
  const starts = new Uint32Array(buffer, 16 * count, series.length + 1);
  let at = 0;
  series.forEach((intervals, i) => {
    starts[i] = at;
    for (const { minTimeMs, maxTimeMs } of intervals ?? NONE) {
      minTimesMs[at] = minTimeMs;
      maxTimesMs[at++] = maxTimeMs;
    }
  });
  starts[series.length] = at;
  return { starts, minTimesMs, maxTimesMs };
}
