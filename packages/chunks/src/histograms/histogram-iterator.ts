import {
  createFloatHistogram,
  createIntegerHistogram,
  type CounterResetHint,
  type FloatHistogram,
  type HistogramFields,
  type IntegerHistogram,
  isKnownSchema,
  MAX_EXPONENTIAL_SCHEMA,
  reduceResolution,
  unknownSchemaError,
} from "@ferula/model";
import { BitReader } from "../bits/bit-reader.ts";
import { Fields } from "../bits/fields.ts";
import { signedNumber, unsignedNumber } from "../bits/int64.ts";
import { type ChunkIterator, SAMPLE_TYPES, type SampleType } from "../chunk-iterator.ts";
import type { HistogramEncoding } from "../encoding.ts";
import { START_TIMESTAMP_BYTE, StartTimestamps } from "../start-timestamps.ts";
import { counterResetIn, type HistogramHeader, histogramHeaders, sampleCountIn } from "./histogram-header.ts";
import { bucketCountOf, emptyLayout, type Layout, readLayout } from "./layout.ts";
import { BUCKETS, COUNT, isStaleSum, SUM, TIME, ZERO_COUNT } from "./row.ts";
import { readFirstSample, readNextSample } from "./samples.ts";

/** Reads a chunk of integer or float histograms. Source: tsdb/chunkenc/histogram.go, float_histogram.go and their st variants. */
export class HistogramIterator implements ChunkIterator {
  readonly sampleCount: number;
  /** Whether the chunk began with a counter reset, as its header tells. */
  readonly counterReset: CounterResetHint;
  readonly valueLow = 0;
  readonly valueHigh = 0;
  readonly value = Number.NaN;
  /** The state from which a writer goes on. */
  layout: Layout = emptyLayout;
  positiveCount = 0;
  fields: Fields = new Fields(BUCKETS);
  readonly startTimestamps: StartTimestamps;
  readonly reader: BitReader;
  private readonly header: HistogramHeader;
  private index = 0;

  constructor(encoding: HistogramEncoding, chunk: Uint8Array) {
    this.header = histogramHeaders[encoding];
    this.reader = new BitReader(encoding, chunk);
    this.sampleCount = sampleCountIn(chunk, this.header);
    this.counterReset = counterResetIn(chunk, this.header);
    this.startTimestamps = new StartTimestamps(this.header.hasStartTimestamps ? chunk[START_TIMESTAMP_BYTE] : 0);
  }

  get timestampMs(): number {
    return signedNumber(this.fields.words[2 * TIME], this.fields.words[2 * TIME + 1]);
  }

  get startTimestampMs(): number {
    return signedNumber(this.startTimestamps.low, this.startTimestamps.high);
  }

  next(): SampleType {
    if (this.index === this.sampleCount) return SAMPLE_TYPES.none;
    const { reader } = this;
    const { isInteger } = this.header;
    const previousLow = this.fields.words[2 * TIME];
    const previousHigh = this.fields.words[2 * TIME + 1];
    if (this.index === 0) {
      this.readLayout();
      readFirstSample(reader, this.fields, isInteger);
    } else {
      readNextSample(reader, this.fields, isInteger);
    }
    const { words } = this.fields;
    this.startTimestamps.read(reader, this.index, words[2 * TIME], words[2 * TIME + 1], previousLow, previousHigh);
    this.index++;
    reader.checkEnd(this.index);
    return isInteger ? SAMPLE_TYPES.histogram : SAMPLE_TYPES.floatHistogram;
  }

  histogram(): IntegerHistogram {
    if (!this.header.isInteger) throw new Error("BUG: a chunk of float histograms was asked for an integer histogram");
    if (isStaleSum(this.fields)) return createIntegerHistogram({ sum: this.fields.doubles[SUM], isStale: true });
    return reduced(createIntegerHistogram(this.histogramFields(this.bucketDeltas(0), this.bucketDeltas(1))));
  }

