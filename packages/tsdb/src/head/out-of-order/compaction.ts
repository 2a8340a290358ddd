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
  /** The place of the last chunk. */
  readonly lastFileRef: number;
  /** The first segment of the log that tells of other samples; undefined when there is no log. */
  readonly firstSegment: number | undefined;
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 5;

/** Series between two looks at the clock. */
const SERIES_A_LOOK = 256;

/**
 * Makes all samples chunks, in slices, and tells what there is; undefined when there is nothing. Samples that come meanwhile may be among
 * what is compacted; they stay for the next time, too. Throws PromError when the log can't go on in another segment or chunks can't be
 * written. Nothing is lost then, and nothing is to be done about it.
 */
export async function beginCompaction(outOfOrder: OutOfOrder): Promise<OutOfOrderCompaction | undefined> {
  const { store, lateLog, chunkRangeMs } = outOfOrder;
  if (store.seriesCount === 0) return undefined;
  const firstSegment = lateLog?.cut();
  await inSlices(store.openRefs(), (ref) => {
    if (store.openSamples(ref) > 0) outOfOrder.cut(ref);
  });
  outOfOrder.checkWritten();
  outOfOrder.flushMarkers();
  let lastFileRef = 0;
  const rangeStarts = new Set<number>();
  const refs = store.refs();
  await inSlices(refs, (ref) => {
    lastFileRef = Math.max(lastFileRef, store.lastFileRef(ref));
    store.addRangeStarts(ref, chunkRangeMs, rangeStarts);
  });
  const ranges = [...rangeStarts].sort((a, b) => a - b).map((minTimeMs) => ({ minTimeMs, maxTimeMs: minTimeMs + chunkRangeMs }));
  return { refs, ranges, lastFileRef, firstSegment };
}

/**
 * Drops the samples that a compaction has brought into blocks, which are served by now, and what the log tells of them. Throws the file
 * system's errors when the log can't be shortened; its old segments go with the next compaction then.
 */
export async function finishCompaction(outOfOrder: OutOfOrder, { refs, lastFileRef, firstSegment }: OutOfOrderCompaction): Promise<void> {
  const { store, lateLog } = outOfOrder;
  await inSlices(refs, (ref) => {
    store.dropUpTo(ref, lastFileRef);
  });
  store.measureTimes();
  if (firstSegment !== undefined) lateLog?.removeBefore(firstSegment);
}

async function inSlices(refs: Uint32Array, visit: (ref: SeriesRef) => void): Promise<void> {
  const slice = createTimeSlice(SLICE_MS);
  for (let i = 0; i < refs.length; i++) {
    visit(refs[i]);
    if (i % SERIES_A_LOOK === 0 && slice.isSpent()) await slice.yield();
  }
}
