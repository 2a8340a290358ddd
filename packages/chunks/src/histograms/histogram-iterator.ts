import { type CounterResetHint, type FloatHistogram, type IntegerHistogram, isKnownSchema, unknownSchemaError } from "@ferula/model";
import { BitReader } from "../bits/bit-reader.ts";
import { Fields } from "../bits/fields.ts";
import { signedNumber } from "../bits/int64.ts";
import { type ChunkIterator, SAMPLE_TYPES, type SampleType } from "../chunk-iterator.ts";
import type { HistogramEncoding } from "../encoding.ts";
import { START_TIMESTAMP_BYTE, StartTimestamps } from "../start-timestamps.ts";
import { counterResetIn, type HistogramHeader, histogramHeaders, sampleCountIn } from "./histogram-header.ts";
import { bucketCountOf, emptyLayout, type Layout, readLayout } from "./layout.ts";
import { floatHistogramAt, integerHistogramAt } from "./read-histogram.ts";
import { BUCKETS, TIME } from "./row.ts";
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
    return integerHistogramAt(this, this.counterResetHint());
  }

  floatHistogram(): FloatHistogram {
    return floatHistogramAt(this, this.header.isInteger, this.counterResetHint());
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

  /**
   * Within a chunk counters are not reset. How its first histogram relates to the one before is not told: the chunk that came before
   * when it was begun may have been deleted, or samples may have come in between.
   */
  private counterResetHint(): CounterResetHint {
    if (this.counterReset === "gauge") return "gauge";
    return this.index > 1 ? "not_reset" : "unknown";
  }
}