  floatHistogram(): FloatHistogram {
    if (isStaleSum(this.fields)) return createFloatHistogram({ sum: this.fields.doubles[SUM], isStale: true });
    const positive = this.header.isInteger ? addUp(this.bucketDeltas(0)) : this.bucketCounts(0);
    const negative = this.header.isInteger ? addUp(this.bucketDeltas(1)) : this.bucketCounts(1);
    return reduced(createFloatHistogram(this.histogramFields(positive, negative)));
  }

  private readLayout(): void {
    const { reader } = this;
    const layout = readLayout(reader);
    reader.checkEnd(1);
    if (!isKnownSchema(layout.schema)) reader.fail(unknownSchemaError(layout.schema).message);
    const positiveCount = bucketCountOf(layout.positiveSpans);
    const bucketCount = positiveCount + bucketCountOf(layout.negativeSpans);
    // A bucket takes one bit at least, or eight bytes where it is a float: no more room is made than there can be buckets.
    if (bucketCount * (this.header.isInteger ? 1 : 64) > reader.bitsLeft) reader.fail(`there is no room for ${bucketCount} buckets`);
    this.layout = layout;
    this.positiveCount = positiveCount;
    this.fields = new Fields(BUCKETS + bucketCount);
  }

  private histogramFields(positiveBuckets: Float64Array, negativeBuckets: Float64Array): HistogramFields {
    const { layout, fields } = this;
    return {
      counterResetHint: this.counterResetHint(),
      schema: layout.schema,
      zeroThreshold: layout.zeroThreshold,
      zeroCount: this.countIn(ZERO_COUNT),
      count: this.countIn(COUNT),
      sum: fields.doubles[SUM],
      isStale: false,
      positiveSpans: layout.positiveSpans,
      negativeSpans: layout.negativeSpans,
      positiveBuckets,
      negativeBuckets,
      customValues: layout.customValues,
    };
  }

  /**
   * Within a chunk counters are not reset. How its first histogram relates to the one before is not told: the chunk that came before
   * when it was begun may have been deleted, or samples may have come in between.
   */
  private counterResetHint(): CounterResetHint {
    if (this.counterReset === "gauge") return "gauge";
    return this.index > 1 ? "not_reset" : "unknown";
  }

  private countIn(field: number): number {
    const { words, doubles } = this.fields;
    return this.header.isInteger ? unsignedNumber(words[2 * field], words[2 * field + 1]) : doubles[field];
  }

  /** The fields of the positive (0) or negative (1) buckets: from where to where. */
  private bucketStart(side: 0 | 1 | 2): number {
    if (side === 2) return this.fields.doubles.length;
    return side === 0 ? BUCKETS : BUCKETS + this.positiveCount;
  }

  private bucketCounts(side: 0 | 1): Float64Array {
    return this.fields.doubles.slice(this.bucketStart(side), this.bucketStart(side === 0 ? 1 : 2));
  }

  private bucketDeltas(side: 0 | 1): Float64Array {
    const start = this.bucketStart(side);
    const deltas = new Float64Array(this.bucketStart(side === 0 ? 1 : 2) - start);
    const { words } = this.fields;
    for (let i = 0; i < deltas.length; i++) deltas[i] = signedNumber(words[2 * (start + i)], words[2 * (start + i) + 1]);
    return deltas;
  }
}

/** Differences to counts, in place. */
function addUp(deltas: Float64Array): Float64Array {
  for (let i = 1; i < deltas.length; i++) deltas[i] += deltas[i - 1];
  return deltas;
}

/** Chunks of later versions may have finer schemas than are in use; they are read in the finest of these. */
function reduced<H extends IntegerHistogram | FloatHistogram>(histogram: H): H {
  if (histogram.schema > MAX_EXPONENTIAL_SCHEMA) reduceResolution(histogram, MAX_EXPONENTIAL_SCHEMA);
  return histogram;
}
