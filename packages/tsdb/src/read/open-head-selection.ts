import { type ChunkEncoding, chunkEncodingOf, createChunkReader, type ChunkReader, isFloatEncoding } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";
import { createHistogramColumns, createSampleColumns, growSampleColumns, type HistogramColumns, type SampleColumns } from "@ferula/model";
import type { LabelSymbols, SeriesSet } from "@ferula/storage";
import { appendHistograms } from "../block/append-histograms.ts";
import type { Interval } from "../block/intervals.ts";
import { trimSamples } from "../block/trim-samples.ts";
import type { HeadChunkReader } from "../head-chunks/head-chunk-reader.ts";
import type { SeriesColumns } from "../query/join-samples.ts";
import { mergeColumns } from "../query/merge-samples.ts";
import { deletedOf } from "./deleted-times.ts";
import { FILE_PLACES, type HeadSelection } from "./head-selection.ts";
import { SlabCopier } from "./slab-copier.ts";
import { createSymbolReader, type SymbolReader } from "./symbol-reader.ts";

/** What a thread keeps from one selection to the next. */
export interface HeadSelectionReaderOptions {
  /** An address from `Db.reserveDecodeScratch`, for this thread alone; with it chunks are decoded by the kernel. */
  readonly decodeScratch?: number | undefined;
  /** Shares the thread's cache of strings; one of its own by default. */
  readonly symbolReader?: SymbolReader | undefined;
  /** Reads the head's files; needed where a selection names chunks in them. */
  readonly headChunks?: HeadChunkReader | undefined;
}

/** A chunk of a series of the head. The bytes are a whole chunk, header first. */
export interface HeadSeriesChunk {
  readonly encoding: ChunkEncoding;
  readonly bytes: Uint8Array;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** The series of a selection of the head. */
export interface HeadSeriesSet extends SeriesSet {
  readonly labelSymbols: LabelSymbols;
  /**
   * Visits the chunks of a series that overlap the range, whole and with what was deleted: those of samples in order by ascending time, then
   * those out of order. The bytes are good until the visit is over. The selection was taken `withDetails`.
   */
  readonly forEachChunk: (index: number, visit: (chunk: HeadSeriesChunk) => void) => void;
}

/**
 * The series of a selection, on whatever thread the shared memory is attached to. Labels and samples are read when they are asked for; then
 * PromError("internal") is thrown that says where when a file can't be read. The selection must not have been released.
 */
export function openHeadSelection(shared: SharedMemory, selection: HeadSelection, options: HeadSelectionReaderOptions = {}): HeadSeriesSet {
  shared.refresh();
  options.headChunks?.forgetBefore(selection.oldestFile);
  const symbolReader = options.symbolReader ?? createSymbolReader(shared);
  symbolReader.enter(selection.symbolGeneration);
  const chunks = new SelectedSamples(shared, selection, options);
  const { labelAddresses } = selection;
  const { u32 } = shared;
  let copier: SlabCopier | undefined;
  return {
    seriesCount: selection.seriesCount,
    labels: (index) => symbolReader.labels(labelAddresses[index]),
    // A block of labels is the number of pairs and then their symbols, see head/label-sets.ts.
    labelSymbols: {
      symbols: u32,
      symbolStart: (index) => (labelAddresses[index] >>> 2) + 1,
      symbolCount: (index) => 2 * u32[labelAddresses[index] >>> 2],
      symbolText: symbolReader.text,
    },
    read: (index, out) => chunks.read(index, out),
    readHistograms: (index, out) => chunks.readHistograms(index, out),
    forEachChunk(index, visit) {
      const { chunkStart, chunkPlaces, chunkSampleCounts, details } = selection;
      if (details === undefined) throw new Error("BUG: the chunks of a selection are visited that was taken without details");
      const { minTimesMs, maxTimesMs, bitLengths } = details;
      copier ??= new SlabCopier(shared);
      for (let i = chunkStart[index]; i < chunkStart[index + 1]; i++) {
        const place = chunkPlaces[i];
        const isInSlab = place >= 0 && place < FILE_PLACES;
        const { encoding, bytes } = isInSlab ? copier.copy(place, chunkSampleCounts[i], bitLengths[i]) : chunks.stored(place);
        visit({ encoding, bytes, minTimeMs: minTimesMs[i], maxTimeMs: maxTimesMs[i] });
      }
    },
  };
}

interface StoredChunk {
  readonly encoding: ChunkEncoding;
  readonly bytes: Uint8Array;
}

/** Kinds of samples of a series. */
const FLOATS = 1;
const HISTOGRAMS = 2;

/** Reads the samples of a selection. */
class SelectedSamples {
  private readonly selection: HeadSelection;
  private readonly chunkReader: ChunkReader;
  private readonly headChunks: HeadChunkReader | undefined;
  private readonly latestBits: Uint32Array | undefined;
  /**
   * What each series has whose chunks that are not in shared memory were looked at, so that those of the other kind are not read a second
   * time. Most selections have none.
   */
  private kinds: Uint8Array | undefined;

