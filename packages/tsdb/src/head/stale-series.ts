import { isStaleBits } from "./histograms/newest-kind.ts";
import type { OutOfOrder } from "./out-of-order/out-of-order.ts";
import { LIVE, type SeriesTable } from "./series-table.ts";

/** How many series end with a stale marker. Counted when it is asked for, as counting along would cost every append. */
export function countStale({ states, lastBits, count }: SeriesTable): number {
  let stale = 0;
  for (let ref = 1; ref <= count; ref++) {
    if (isStaleBits(lastBits[2 * ref], lastBits[2 * ref + 1]) && states[ref] === LIVE) stale++;
  }
  return stale;
}

/** The references of those of them that have no samples out of order, ascending; the others wait until these are compacted. */
export function staleRefs(series: SeriesTable, outOfOrder: OutOfOrder): Uint32Array {
  const { states, lastBits, count } = series;
  const refs = new Uint32Array(countStale(series));
  let length = 0;
  for (let ref = 1; ref <= count; ref++) {
    if (!isStaleBits(lastBits[2 * ref], lastBits[2 * ref + 1]) || states[ref] !== LIVE || outOfOrder.hasData(ref)) continue;
    refs[length++] = ref;
  }
  return refs.subarray(0, length);
}
