import { compareUtf8 } from "@ferula/model";
import type { LabelListing, Querier, Queryable } from "@ferula/storage";
import { sortTexts } from "./sort-texts.ts";

/** What `list` finds in each of `blocks`. */
export function listInBlocks(
  blocks: readonly Queryable[],
  minTimeMs: number,
  maxTimeMs: number,
  list: (querier: Querier) => LabelListing,
): LabelListing[] {
  return blocks.map((block) => {
    const querier = block.querier(minTimeMs, maxTimeMs);
    try {
      return list(querier);
    } finally {
      querier.close();
    }
  });
}

/** Texts that are in no order, each of which is there once, as a listing. */
export function listTexts(texts: readonly string[], limit: number): LabelListing {
  const truncated = limit > 0 && texts.length > limit;
  const sorted = sortTexts(texts);
  return { values: truncated ? sorted.slice(0, limit) : sorted, truncated };
}

/** The names or values of several listings as one: sorted, each once, `limit` at most (0: all). Each was made with the same limit. */
export function mergeListings(listings: readonly LabelListing[], limit: number): LabelListing {
  const filled = listings.filter(({ values }) => values.length > 0);
  if (filled.length <= 1) return filled[0] ?? { values: [], truncated: false };
  const merged = filled.map(({ values }) => values).reduce(mergeSorted);
  const truncated = limit > 0 && merged.length > limit;
  return {
    values: truncated ? merged.slice(0, limit) : merged,
    truncated: truncated || listings.some((listing) => listing.truncated),
  };
}

function mergeSorted(a: readonly string[], b: readonly string[]): string[] {
  const merged: string[] = [];
  let i = 0;
  let k = 0;
  while (i < a.length && k < b.length) {
    const order = compareUtf8(a[i], b[k]);
    merged.push(order <= 0 ? a[i] : b[k]);
    if (order <= 0) i++;
    if (order >= 0) k++;
  }
  while (i < a.length) merged.push(a[i++]);
  while (k < b.length) merged.push(b[k++]);
  return merged;
}
