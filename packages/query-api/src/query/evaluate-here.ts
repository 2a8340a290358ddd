import type { PoolResult } from "@ferula/promql";
import { type HereQuery, runHere } from "@ferula/promql/server";
import type { ListingSource, SeriesSelection, SeriesSet } from "@ferula/storage";

/** Of that many series the newest samples are evaluated within a millisecond or two. */
const MOST_SERIES = 500;

/** Evaluates a brief query on this thread; undefined where it has more series than that, or some that aren't in memory. Throws PromError. */
export function evaluateHere(
  source: Pick<ListingSource, "openLight">,
  selections: readonly SeriesSelection[],
  query: Omit<HereQuery, "sets">,
): PoolResult | undefined {
  const sets: SeriesSet[] = [];
  let seriesCount = 0;
  for (const selection of selections) {
    const set = source.openLight(selection);
    seriesCount += set?.seriesCount ?? Infinity;
    if (set === undefined || seriesCount > MOST_SERIES) return undefined;
    sets.push(set);
  }
  return runHere({ ...query, sets });
}
