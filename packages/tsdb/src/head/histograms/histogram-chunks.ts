import { HistogramAppender, type HistogramEncoding, TARGET_HISTOGRAM_CHUNK_BYTES } from "@ferula/chunks";
import { grownColumn } from "@ferula/kernels";
import { type Histogram, histogramsEqual, type HistogramRow } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import { predictedEndMs, rangeEndMs } from "../chunk-cut.ts";
import type { ChunkRules } from "../float-chunks.ts";
import type { HeadCounters } from "../head-counters.ts";
import type { HeadTimes } from "../head-times.ts";
import type { SeriesTable } from "../series-table.ts";
import { beginsAnother, type ChunkFill, isTimeToPredict } from "./chunk-cut.ts";

/** A chunk of histograms. The bytes are a whole chunk, header first. */
export interface HistogramChunk {
  readonly encoding: HistogramEncoding;
  readonly bytes: Uint8Array;
  readonly sampleCount: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** What the chunks of histograms are part of. */
export interface HistogramChunksParts {
  readonly series: SeriesTable;
  readonly counters: HeadCounters;
  readonly times: HeadTimes;
  readonly rules: ChunkRules;
  /** Takes each chunk that is finished; its bytes are not written to any more. */
  readonly onFinished: (ref: SeriesRef, chunk: HistogramChunk) => void;
}

/**
 * The open chunk of histograms of each series that has one; those are few beside the series of floats, and have a slot each. A series has
 * either this or an open chunk of floats, as its chunks are one sequence in time.
 */
export class HistogramChunks {
  /** How many series have an open chunk. */
  openCount = 0;
  private readonly parts: HistogramChunksParts;
  private readonly encodings: Readonly<Record<Histogram["kind"], HistogramEncoding>>;
  /** The slot of each series, 0 for none. */
  private slots: Uint32Array = new Uint32Array(1024);
  /** From here on by the slot, from 1. */
  private readonly appenders: (HistogramAppender | undefined)[] = [undefined];
  private minTimesMs: Float64Array = new Float64Array(16);
  private maxTimesMs: Float64Array = new Float64Array(16);
  /** Upstream keeps it where a chunk is cut because a histogram can't follow in it; so do we, as files are to come out the same. */
  private hasPredictedEnd: Uint8Array = new Uint8Array(16);
  private readonly freeSlots: number[] = [];

  constructor(parts: HistogramChunksParts) {
    this.parts = parts;
    this.encodings = parts.rules.keepsHistogramStarts
      ? { integer: "histogramSt", float: "floatHistogramSt" }
      : { integer: "histogram", float: "floatHistogram" };
  }

  /** The series' open chunk as it stands; the next append may write over its bytes. */
  openChunk(ref: SeriesRef): HistogramChunk | undefined {
    const slot = this.slotOf(ref);
    const appender = this.appenders[slot];
    if (appender === undefined) return undefined;
    const { encoding, sampleCount } = appender;
    return { encoding, sampleCount, bytes: appender.bytes(), minTimeMs: this.minTimesMs[slot], maxTimeMs: this.maxTimesMs[slot] };
  }

  /** How many buckets the newest histograms of all open chunks have. Takes a millisecond for a hundred thousand. */
  bucketCount(): number {
    let count = 0;
    for (const appender of this.appenders) if (appender !== undefined) count += appender.bucketCount;
    return count;
  }

  /** Whether the series has an open chunk of histograms. */
  hasOpenChunk(ref: SeriesRef): boolean {
    return this.slotOf(ref) !== 0;
  }

  /** Whether `histogram` is the newest of the series' open chunk once more. */
  isNewest(ref: SeriesRef, histogram: Histogram): boolean {
    const appender = this.appenders[this.slotOf(ref)];
    return appender !== undefined && histogramsEqual(appender.newest(), histogram);
  }

