import type { TimeSlice } from "@ferula/lifecycle";
import type { Head } from "./head.ts";
import { Uint32List } from "./uint32-list.ts";

/** So many postings are gone through before the clock is read. */
const POSTINGS_A_STEP = 16_384;

/** As many series. */
const SERIES_A_STEP = 64;

/** Without a log there is nothing that may tell of a series. */
const NO_SEGMENT = -1;

/** Series that ended, ascending, and the time of the newest sample among all of theirs. */
export interface EndedSeries {
  readonly refs: Uint32Array;
  readonly newestMs: number;
  /** Why others did not, that were to. */
  readonly failure?: { readonly error: unknown };
}

/** Takes series that died out of the tables by which they are found, and symbols with their last pair. Works in slices. */
export async function unlistSeries(head: Head, ended: EndedSeries, slice: TimeSlice): Promise<void> {
  await forgetSeries(head, ended, slice);
  const pairs = await pairsOf(head, ended.refs, slice);
  const { labelIndex, series } = head;
  let postings = 0;
  for (let i = 0; i < pairs.length; i++) {
    postings += labelIndex.postingsLength(pairs[i]) + 1;
    labelIndex.removeDead(pairs[i], series);
    if (postings < POSTINGS_A_STEP) continue;
    postings = 0;
    if (slice.isSpent()) await slice.yield();
  }
}

/** What is known of them besides their labels. */
async function forgetSeries(head: Head, { refs, newestMs }: EndedSeries, slice: TimeSlice): Promise<void> {
  const { loggedSeries, metadata, tombstones } = head;
  const expiring = loggedSeries.expire(refs.length, head.headLog?.currentSegment ?? NO_SEGMENT, newestMs);
  for (let i = 0; i < refs.length; i++) {
    expiring.add(head.series.walRefs[refs[i]]);
    metadata.drop(refs[i]);
    tombstones.drop(refs[i]);
    if (i % SERIES_A_STEP === 0 && slice.isSpent()) await slice.yield();
  }
}

/** The pairs of the series' labels, once each. Their label sets are not found any more. */
async function pairsOf(head: Head, refs: Uint32Array, slice: TimeSlice): Promise<Uint32Array> {
  const { labelIndex, labelSets } = head;
  const pairs = new Uint32List();
  // A dead series keeps its pairs from others, so that pairs that are made meanwhile are not among these.
  const isListed = new Uint8Array(labelIndex.lastPair + 1);
  for (let i = 0; i < refs.length; i++) {
    labelSets.remove(refs[i]);
    const { u32 } = head.shared;
    const word = labelSets.address(refs[i]) >>> 2;
    for (let at = word + 1, end = word + 1 + u32[word] * 2; at < end; at += 2) {
      const pair = labelIndex.pair(u32[at], u32[at + 1]);
      if (isListed[pair] === 1) continue;
      isListed[pair] = 1;
      pairs.push(pair);
    }
    if (i % SERIES_A_STEP === 0 && slice.isSpent()) await slice.yield();
  }
  return pairs.view();
}
