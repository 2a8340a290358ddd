import type { ExemplarRow } from "@ferula/model";

/** Takes exemplars of series that the storage has, and tells how many came too late. Throws where they can't be logged. */
export type ExemplarSink = (rows: readonly ExemplarRow[]) => { readonly outOfOrder: number };

/**
 * Hands the exemplars of a body on, those of a series together, and returns how many came too late. A target tells of the last ones of a
 * native histogram again and again: of such a set they count only when all of them are too late.
 */
export function appendExemplars(rows: readonly ExemplarRow[], sink: ExemplarSink): number {
  const single: ExemplarRow[] = [];
  let outOfOrder = 0;
  for (let start = 0; start < rows.length;) {
    let end = start + 1;
    while (end < rows.length && rows[end].ref === rows[start].ref) end++;
    if (end === start + 1) single.push(rows[start]);
    else outOfOrder += allOutOfOrder(rows.slice(start, end), sink);
    start = end;
  }
  return single.length === 0 ? outOfOrder : outOfOrder + sink(single).outOfOrder;
}

function allOutOfOrder(rows: readonly ExemplarRow[], sink: ExemplarSink): number {
  const { outOfOrder } = sink(rows.toSorted((a, b) => a.timestampMs - b.timestampMs));
  return outOfOrder === rows.length ? outOfOrder : 0;
}
