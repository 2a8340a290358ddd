import { type FloatEncoder, type FloatEncoding, type Slab, slabAddress, type SlabAllocator, Xor2Encoder, XorEncoder } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";
import type { SampleBatch } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import { MOST_CHUNK_BYTES_BEFORE_APPEND, predictedEndMs, rangeEndMs } from "./chunk-cut.ts";
import type { FinishedChunk, FinishedChunks } from "./finished-chunks.ts";
import type { FloatCheck } from "./float-check.ts";
import type { HeadCounters } from "./head-counters.ts";
import type { HeadTimes } from "./head-times.ts";
import type { HistogramChunks } from "./histograms/histogram-chunks.ts";
import type { SeriesTable } from "./series-table.ts";
import { STORED } from "./verdicts.ts";

/** The rules of chunks, see `TsdbOptions`. */
export interface ChunkRules {
  readonly chunkRangeMs: number;
  readonly samplesPerChunk: number;
  /** Default: `xor`. */
  readonly floatEncoding?: FloatEncoding | undefined;
  /** Whether chunks of histograms keep start timestamps. */
  readonly keepsHistogramStarts?: boolean | undefined;
  /** Whether a zero goes before samples that tell when their counter began. */
  readonly storesZeros?: boolean | undefined;
}

/** What the chunks of floats are part of. */
export interface FloatChunksParts {
  readonly shared: SharedMemory;
  readonly slabAllocator: SlabAllocator;
  readonly series: SeriesTable;
  readonly finished: FinishedChunks;
  readonly histograms: HistogramChunks;
  readonly counters: HeadCounters;
  readonly times: HeadTimes;
  readonly rules: ChunkRules;
}

/** So many places are fetched ahead: that many lines of 64 bytes fit the smallest of a processor's caches beside all else. */
const FETCHED_ROWS = 64;

/** The open chunk of floats of each series, and when it ends. */
export class FloatChunks {
  readonly encoder: FloatEncoder;
  /** How many series have an open chunk. */
  openCount = 0;
  /** What `fetch` read. It means nothing, but V8 leaves out reads of which nothing comes. */
  fetched = 0;
  private readonly parts: FloatChunksParts;

  constructor(parts: FloatChunksParts) {
    this.parts = parts;
    const Encoder = parts.rules.floatEncoding === "xor2" ? Xor2Encoder : XorEncoder;
    this.encoder = new Encoder(parts.shared, parts.slabAllocator);
  }

  /** Appends the stored rows of the batch that was checked last. */
  encode(batch: SampleBatch, check: FloatCheck): void {
    const { timestampsMs, valueBits, startTimestampsMs } = batch;
    const { previousTimestampsMs, previousBits } = check;
    this.encoder.bind({ timestampsMs, valueBits, previousTimestampsMs, previousBits, startTimestampsMs });
    for (let row = 0; row < batch.length; row += FETCHED_ROWS) {
      const end = Math.min(row + FETCHED_ROWS, batch.length);
      this.fetch(batch.refs, row, end);
      this.encodeRows(batch, check, row, end);
    }
  }

  /**
   * Brings the places that the next rows are written to into the processor's cache. These lie all over the memory, and the encoder would
   * wait for one after the other; reads that do not depend on each other are under way together. Benchmark: ingest.
   */
  private fetch(refs: Uint32Array, start: number, end: number): void {
    const { slabs, bitLengths } = this.encoder;
    const { u8 } = this.parts.shared;
    let sum = 0;
    for (let row = start; row < end; row++) {
      const ref = refs[row];
      // Any number may stand for a series in a row that was refused.
      if (ref < slabs.length) sum += u8[slabAddress(slabs[ref]) + (bitLengths[ref] >>> 3)];
    }
    this.fetched = sum;
  }

