import type { Matcher } from "@ferula/model";
import type { SelectHints } from "@ferula/storage";

/** A select that the storage is asked for. Both ends of the time range are inclusive. */
export interface PlannedSelector {
  readonly matchers: readonly Matcher[];
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly hints: SelectHints;
}

/** How one selector of the query will be read. */
export interface SelectorNeed {
  readonly matchers: readonly Matcher[];
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** Set when only the newest sample at or before this time is looked at. */
  readonly latestAtMs: number | undefined;
  /** It is asked when the counters of the samples began. */
  readonly usesStarts: boolean;
}

/** Gathers the selects of a plan: the same matchers over times that touch are one select. */
export interface SelectorList {
  /** The index of the select that covers `need`. */
  readonly add: (need: SelectorNeed) => number;
  readonly planned: () => readonly PlannedSelector[];
}

/** A list without selects. */
export function createSelectorList(): SelectorList {
  const selectors: { key: string; need: SelectorNeed }[] = [];

  function add(need: SelectorNeed): number {
    const key = JSON.stringify(need.matchers.map(({ type, name, value }) => [type, name, value]));
    for (let i = 0; i < selectors.length; i++) {
      const known = selectors[i];
      if (known.key !== key || known.need.maxTimeMs + 1 < need.minTimeMs || need.maxTimeMs + 1 < known.need.minTimeMs) continue;
      known.need = {
        matchers: known.need.matchers,
        minTimeMs: Math.min(known.need.minTimeMs, need.minTimeMs),
        maxTimeMs: Math.max(known.need.maxTimeMs, need.maxTimeMs),
        latestAtMs: known.need.latestAtMs === need.latestAtMs ? need.latestAtMs : undefined,
        usesStarts: known.need.usesStarts || need.usesStarts,
      };
      return i;
    }
    selectors.push({ key, need });
    return selectors.length - 1;
  }

  return {
    add,
    planned: () =>
      selectors.map(({ need }) => ({
        matchers: need.matchers,
        minTimeMs: need.minTimeMs,
        maxTimeMs: need.maxTimeMs,
        hints: hintsOf(need),
      })),
  };
}

function hintsOf({ latestAtMs, usesStarts }: SelectorNeed): SelectHints {
  if (usesStarts) return { withStarts: true };
  return latestAtMs === undefined ? {} : { latestAtMs };
}
