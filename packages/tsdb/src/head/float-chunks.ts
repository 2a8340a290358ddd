import { type SlabAllocator, XorEncoder } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";
import type { SampleBatch } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import { MOST_CHUNK_BYTES_BEFORE_APPEND, predictedEndMs, rangeEndMs } from "./chunk-cut.ts";
import type { ChunkTable } from "./chunk-table.ts";
import type { FloatCheck } from "./float-check.ts";
import type { HeadCounters } from "./head-counters.ts";
import type { HeadTimes } from "./head-times.ts";
import type { SeriesTable } from "./series-table.ts";
import { SLICE_ROWS } from "./slice-rows.ts";
import { STORED } from "./verdicts.ts";

/** The rules of chunks, see `TsdbOptions`. */
export interface ChunkRules {
  readonly chunkRangeMs: number;
  readonly samplesPerChunk: number;
}

/** What the chunks of floats are part of. */
export interface FloatChunksParts {
  readonly shared: SharedMemory;
  readonly slabAllocator: SlabAllocator;
  readonly series: SeriesTable;
  readonly chunks: ChunkTable;
  readonly counters: HeadCounters;
  readonly times: HeadTimes;
  readonly rules: ChunkRules;
}

/** The open chunk of floats of each series, and when it ends. */
export class FloatChunks {
  readonly encoder: XorEncoder;
  /** How many series have an open chunk. */
  openCount = 0;
  private readonly parts: FloatChunksParts;

  constructor(parts: FloatChunksParts) {
    this.parts = parts;
    this.encoder = new XorEncoder(parts.shared, parts.slabAllocator);
  }

  /** Appends the stored rows of the batch that was checked last. */
  encode(batch: SampleBatch, check: FloatCheck): void {
    const { timestampsMs, valueBits } = batch;
    const { previousTimestampsMs, previousBits } = check;
    this.encoder.bind({ timestampsMs, valueBits, previousTimestampsMs, previousBits });
    for (let row = 0; row < batch.length; row += SLICE_ROWS) this.encodeRows(batch, check, row, Math.min(row + SLICE_ROWS, batch.length));
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

  private startChunk(ref: SeriesRef, timestampMs: number): void {
    const { series, rules, counters } = this.parts;
    this.encoder.start(ref);
    series.chunkEndsMs[ref] = rangeEndMs(timestampMs, rules.chunkRangeMs);
    this.openCount++;
    counters.chunksCreated++;
  }

  private cutChunk(ref: SeriesRef, newestMs: number, timestampMs: number): void {
    const { series, chunks } = this.parts;
    const { encoder } = this;
    const sampleCount = encoder.sampleCounts[ref];
    const byteLength = encoder.byteLength(ref);
    const slab = encoder.finish(ref);
    const minTimeMs = encoder.firstTimestampMs(slab);
    series.newestChunks[ref] = chunks.add(slab, sampleCount, byteLength, minTimeMs, newestMs, series.newestChunks[ref]);
    this.openCount--;
    this.startChunk(ref, timestampMs);
  }
}
