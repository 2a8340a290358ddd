import type { SelectHints } from "@ferula/storage";
import type { Interval } from "../block/intervals.ts";
import { packDeleted } from "../read/deleted-times.ts";
import type { DeletedTimes, HeadSelection } from "../read/head-selection.ts";
import { ChunkPicker, type HeadPart } from "./chunk-picker.ts";
import type { Head } from "./head.ts";
import { SelectedChunks, shared } from "./selected-chunks.ts";

/** What is selected of the series, and how much is told of it. */
export interface SelectionOptions extends SelectHints {
  /** Default: all. */
  readonly part?: HeadPart;
  /** Whether `HeadSelection.details` are told, for who passes chunks on as they are. Default: false. */
  readonly withDetails?: boolean;
}

/** Most selects are of the newest chunk and the one before it. */
const USUAL_CHUNKS_A_SERIES = 2;

/**
 * Notes where the chunks of `refs` lie that overlap the range (both ends inclusive), and how many samples each open one has now. Series
 * without such a chunk are left out. The arrays share memory with other threads, so that posting a selection copies nothing. `refs` is
 * written over: the first `seriesCount` are afterwards those of the selection.
 *
 * With `latestAtMs`, a series whose newest sample is not after it is answered by that sample alone and needs no chunk.
 */
export function takeSelection(
  head: Head,
  refs: Uint32Array,
  minTimeMs: number,
  maxTimeMs: number,
  options: SelectionOptions = {},
): HeadSelection {
  const { latestAtMs, withDetails = false, part = "all" } = options;
  const usualChunks = latestAtMs === undefined ? refs.length * USUAL_CHUNKS_A_SERIES : 0;
  const selected = new SelectedChunks(Math.max(usualChunks, 16), withDetails);
  const picker = new ChunkPicker(head, selected, minTimeMs, maxTimeMs, part);
  const chunkStart = new Uint32Array(refs.length + 1);
  const latest = latestAtMs === undefined ? undefined : new LatestSamples(refs.length);
  let overlapping: Uint8Array | undefined;
  let seriesCount = 0;
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i];
    chunkStart[seriesCount] = selected.count;
    if (latestAtMs !== undefined && picker.isAnsweredByLatest(ref, latestAtMs)) {
      latest?.put(seriesCount, head, ref);
    } else {
      if (!picker.pick(ref)) continue;
      if (picker.isOverlapping) (overlapping ??= new Uint8Array(new SharedArrayBuffer(refs.length)))[seriesCount] = 1;
    }
    refs[seriesCount++] = ref;
  }
  chunkStart[seriesCount] = selected.count;
  const deleted = deletedOfSeries(head, refs.subarray(0, seriesCount));
  const copies = selected.shareCopies();
  return {
    minTimeMs,
    maxTimeMs,
    seriesCount,
    ...shareColumns(head, refs, seriesCount, chunkStart, selected),
    ...(withDetails ? { details: selected.shareDetails() } : {}),
    ...(copies === undefined ? {} : { copies }),
    ...(overlapping === undefined ? {} : { overlapping }),
    ...(deleted === undefined ? {} : { deleted }),
    ...latest?.share(seriesCount),
    oldestFile: head.finished.files?.oldestFile ?? 0,
    symbolGeneration: head.symbolGeneration,
    pin: head.slabAllocator.pin(),
  };
}

function deletedOfSeries({ tombstones }: Head, refs: Uint32Array): DeletedTimes | undefined {
  if (tombstones.seriesCount === 0) return undefined;
  return packDeleted(Array.from(refs, (ref): readonly Interval[] | undefined => tombstones.of(ref)));
}

/** One buffer for all: making a SharedArrayBuffer costs microseconds. Widest elements first, so that all are aligned. */
function shareColumns(
  { labelSets }: Head,
  refs: Uint32Array,
  seriesCount: number,
  chunkStart: Uint32Array,
  { count, places, sampleCounts }: SelectedChunks,
): Pick<HeadSelection, "labelAddresses" | "chunkStart" | "chunkPlaces" | "chunkSampleCounts"> {
  const buffer = new SharedArrayBuffer(8 * count + 4 * (2 * seriesCount + 1) + 2 * count);
  const labelAddresses = new Uint32Array(buffer, 8 * count, seriesCount);
  for (let i = 0; i < seriesCount; i++) labelAddresses[i] = labelSets.address(refs[i]);
  const startsAt = 8 * count + 4 * seriesCount;
  return {
    labelAddresses,
    chunkStart: shared(new Uint32Array(buffer, startsAt, seriesCount + 1), chunkStart),
    chunkPlaces: shared(new Float64Array(buffer, 0, count), places),
    chunkSampleCounts: shared(new Uint16Array(buffer, startsAt + 4 * (seriesCount + 1), count), sampleCounts),
  };
}

/** The newest samples of those series that they answer for, by the number of the series in the selection. */
class LatestSamples {
  private readonly timestampsMs: Float64Array;
  private readonly values: Float64Array;
  private readonly bits: Uint32Array;

  constructor(capacity: number) {
    const buffer = new SharedArrayBuffer(16 * capacity);
    this.timestampsMs = new Float64Array(buffer, 0, capacity).fill(NaN);
    this.values = new Float64Array(buffer, 8 * capacity, capacity);
    this.bits = new Uint32Array(buffer, 8 * capacity, 2 * capacity);
  }

  put(index: number, { series }: Head, ref: number): void {
    this.timestampsMs[index] = series.lastTimestampsMs[ref];
    this.bits[2 * index] = series.lastBits[2 * ref];
    this.bits[2 * index + 1] = series.lastBits[2 * ref + 1];
  }

  share(seriesCount: number): Pick<HeadSelection, "latestTimestampsMs" | "latestValues"> {
    return { latestTimestampsMs: this.timestampsMs.subarray(0, seriesCount), latestValues: this.values.subarray(0, seriesCount) };
  }
}
