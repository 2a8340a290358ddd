import type { ListingSource, SeriesSelection, SeriesSet } from "@ferula/storage";

/** Of that many series the newest samples are evaluated or written within two milliseconds or three. */
const MOST_SERIES = 500;

/**
 * The series of selections that are few and in memory; undefined where a worker must read. `mostSamples` says how many samples may be decoded
 * for each selection, where more is read than the newest ones.
 */
export function openLight(
  source: Pick<ListingSource, "openLight">,
  selections: readonly SeriesSelection[],
  mostSamples?: number,
): readonly SeriesSet[] | undefined {
  const sets: SeriesSet[] = [];
  let seriesCount = 0;
  for (const selection of selections) {
    const set = source.openLight(selection, mostSamples);
    seriesCount += set?.seriesCount ?? Infinity;
    if (set === undefined || seriesCount > MOST_SERIES) return undefined;
    sets.push(set);
  }
  return sets;
}
