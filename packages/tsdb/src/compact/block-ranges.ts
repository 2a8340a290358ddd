/** How often a range is multiplied at most. */
const MOST_RANGES = 10;

/** Blocks of three of a length become one of the next (tsdb/db.go `validateOpts`). */
const RANGE_FACTOR = 3;

/**
 * The lengths that blocks grow through, in milliseconds, ascending: the shortest, three times that, nine times, up to `longestMs`. The
 * shortest is always one of them.
 */
export function blockRangesMs(shortestMs: number, longestMs: number): number[] {
  return Array.from({ length: MOST_RANGES }, (_, i) => shortestMs * RANGE_FACTOR ** i).filter((ms, i) => i === 0 || ms <= longestMs);
}
