import type { SelectHints } from "@ferula/storage";
import type { Interval } from "../block/intervals.ts";
import { packDeleted } from "../read/deleted-times.ts";
import type { DeletedTimes, HeadSelection } from "../read/head-selection.ts";
import { ChunkPicker, type HeadPart } from "./chunk-picker.ts";
import type { Head } from "./head.ts";
import { SelectedChunks } from "./selected-chunks.ts";

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
  const { latestAtMs, withStarts = false, withDetails = withStarts, part = "all" } = options;
  const selected = new SelectedChunks(latestAtMs === undefined ? refs.length * USUAL_CHUNKS_A_SERIES : 0, withDetails);
  const picker = new ChunkPicker(head, selected, minTimeMs, maxTimeMs, part);
  const columns = new SeriesColumns(refs.length, latestAtMs !== undefined);
  let overlapping: Uint8Array | undefined;
  let seriesCount = 0;
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i];
    columns.chunkStart[seriesCount] = selected.count;
    if (latestAtMs !== undefined && picker.isAnsweredByLatest(ref, latestAtMs)) {
      columns.putLatest(seriesCount, head, ref);
    } else {
      if (!picker.pick(ref)) continue;
      if (picker.isOverlapping) (overlapping ??= new Uint8Array(new SharedArrayBuffer(refs.length)))[seriesCount] = 1;
    }
    columns.labelAddresses[seriesCount] = head.labelSets.address(ref);
    refs[seriesCount++] = ref;
  }
  columns.chunkStart[seriesCount] = selected.count;
  const isWhole = seriesCount === refs.length;
  const { latestTimestampsMs, latestValues } = columns;
  const { places, sampleCounts } = selected.sharePlaces();
  return {
    minTimeMs,
    maxTimeMs,
    seriesCount,
    labelAddresses: isWhole ? columns.labelAddresses : columns.labelAddresses.subarray(0, seriesCount),
    chunkStart: isWhole ? columns.chunkStart : columns.chunkStart.subarray(0, seriesCount + 1),
    chunkPlaces: places,
    chunkSampleCounts: sampleCounts,
    details: withDetails ? selected.shareDetails() : undefined,
    copies: selected.shareCopies(),
    overlapping,
    deleted: deletedOfSeries(head, refs, seriesCount),
    latestAtMs,
    latestTimestampsMs: isWhole ? latestTimestampsMs : latestTimestampsMs?.subarray(0, seriesCount),
    latestValues: isWhole ? latestValues : latestValues?.subarray(0, seriesCount),
    oldestFile: head.finished.files?.oldestFile ?? 0,
    symbolGeneration: head.symbolGeneration,
    pin: head.slabAllocator.pin(),
  };
}

function deletedOfSeries({ tombstones }: Head, refs: Uint32Array, seriesCount: number): DeletedTimes | undefined {
  if (tombstones.seriesCount === 0) return undefined;
  return packDeleted(Array.from(refs.subarray(0, seriesCount), (ref): readonly Interval[] | undefined => tombstones.of(ref)));
}

/**
 * What a selection tells of each series, with room for all that may be in it, in memory that threads share. One buffer for all: making one
 * costs microseconds. Widest elements first, so that all are aligned.
 */
class SeriesColumns {
  /** As in `HeadSelection`. */
  readonly labelAddresses: Uint32Array;
  readonly chunkStart: Uint32Array;
  readonly latestTimestampsMs: Float64Array | undefined;
  readonly latestValues: Float64Array | undefined;
  private readonly latestBits: Uint32Array | undefined;

  constructor(capacity: number, withLatest: boolean) {
    const latestBytes = withLatest ? 8 * capacity : 0;
    const buffer = new SharedArrayBuffer(2 * latestBytes + 4 * (2 * capacity + 1));
    this.labelAddresses = new Uint32Array(buffer, 2 * latestBytes, capacity);
    this.chunkStart = new Uint32Array(buffer, 2 * latestBytes + 4 * capacity, capacity + 1);
    if (!withLatest) return;
    this.latestTimestampsMs = new Float64Array(buffer, 0, capacity).fill(NaN);
    this.latestValues = new Float64Array(buffer, latestBytes, capacity);
    this.latestBits = new Uint32Array(buffer, latestBytes, 2 * capacity);
  }

  putLatest(index: number, { series }: Head, ref: number): void {
    const { latestTimestampsMs, latestBits } = this;
    if (latestTimestampsMs === undefined || latestBits === undefined) return;
    latestTimestampsMs[index] = series.lastTimestampsMs[ref];
    latestBits[2 * index] = series.lastBits[2 * ref];
    latestBits[2 * index + 1] = series.lastBits[2 * ref + 1];
  }
}