  private encodeRows({ refs, timestampsMs }: SampleBatch, check: FloatCheck, start: number, end: number): void {
    const { verdicts, previousTimestampsMs } = check;
    const { encoder } = this;
    const { rules, times, series } = this.parts;
    const { samplesPerChunk } = rules;
    const { chunkEndsMs } = series;
    const predictAt = Math.trunc(samplesPerChunk / 4);
    const mostSamples = samplesPerChunk * 2;
    let { oldestMs, newestMs } = times;
    for (let row = start; row < end; row++) {
      if (verdicts[row] !== STORED) continue;
      const ref = refs[row];
      const timestampMs = timestampsMs[row];
      if (timestampMs < oldestMs) oldestMs = timestampMs;
      if (timestampMs > newestMs) newestMs = timestampMs;
      if (encoder.slabs[ref] === 0) {
        this.startChunk(ref, timestampMs);
      } else {
        if (encoder.byteLength(ref) > MOST_CHUNK_BYTES_BEFORE_APPEND) this.cutChunk(ref, previousTimestampsMs[row], timestampMs);
        const sampleCount = encoder.sampleCounts[ref];
        if (sampleCount === predictAt) {
          chunkEndsMs[ref] = predictedEndMs(encoder.firstTimestampMs(encoder.slabs[ref]), previousTimestampsMs[row], chunkEndsMs[ref]);
        }
        if (timestampMs >= chunkEndsMs[ref] || sampleCount >= mostSamples) this.cutChunk(ref, previousTimestampsMs[row], timestampMs);
      }
      encoder.push(ref, row);
    }
    times.oldestMs = oldestMs;
    times.newestMs = newestMs;
  }

  /** Starts a chunk for the series, which has none open. */
  startChunk(ref: SeriesRef, timestampMs: number): void {
    const { series, rules, counters, histograms } = this.parts;
    histograms.finish(ref);
    this.encoder.start(ref);
    series.chunkEndsMs[ref] = rangeEndMs(timestampMs, rules.chunkRangeMs);
    this.openCount++;
    counters.chunksCreated++;
  }

  /** Ends the series' open chunk, if there is one: what follows is a histogram. `newestMs` is the time of its newest sample. */
  finish(ref: SeriesRef, newestMs: number): void {
    if (this.encoder.slabs[ref] !== 0) this.finishChunk(ref, newestMs);
  }

  /** Forgets the series' open chunk, if there is one. */
  drop(ref: SeriesRef): void {
    if (this.encoder.slabs[ref] === 0) return;
    this.parts.slabAllocator.retire(this.encoder.finish(ref));
    this.openCount--;
    this.parts.counters.chunksRemoved++;
  }

  /** Ends the series' open chunk, whose newest sample is of `newestMs`, and starts one that begins with `timestampMs`. */
  cutChunk(ref: SeriesRef, newestMs: number, timestampMs: number): void {
    this.finishChunk(ref, newestMs);
    this.startChunk(ref, timestampMs);
  }

  private finishChunk(ref: SeriesRef, newestMs: number): void {
    const { encoder } = this;
    const { finished, slabAllocator } = this.parts;
    const sampleCount = encoder.sampleCounts[ref];
    const byteLength = encoder.byteLength(ref);
    const slab = encoder.finish(ref);
    const minTimeMs = encoder.firstTimestampMs(slab);
    this.openCount--;
    if (encoder.encoding === "xor") {
      finished.addSlab(ref, slab, sampleCount, byteLength, minTimeMs, newestMs);
    } else {
      finished.add(ref, { encoding: encoder.encoding, bytes: this.copySlab(slab, byteLength), minTimeMs, maxTimeMs: newestMs });
      slabAllocator.retire(slab);
    }
  }

  /** A copy of the series' open chunk, its count in its header. */
  openChunk(ref: SeriesRef): FinishedChunk | undefined {
    const { encoder } = this;
    const slab = encoder.slabs[ref];
    if (slab === 0) return undefined;
    const bytes = this.copySlab(slab, encoder.byteLength(ref));
    bytes[0] = encoder.sampleCounts[ref] >>> 8;
    bytes[1] = encoder.sampleCounts[ref];
    const { encoding } = encoder;
    return { encoding, bytes, minTimeMs: encoder.firstTimestampMs(slab), maxTimeMs: this.parts.series.lastTimestampsMs[ref] };
  }

  private copySlab(slab: Slab, byteLength: number): Uint8Array {
    const start = slabAddress(slab);
    return this.parts.shared.u8.slice(start, start + byteLength);
  }
}