  /** Appends histograms that were checked; their series have no open chunk of floats. */
  append({ ref, histogram, timestampMs, startTimestampMs }: HistogramRow): void {
    const { series, times } = this.parts;
    const encoding = this.encodings[histogram.kind];
    let slot = this.slotOf(ref);
    let previous: HistogramAppender | undefined;
    if (slot === 0) {
      slot = this.open(ref);
      this.start(ref, slot, encoding, timestampMs);
    } else if (this.isFull(ref, slot, encoding, timestampMs)) {
      previous = this.appenders[slot];
      this.handOver(ref, slot);
      this.start(ref, slot, encoding, timestampMs);
    }
    const outcome = (this.appenders[slot] as HistogramAppender).append(histogram, timestampMs, startTimestampMs, { previous });
    if (outcome.kind === "cut") {
      this.handOver(ref, slot);
      this.minTimesMs[slot] = timestampMs;
      series.chunkEndsMs[ref] = rangeEndMs(timestampMs, this.parts.rules.chunkRangeMs);
      this.parts.counters.chunksCreated++;
    }
    if (outcome.kind === "cut" || outcome.kind === "recoded") this.appenders[slot] = outcome.appender;
    this.maxTimesMs[slot] = timestampMs;
    times.oldestMs = Math.min(times.oldestMs, timestampMs);
    times.newestMs = Math.max(times.newestMs, timestampMs);
  }

  /** Ends the series' open chunk, if there is one: what follows is a float. */
  finish(ref: SeriesRef): void {
    const slot = this.slotOf(ref);
    if (slot === 0) return;
    this.handOver(ref, slot);
    this.free(ref, slot);
  }

  /** Forgets the series' open chunk, if there is one. */
  drop(ref: SeriesRef): void {
    const slot = this.slotOf(ref);
    if (slot === 0) return;
    this.free(ref, slot);
    this.parts.counters.chunksRemoved++;
  }

  private slotOf(ref: SeriesRef): number {
    return ref < this.slots.length ? this.slots[ref] : 0;
  }

  private isFull(ref: SeriesRef, slot: number, encoding: HistogramEncoding, timestampMs: number): boolean {
    const { series, rules } = this.parts;
    const appender = this.appenders[slot] as HistogramAppender;
    if (appender.encoding !== encoding) return true;
    const minTimeMs = this.minTimesMs[slot];
    const fill: ChunkFill = {
      sampleCount: appender.sampleCount,
      sizeBytes: appender.sizeBytes,
      minTimeMs,
      endMs: series.chunkEndsMs[ref],
      hasPredictedEnd: this.hasPredictedEnd[slot] === 1,
    };
    if (isTimeToPredict(fill)) {
      const fullRatio = TARGET_HISTOGRAM_CHUNK_BYTES / fill.sizeBytes;
      series.chunkEndsMs[ref] = predictedEndMs(minTimeMs, this.maxTimesMs[slot], fill.endMs, fullRatio);
      this.hasPredictedEnd[slot] = 1;
    }
    return beginsAnother(fill, series.chunkEndsMs[ref], timestampMs, rules.chunkRangeMs);
  }

  private start(ref: SeriesRef, slot: number, encoding: HistogramEncoding, timestampMs: number): void {
    this.appenders[slot] = new HistogramAppender(encoding);
    this.minTimesMs[slot] = timestampMs;
    this.hasPredictedEnd[slot] = 0;
    this.parts.series.chunkEndsMs[ref] = rangeEndMs(timestampMs, this.parts.rules.chunkRangeMs);
    this.parts.counters.chunksCreated++;
  }

  private handOver(ref: SeriesRef, slot: number): void {
    const chunk = this.openChunk(ref);
    if (chunk === undefined) throw new Error(`BUG: slot ${slot} has no open chunk of histograms`);
    this.parts.onFinished(ref, chunk);
  }

  private open(ref: SeriesRef): number {
    if (ref >= this.slots.length) this.slots = grownColumn(this.slots, Math.max(ref + 1, this.slots.length * 2));
    const slot = this.freeSlots.pop() ?? this.appenders.push(undefined) - 1;
    if (slot === this.minTimesMs.length) {
      this.minTimesMs = grownColumn(this.minTimesMs, slot * 2);
      this.maxTimesMs = grownColumn(this.maxTimesMs, slot * 2);
      this.hasPredictedEnd = grownColumn(this.hasPredictedEnd, slot * 2);
    }
    this.slots[ref] = slot;
    this.openCount++;
    return slot;
  }

  private free(ref: SeriesRef, slot: number): void {
    this.slots[ref] = 0;
    this.appenders[slot] = undefined;
    this.freeSlots.push(slot);
    this.openCount--;
  }
}
