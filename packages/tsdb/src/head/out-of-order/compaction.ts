import { createTimeSlice } from "@ferula/lifecycle";
import type { BlockRange } from "../../block/write-block.ts";
import type { SeriesRef } from "@ferula/storage";
import type { OutOfOrder } from "./out-of-order.ts";

/** The samples out of order that there are at a moment, all in chunk files, to be written to blocks. */
export interface OutOfOrderCompaction {
  /** The series that have such samples, in no order. */
  readonly refs: Uint32Array;
  /** The aligned times that they lie in, ascending: a block each. */
  readonly ranges: readonly BlockRange[];
  /** The place of the last chunk; those behind it have samples that came later. */
  readonly lastFileRef: number;
  /** The first segment of the log, which tells of later samples alone; undefined when there is no log. */
  readonly firstSegment: number | undefined;
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 5;

/** Series between two looks at the clock. */
const SERIES_A_LOOK = 256;

/** So few series are cut in one turn. */
const FEW_SERIES = 256;

/** After so many times over the series that have got samples meanwhile, all that are left are cut in one turn. */
const MOST_ROUNDS = 8;

/**
 * Makes all samples chunks, in slices, and tells what there is; undefined when there is nothing. Samples that come behind that may be among
 * what is compacted; they stay for the next time, too. Throws PromError when the log can't be written or chunks can't be, and the file
 * system's errors when the last compaction can't be finished. Nothing is lost then, and nothing is to be done about it.
 */
export async function beginCompaction(outOfOrder: OutOfOrder): Promise<OutOfOrderCompaction | undefined> {
  const { store, chunkRangeMs, unfinished } = outOfOrder;
  if (unfinished !== undefined) await finishCompaction(outOfOrder, unfinished);
  if (store.seriesCount === 0) return undefined;
  const cut = (ref: SeriesRef): void => {
    if (store.openSamples(ref) > 0) outOfOrder.cut(ref);
  };
  for (let round = 0; round < MOST_ROUNDS && store.openSeriesCount > FEW_SERIES; round++) await inSlices(store.openRefs(), cut);
  const { refs, lastFileRef, firstSegment } = freeze(outOfOrder);
  const rangeStarts = new Set<number>();
  await inSlices(refs, (ref) => {
    store.addRangeStarts(ref, chunkRangeMs, rangeStarts);
  });
  const ranges = [...rangeStarts].sort((a, b) => a - b).map((minTimeMs) => ({ minTimeMs, maxTimeMs: minTimeMs + chunkRangeMs }));
  return { refs, ranges, lastFileRef, firstSegment };
}

/**
 * Drops the samples that a compaction has brought into blocks, which are served by now, once the log tells of them no more. Throws the file
 * system's errors when it can't be shortened. They are kept then, as the next start would find them again: what is deleted meanwhile must be
 * deleted of them, too. The next compaction begins with another try.
 */
export async function finishCompaction(outOfOrder: OutOfOrder, compaction: OutOfOrderCompaction): Promise<void> {
  const { store, lateLog } = outOfOrder;
  const { refs, lastFileRef, firstSegment } = compaction;
  outOfOrder.unfinished = compaction;
  if (firstSegment !== undefined) lateLog?.removeBefore(firstSegment);
  outOfOrder.unfinished = undefined;
  await inSlices(refs, (ref) => {
    store.dropUpTo(ref, lastFileRef);
  });
  store.measureTimes();
}

/** In one turn: what the log tells until here is all in chunks, and what it tells in the segment that it goes on with is in none of them. */
function freeze(outOfOrder: OutOfOrder): Omit<OutOfOrderCompaction, "ranges"> {
  const { store, lateLog } = outOfOrder;
  for (const ref of store.openRefs()) outOfOrder.cut(ref);
  outOfOrder.checkWritten();
  outOfOrder.flushMarkers();
  return { refs: store.refs(), lastFileRef: store.lastFileRef, firstSegment: lateLog?.cut() };
}

async function inSlices(refs: Uint32Array, visit: (ref: SeriesRef) => void): Promise<void> {
  const slice = createTimeSlice(SLICE_MS);
  for (let i = 0; i < refs.length; i++) {
    visit(refs[i]);
    if (i % SERIES_A_LOOK === 0 && slice.isSpent()) await slice.yield();
  }
}
