import type { SampleColumns } from "@ferula/model";
import type { Interval } from "./intervals.ts";

const NONE: readonly Interval[] = [];

/**
 * Of the rows of `out` from `first` on, which ascend in time, keeps those in `[minTimeMs, maxTimeMs]` and in none of `deleted`, which
 * ascend too, and moves them together.
 */
export function trimSamples(
  out: SampleColumns,
  first: number,
  minTimeMs: number,
  maxTimeMs: number,
  deleted: readonly Interval[] = NONE,
): void {
  let end = out.length;
  while (end > first && out.timestampsMs[end - 1] > maxTimeMs) end--;
  let start = first;
  while (start < end && out.timestampsMs[start] < minTimeMs) start++;
  out.length = first;
  for (const interval of deleted) {
    const from = start;
    while (start < end && out.timestampsMs[start] < interval.minTimeMs) start++;
    keepRows(out, from, start);
    while (start < end && out.timestampsMs[start] <= interval.maxTimeMs) start++;
  }
  keepRows(out, start, end);
}

/** Appends the rows `[from, to)` of `out`, which stand at or behind its end. */
function keepRows(out: SampleColumns, from: number, to: number): void {
  if (out.length !== from) {
    out.timestampsMs.copyWithin(out.length, from, to);
    // Bits, not doubles: copying a stale marker as a number may change it.
    out.valueBits.copyWithin(2 * out.length, 2 * from, 2 * to);
  }
  out.length += to - from;
}