  constructor(shared: SharedMemory, selection: HeadSelection, { decodeScratch, headChunks }: HeadSelectionReaderOptions) {
    const { latestValues } = selection;
    this.selection = selection;
    this.chunkReader = createChunkReader(shared, decodeScratch);
    this.headChunks = headChunks;
    this.latestBits = latestValues && new Uint32Array(latestValues.buffer, latestValues.byteOffset, latestValues.length * 2);
  }

  read(index: number, out: SampleColumns): void {
    const { selection, latestBits } = this;
    const { latestTimestampsMs } = selection;
    // Fast path: the newest sample is all that counts. NaN compares with nothing.
    if (latestTimestampsMs !== undefined && latestBits !== undefined && latestTimestampsMs[index] <= Infinity) {
      if (out.timestampsMs.length === 0) growSampleColumns(out, 1);
      out.timestampsMs[0] = latestTimestampsMs[index];
      out.valueBits[0] = latestBits[2 * index];
      out.valueBits[1] = latestBits[2 * index + 1];
      out.length = 1;
      return;
    }
    out.length = 0;
    const { chunkStart, chunkPlaces, chunkSampleCounts, minTimeMs, maxTimeMs, overlapping } = selection;
    if (overlapping !== undefined && overlapping[index] === 1) {
      this.merge(index, { floats: out, histograms: createHistogramColumns(0) });
      return;
    }
    if (this.kinds !== undefined && this.kinds[index] === HISTOGRAMS) return;
    if (this.readNewest(index, out)) return;
    let kinds = 0;
    let hasStored = false;
    for (let i = chunkStart[index]; i < chunkStart[index + 1]; i++) {
      const place = chunkPlaces[i];
      if (place >= 0 && place < FILE_PLACES) {
        this.chunkReader.read(place, chunkSampleCounts[i], out);
        kinds |= FLOATS;
      } else {
        kinds |= this.readStored(place, out);
        hasStored = true;
      }
    }
    if (hasStored) (this.kinds ??= new Uint8Array(selection.seriesCount))[index] = kinds;
    trimSamples(out, 0, minTimeMs, maxTimeMs, selection.deleted === undefined ? undefined : deletedOf(selection.deleted, index));
  }

  /** Reads only what counts, where that is asked for and is in shared memory; false where all is to be read. */
  private readNewest(index: number, out: SampleColumns): boolean {
    const { latestAtMs, chunkStart, chunkPlaces, chunkSampleCounts, minTimeMs, maxTimeMs, deleted } = this.selection;
    if (latestAtMs === undefined || deleted !== undefined) return false;
    const untilMs = Math.min(latestAtMs, maxTimeMs);
    for (let i = chunkStart[index + 1] - 1; i >= chunkStart[index]; i--) {
      const place = chunkPlaces[i];
      if (place < 0 || place >= FILE_PLACES) return false;
      if (!this.chunkReader.readNewest(place, chunkSampleCounts[i], untilMs, out)) continue;
      if (out.timestampsMs[0] < minTimeMs) out.length = 0;
      return true;
    }
    return true;
  }

