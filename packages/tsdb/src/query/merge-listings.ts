import { compareUtf8 } from "@ferula/model";
import type { LabelListing } from "@ferula/storage";

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
