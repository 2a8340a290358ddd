import {
  createFloatAppender,
  HistogramAppender,
  isFloatEncoding,
  SAMPLE_TYPES,
  type ChunkEncoding,
  type FloatAppender,
  type FloatEncoding,
  type HistogramEncoding,
  type SampleType,
} from "@ferula/chunks";
import type { BlockChunk } from "../block/write-block.ts";
import type { SampleCursor } from "./chunk-samples.ts";

/** The encoding that a sample should have. */
export type EncodingOf = (type: SampleType, hasStart: boolean) => ChunkEncoding;

/** How chunks are cut. */
export interface EncodeOptions {
  readonly encodingOf: EncodingOf;
  readonly samplesPerChunk: number;
}

/** How long chunks become that are merged of others (storage/series.go `seriesToChunkEncoderSplit`). */
const SAMPLES_PER_MERGED_CHUNK = 120;

/** For what was merged: floats in an encoding of choice, but whatever keeps a start timestamp where there is one. */
export function mergedEncoding(floatEncoding: FloatEncoding): EncodeOptions {
  return {
    samplesPerChunk: SAMPLES_PER_MERGED_CHUNK,
    encodingOf(type, hasStart) {
      if (type === SAMPLE_TYPES.float) return hasStart ? "xor2" : floatEncoding;
      if (type === SAMPLE_TYPES.histogram) return hasStart ? "histogramSt" : "histogram";
      return hasStart ? "floatHistogramSt" : "floatHistogram";
    },
  };
}

/** For what is left of one chunk: its own encoding. */
export function sameEncoding(encoding: ChunkEncoding): EncodeOptions {
  return { samplesPerChunk: Infinity, encodingOf: () => encoding };
}

/**
 * The samples as chunks, each with bytes of its own. A chunk ends where it is full, where samples become of another kind and where a
 * histogram begins another, see `HistogramAppender`. Source: storage/series.go `seriesToChunkEncoder`.
 */
export function encodeSamples(samples: SampleCursor, options: EncodeOptions): BlockChunk[] {
  const cutter = new ChunkCutter(options);
  for (let type = samples.next(); type !== SAMPLE_TYPES.none; type = samples.next()) {
    if (type === SAMPLE_TYPES.float) cutter.appendFloat(samples);
    else cutter.appendHistogram(type, samples);
  }
  return cutter.finish();
}

class ChunkCutter {
  private readonly options: EncodeOptions;
  private readonly chunks: BlockChunk[] = [];
  private appender: FloatAppender | HistogramAppender | undefined;
  private minTimeMs = 0;
  private maxTimeMs = 0;
  /** What the float appender reads a sample from. */
  private readonly row = { timestampsMs: new Float64Array(1), valueBits: new Uint32Array(2), startTimestampsMs: new Float64Array(1) };

  constructor(options: EncodeOptions) {
    this.options = options;
  }

  appendFloat(sample: SampleCursor): void {
    const { row } = this;
    row.timestampsMs[0] = sample.timestampMs;
    row.startTimestampsMs[0] = sample.startTimestampMs;
    row.valueBits[0] = sample.valueLow;
    row.valueBits[1] = sample.valueHigh;
    const hasStart = sample.startTimestampMs !== 0;
    this.floatAppender(this.options.encodingOf(SAMPLE_TYPES.float, hasStart), hasStart, sample.timestampMs).append(row, 0);
    this.maxTimeMs = sample.timestampMs;
  }

  appendHistogram(type: SampleType, sample: SampleCursor): void {
    const { timestampMs, startTimestampMs } = sample;
    const encoding = this.options.encodingOf(type, startTimestampMs !== 0) as HistogramEncoding;
    const outcome = this.histogramAppender(encoding, timestampMs).append(sample.histogram(), timestampMs, startTimestampMs);
    if (outcome.kind === "refused") throw new Error(`BUG: ${outcome.reason}, though every sample may begin a chunk`);
    if (outcome.kind === "cut") this.cut(outcome.appender, timestampMs);
    if (outcome.kind === "recoded") this.appender = outcome.appender;
    this.maxTimeMs = timestampMs;
  }

  finish(): BlockChunk[] {
    const { appender, minTimeMs, maxTimeMs } = this;
    if (appender !== undefined) {
      this.chunks.push({ encoding: appender.encoding, bytes: appender.bytes().slice(), minTimeMs, maxTimeMs });
    }
    this.appender = undefined;
    return this.chunks;
  }

  /** Where floats are in one encoding, the chunk may go on in it though the other is wanted, unless it can't keep a start timestamp. */
  private floatAppender(wanted: ChunkEncoding, hasStart: boolean, timestampMs: number): FloatAppender {
    const { appender } = this;
    const isOpen =
      appender !== undefined && !(appender instanceof HistogramAppender) && appender.sampleCount < this.options.samplesPerChunk;
    if (isOpen && !(hasStart && appender.encoding === "xor")) return appender;
    if (!isFloatEncoding(wanted)) throw new Error(`BUG: floats don't fit the encoding ${wanted}`);
    return this.cut(createFloatAppender(wanted), timestampMs);
  }

  private histogramAppender(wanted: HistogramEncoding, timestampMs: number): HistogramAppender {
    const { appender } = this;
    const isOpen = appender instanceof HistogramAppender && appender.sampleCount < this.options.samplesPerChunk;
    return isOpen && appender.encoding === wanted ? appender : this.cut(new HistogramAppender(wanted), timestampMs);
  }

  /** Goes on in another chunk, whose first sample has this time. */
  private cut<A extends FloatAppender | HistogramAppender>(next: A, timestampMs: number): A {
    this.finish();
    this.appender = next;
    this.minTimeMs = timestampMs;
    return next;
  }
}