  readHistograms(index: number, out: HistogramColumns): void {
    out.length = 0;
    const { chunkStart, chunkPlaces, overlapping, deleted } = this.selection;
    if (overlapping !== undefined && overlapping[index] === 1) {
      this.merge(index, { floats: createSampleColumns(0), histograms: out });
      return;
    }
    if (this.kinds !== undefined && this.kinds[index] === FLOATS) return;
    const intervals = deletedOf(deleted, index);
    for (let i = chunkStart[index]; i < chunkStart[index + 1]; i++) {
      const place = chunkPlaces[i];
      if (place >= 0 && place < FILE_PLACES) continue;
      this.appendHistograms(place, out, intervals);
    }
  }

  /** A chunk that is not in shared memory; its bytes are good until another is asked for. */
  stored(place: number): StoredChunk {
    if (place > 0) {
      if (this.headChunks === undefined) throw new Error("BUG: a selection with chunks in files is read without a reader of them");
      return this.headChunks.readData(place);
    }
    const { copies } = this.selection;
    const copy = -place - 1;
    const encoding = chunkEncodingOf(copies?.encodings[copy] ?? 0);
    if (copies === undefined || encoding === undefined) throw new Error(`BUG: a selection has no copy ${copy}`);
    return { encoding, bytes: copies.bytes.subarray(copies.starts[copy], copies.starts[copy + 1]) };
  }

  /** Appends the floats of a chunk, if it has any, and returns the kind of its samples. */
  private readStored(place: number, out: SampleColumns): number {
    const { encoding, bytes } = this.stored(place);
    if (!isFloatEncoding(encoding)) return HISTOGRAMS;
    try {
      this.chunkReader.readBytes(encoding, bytes, out);
    } catch (error) {
      throw this.unreadable(place, error);
    }
    return FLOATS;
  }

  /** Both kinds of samples, as one may stand in the way of the other at the same time. */
  private merge(index: number, out: SeriesColumns): void {
    const { chunkStart, chunkPlaces, chunkSampleCounts, minTimeMs, maxTimeMs, deleted } = this.selection;
    const intervals = deletedOf(deleted, index);
    const members: SeriesColumns[] = [];
    for (let i = chunkStart[index]; i < chunkStart[index + 1]; i++) {
      const member: SeriesColumns = { floats: createSampleColumns(0), histograms: createHistogramColumns(0) };
      const place = chunkPlaces[i];
      if (place >= 0 && place < FILE_PLACES) this.chunkReader.read(place, chunkSampleCounts[i], member.floats);
      else if (this.readStored(place, member.floats) === HISTOGRAMS) this.appendHistograms(place, member.histograms, intervals);
      trimSamples(member.floats, 0, minTimeMs, maxTimeMs, intervals);
      members.push(member);
    }
    mergeColumns(members, members.length, out);
  }

  /** Appends the histograms of a chunk, if it has any. */
  private appendHistograms(place: number, out: HistogramColumns, deleted: readonly Interval[]): void {
    const { encoding, bytes } = this.stored(place);
    if (isFloatEncoding(encoding)) return;
    try {
      appendHistograms(encoding, bytes, out, this.selection.minTimeMs, this.selection.maxTimeMs, deleted);
    } catch (error) {
      throw this.unreadable(place, error);
    }
  }

  /** A chunk whose checksum is right may have been written wrong. */
  private unreadable(place: number, error: unknown): unknown {
    return place < 0 || this.headChunks === undefined ? error : this.headChunks.unreadable(place, error);
  }
}
