import type { ScrapeCounts } from "../cache/scrape-error.ts";

/** Counts what `scrape_series_added` tells of: series that the scrapes before did not have, failed ones included. */
export interface AddedSeries {
  /** What a good scrape adds to those before. */
  readonly ofGood: (counts: ScrapeCounts) => number;
  /** What a body adds that could not be stored; `limit` is how many samples it may have, 0 any number. */
  readonly ofFailed: (counts: ScrapeCounts, limit: number) => number;
}

/**
 * A count for one target. Readers tell what is new since the last good body; upstream remembers the series of a body that failed, too, as far
 * as it was read, and so tells of them once (scrape/scrape.go `scrapeCache`).
 */
export function createAddedSeries(): AddedSeries {
  /** The most that one of the failed bodies since the last good one has had beyond that. */
  let known = 0;
  return {
    ofGood({ added }) {
      const more = Math.max(0, added - known);
      known = 0;
      return more;
    },
    ofFailed({ added }, limit) {
      const read = limit > 0 ? Math.min(added, limit) : added;
      const more = Math.max(0, read - known);
      known = Math.max(known, read);
      return more;
    },
  };
}
