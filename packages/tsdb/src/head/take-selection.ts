import type { SelectHints } from "@ferula/storage";
import type { Interval } from "../block/intervals.ts";
import { packDeleted } from "../read/deleted-times.ts";
import type { HeadSelection } from "../read/head-selection.ts";
import { runSteps, type Steps } from "../steps.ts";
import { ChunkPicker, type HeadPart } from "./chunk-picker.ts";
import type { Head } from "./head.ts";
import { SelectedChunks } from "./selected-chunks.ts";
import type { SlicedRead } from "./sliced-reads.ts";

/** What is selected of the series, and how much is told of it. */
export interface SelectionOptions extends SelectHints {
  /** Default: all. */
  readonly part?: HeadPart;
  /** Whether `HeadSelection.details` are told, for who passes chunks on as they are. Default: false. */
  readonly withDetails?: boolean;
}

/** Most selects are of the newest chunk and the one before it. */
const USUAL_CHUNKS_A_SERIES = 2;

/** So many series are taken in one step. */
const SERIES_A_STEP = 512;

/*
 * What became of a series, see `SelectionTake.states`.
 */

const PENDING = 0;
const TAKEN = 1;
/** It has nothing in the range. */
const LEFT_OUT = 2;

/** Takes a selection in one turn, see `SelectionTake`. */
export function takeSelection(
  head: Head,
  refs: Uint32Array,
  minTimeMs: number,
  maxTimeMs: number,
  options: SelectionOptions = {},
): HeadSelection {
  const take = new SelectionTake(head, refs, minTimeMs, maxTimeMs, options);
  try {
    return runSteps(take.steps());
  } catch (error) {
    head.slabAllocator.release(take.pin);
    throw error;
  }
}

/**
 * Notes where the chunks of `refs` lie that overlap the range (both ends inclusive), and how many samples each open one has. Series
 * without such a chunk are left out. The arrays share memory with other threads, so that posting a selection copies nothing. `refs` is
 * written over: the first `seriesCount` are afterwards those of the selection.
 *
 * With `latestAtMs`, a series whose newest sample is not after it is answered by that sample alone and needs no chunk.
 *
 * It is pinned from the beginning, and made in steps. Where others have their turn between these, it is one of the head's `slicedReads`, and
 * `refs` ascend: each series is taken before it changes, so that all are as they were at the beginning.
 */
export class SelectionTake implements SlicedRead {
  readonly pin: number;
  readonly ended: Promise<void>;
  private readonly head: Head;
  private readonly refs: Uint32Array;
  private readonly minTimeMs: number;
  private readonly maxTimeMs: number;
  private readonly latestAtMs: number | undefined;
  private readonly picker: ChunkPicker;
  private readonly selected: SelectedChunks;
  private readonly columns: SeriesColumns;
  private readonly states: Uint8Array;
  private overlapping: Uint8Array | undefined;
  private deleted: (readonly Interval[] | undefined)[] | undefined;
  private leftOutCount = 0;
  /** Whether the chunks of a series may stand behind those of a later one. */
  private isDisordered = false;
  /** Those before are done. */
  private next = 0;
  /** The series that was asked for last: batches are mostly in the order of references. */
  private foundLast = 0;
  private end: () => void = () => undefined;

  constructor(head: Head, refs: Uint32Array, minTimeMs: number, maxTimeMs: number, options: SelectionOptions = {}) {
    const { latestAtMs, withStarts = false, withDetails = withStarts, part = "all" } = options;
    this.head = head;
    this.refs = refs;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    this.latestAtMs = latestAtMs;
    this.selected = new SelectedChunks(latestAtMs === undefined ? refs.length * USUAL_CHUNKS_A_SERIES : 0, withDetails);
    this.picker = new ChunkPicker(head, this.selected, minTimeMs, maxTimeMs, part);
    this.columns = new SeriesColumns(refs.length, latestAtMs !== undefined);
    this.states = new Uint8Array(refs.length);
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.pin = head.slabAllocator.pin();
  }

  /** Where they fail, the pin is not released. */
  *steps(): Steps<HeadSelection> {
    while (this.next < this.refs.length) {
      this.takeUntil(Math.min(this.next + SERIES_A_STEP, this.refs.length));
      yield;
    }
    return this.selection();
  }

  /** Says that it is over, whatever became of it. */
  close(): void {
    this.end();
  }

  /** Takes a series now that is among those that were not taken yet. */
  beforeChange(ref: number): void {
    const index = this.indexOf(ref);
    if (index < 0 || this.states[index] !== PENDING) return;
    this.isDisordered = true;
    this.take(index);
  }

  private takeUntil(end: number): void {
    const { states } = this;
    for (let i = this.next; i < end; i++) if (states[i] === PENDING) this.take(i);
    this.next = end;
  }

  private take(index: number): void {
    const { head, picker, selected, columns, latestAtMs } = this;
    const ref = this.refs[index];
    const firstChunk = selected.count;
    if (latestAtMs !== undefined && picker.isAnsweredByLatest(ref, latestAtMs)) {
      columns.putLatest(index, head, ref);
    } else if (!picker.pick(ref)) {
      this.states[index] = LEFT_OUT;
      this.leftOutCount++;
      return;
    } else if (picker.isOverlapping) {
      (this.overlapping ??= new Uint8Array(new SharedArrayBuffer(this.refs.length)))[index] = 1;
    }
    columns.chunkStart[index] = firstChunk;
    columns.chunkCounts[index] = selected.count - firstChunk;
    columns.labelAddresses[index] = head.labelSets.address(ref);
    this.states[index] = TAKEN;
    if (head.tombstones.seriesCount === 0) return;
    const deleted = head.tombstones.of(ref);
    if (deleted !== undefined) (this.deleted ??= Array.from({ length: this.refs.length }))[index] = deleted;
  }

  /** Where a series stands, behind those that are done; -1 where it does not. */
  private indexOf(ref: number): number {
    const { refs } = this;
    if (refs[this.foundLast + 1] === ref) return ++this.foundLast;
    let low = this.next;
    let high = refs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (refs[middle] < ref) low = middle + 1;
      else high = middle;
    }
    if (low === refs.length || refs[low] !== ref) return -1;
    this.foundLast = low;
    return low;
  }

  private selection(): HeadSelection {
    const { head, refs, columns, minTimeMs, maxTimeMs, latestAtMs, pin } = this;
    const seriesCount = refs.length - this.leftOutCount;
    const selected = this.isDisordered ? this.inOrder() : this.selected;
    if (this.leftOutCount > 0 || this.isDisordered) this.closeUp();
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
      details: selected.withDetails ? selected.shareDetails() : undefined,
      copies: selected.shareCopies(),
      overlapping: this.overlapping,
      deleted: this.deleted === undefined ? undefined : packDeleted(this.deleted, seriesCount),
      latestAtMs,
      latestTimestampsMs: isWhole ? latestTimestampsMs : latestTimestampsMs?.subarray(0, seriesCount),
      latestValues: isWhole ? latestValues : latestValues?.subarray(0, seriesCount),
      oldestFile: head.finished.files?.oldestFile ?? 0,
      symbolGeneration: head.symbolGeneration,
      pin,
    };
  }

  /** The chunks in the order of their series. */
  private inOrder(): SelectedChunks {
    const { selected, states } = this;
    const { chunkStart, chunkCounts } = this.columns;
    const ordered = selected.emptied();
    for (let i = 0; i < states.length; i++) if (states[i] === TAKEN) ordered.append(selected, chunkStart[i], chunkCounts[i]);
    return ordered;
  }

  /** Moves what is told of series to the place of those before them that are left out; the chunks are in order by now. */
  private closeUp(): void {
    const { refs, states, columns, overlapping, deleted } = this;
    let to = 0;
    let firstChunk = 0;
    for (let i = 0; i < refs.length; i++) {
      if (states[i] !== TAKEN) continue;
      const chunkCount = columns.chunkCounts[i];
      columns.move(i, to);
      columns.chunkStart[to] = firstChunk;
      firstChunk += chunkCount;
      if (overlapping !== undefined) overlapping[to] = overlapping[i];
      if (deleted !== undefined) deleted[to] = deleted[i];
      refs[to++] = refs[i];
    }
  }
}

/**
 * What a selection tells of each series, with room for all that may be in it, in memory that threads share. One buffer for all: making one
 * costs microseconds. Widest elements first, so that all are aligned.
 */
class SeriesColumns {
  /** As in `HeadSelection`. */
  readonly labelAddresses: Uint32Array;
  readonly chunkStart: Uint32Array;
  /** How many chunks each series has. */
  readonly chunkCounts: Uint32Array;
  readonly latestTimestampsMs: Float64Array | undefined;
  readonly latestValues: Float64Array | undefined;
  private readonly latestBits: Uint32Array | undefined;

  constructor(capacity: number, withLatest: boolean) {
    const latestBytes = withLatest ? 8 * capacity : 0;
    const buffer = new SharedArrayBuffer(2 * latestBytes + 4 * (2 * capacity + 1));
    this.labelAddresses = new Uint32Array(buffer, 2 * latestBytes, capacity);
    this.chunkStart = new Uint32Array(buffer, 2 * latestBytes + 4 * capacity, capacity + 1);
    this.chunkCounts = new Uint32Array(capacity);
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

  /** Moves what is told of a series to another place, but for its chunks. */
  move(from: number, to: number): void {
    const { labelAddresses, latestTimestampsMs, latestBits } = this;
    labelAddresses[to] = labelAddresses[from];
    if (latestTimestampsMs === undefined || latestBits === undefined) return;
    latestTimestampsMs[to] = latestTimestampsMs[from];
    latestBits[2 * to] = latestBits[2 * from];
    latestBits[2 * to + 1] = latestBits[2 * from + 1];
  }
}
