import type { CounterResetHint, Histogram } from "@ferula/model";
import { BitWriter } from "../bits/bit-writer.ts";
import { Fields } from "../bits/fields.ts";
import { highWord, lowWord } from "../bits/int64.ts";
import { SAMPLE_TYPES } from "../chunk-iterator.ts";
import { chunkHeaderBytes, type HistogramEncoding } from "../encoding.ts";
import { StartTimestamps } from "../start-timestamps.ts";
import { placeBuckets } from "./counts.ts";
import { type HistogramHeader, histogramHeaders, RESET_BITS } from "./histogram-header.ts";
import { HistogramIterator } from "./histogram-iterator.ts";
import { type ChunkState, judgeCounter, judgeGauge, type Verdict } from "./judge.ts";
import { emptyLayout, type Layout, writeLayout } from "./layout.ts";
import type { SpansMerge } from "./merge-spans.ts";
import { floatHistogramAt, integerHistogramAt } from "./read-histogram.ts";
import { BUCKETS, Row, TIME } from "./row.ts";
import { writeFirstSample, writeNextSample } from "./samples.ts";

/**
 * What came of an append. `appended`: the sample is in the chunk. `recoded`: it has buckets that the chunk had not; all samples were
 * written anew to another chunk, which takes the old one's place. `cut`: it can't be in this chunk and begins another, behind it. In
 * both cases `appender` goes on, and the old chunk is as it was. `refused`: it would have been one of these, but was not to.
 */
export type HistogramOutcome =
  | { readonly kind: "appended" }
  | { readonly kind: "recoded" | "cut"; readonly appender: HistogramAppender }
  | { readonly kind: "refused"; readonly reason: string };

/** How a histogram is to be appended. */
export interface HistogramAppendOptions {
  /** That of the chunk before, asked at a chunk's first sample whether there was a counter reset in between. */
  readonly previous?: HistogramAppender | undefined;
  /** Whether to refuse what can't be appended to the chunk as it is. Default: `false`. */
  readonly isAppendOnly?: boolean;
}

const appended: HistogramOutcome = { kind: "appended" };

/** The sample that is being appended, and one that is brought into another layout: memory kept between calls. */
const incoming = new Row();
const placed = new Row();

/**
 * Writes a chunk of integer or of float histograms, by its encoding. It says when a histogram begins another chunk or changes the layout
 * of this one, as upstream decides it; when a chunk is full is the caller's business. Source: tsdb/chunkenc/histogram.go,
 * float_histogram.go and their st variants.
 */
export class HistogramAppender {
  readonly encoding: HistogramEncoding;
  private readonly header: HistogramHeader;
  private readonly writer: BitWriter;
  private readonly state: WriterState;
  private startTimestamps = new StartTimestamps(0);

  /** Starts a chunk, or goes on with `chunk`, which is copied. Throws RangeError when that is damaged. */
  constructor(encoding: HistogramEncoding, chunk?: Uint8Array) {
    this.encoding = encoding;
    this.header = histogramHeaders[encoding];
    this.writer = new BitWriter(chunkHeaderBytes(encoding));
    this.state = emptyState(this.header.isInteger);
    if (chunk !== undefined) this.resume(new HistogramIterator(encoding, chunk), chunk);
  }

  get sampleCount(): number {
    return this.state.sampleCount;
  }

  /** Whether the chunk began with a counter reset, as its header tells. */
  get counterReset(): CounterResetHint {
    return this.state.counterReset;
  }

  /** How many buckets the chunk's layout has on both sides. */
  get bucketCount(): number {
    return this.state.fields.doubles.length - BUCKETS;
  }

  /** How many bytes `bytes` has. */
  get sizeBytes(): number {
    return this.writer.byteLength;
  }

  /** The chunk as it stands, header included: a view that the next append changes. */
  bytes(): Uint8Array {
    return this.writer.view8();
  }

  /** The histogram that was appended last, in the layout of the chunk; there is one. */
  newest(): Histogram {
    return this.header.isInteger ? integerHistogramAt(this.state, "unknown") : floatHistogramAt(this.state, false, "unknown");
  }

  /**
   * Appends a histogram, which is only read. Times must ascend. The start timestamp (0: none) is kept by the encodings that end in St.
   * Throws RangeError when spans don't fit buckets, and when the header can't count another sample.
   */
  append(
    histogram: Histogram,
    timestampMs: number,
    startTimestampMs: number,
    { previous, isAppendOnly = false }: HistogramAppendOptions = {},
  ): HistogramOutcome {
    this.checkAppend(histogram);
    incoming.fill(histogram, timestampMs);
    const start: Words = { low: lowWord(startTimestampMs), high: highWord(startTimestampMs) };
    if (this.state.sampleCount === 0) {
      this.state.counterReset = this.firstReset(histogram, previous);
      this.write(incoming, start);
      return appended;
    }
    const isGauge = histogram.counterResetHint === "gauge";
    const verdict = isGauge ? judgeGauge(this.state, histogram, incoming) : judgeCounter(this.state, histogram, incoming);
    if (isAppendOnly) {
      const reason = this.refusal(verdict, isGauge);
      if (reason !== undefined) return { kind: "refused", reason };
    }
    if (!verdict.isAppendable) return { kind: "cut", appender: this.cut(isGauge ? "gauge" : this.resetOf(verdict, "unknown"), start) };
    const { positive, negative } = verdict;
    if (positive === undefined || negative === undefined) {
      this.write(incoming, start);
      return appended;
    }
    if (positive.chunkInserts + negative.chunkInserts > 0) {
      return { kind: "recoded", appender: this.recode(mergedLayout(histogram, positive, negative, isGauge), positive, negative, start) };
    }
    placeRow(this.header.isInteger, placed, this.state.layout, incoming, positive, negative, "sampleSlots");
    this.write(placed, start);
    return appended;
  }

  private checkAppend(histogram: Histogram): void {
    if ((histogram.kind === "integer") !== this.header.isInteger) {
      throw new Error(`BUG: a histogram of the ${histogram.kind} kind was appended to a chunk (${this.encoding})`);
    }
    if (this.state.sampleCount >= this.header.mostSamples) {
      throw new RangeError(`cannot append to a chunk of ${this.state.sampleCount} samples: it can't count more`);
    }
  }

  private firstReset(histogram: Histogram, previous: HistogramAppender | undefined): CounterResetHint {
    const hint = histogram.counterResetHint;
    if (hint === "gauge" || hint === "reset") return hint;
    // Between integers and floats nothing is known.
    if (previous === undefined || previous.header.isInteger !== this.header.isInteger) return "unknown";
    return this.resetOf(judgeCounter(previous.state, histogram, incoming), "not_reset");
  }

  /** A verdict as the header tells it. For floats upstream does not tell apart what is no reset and what is not known. */
  private resetOf({ counterReset }: Verdict, otherwise: CounterResetHint): CounterResetHint {
    return this.header.isInteger || counterReset === "reset" ? counterReset : otherwise;
  }

  /** Why what was judged can't be appended to the chunk as it is, in upstream's words. */
  private refusal({ isAppendable, counterReset, positive, negative }: Verdict, isGauge: boolean): string | undefined {
    const what = `${this.header.isInteger ? "" : "float "}${isGauge ? "gauge " : ""}histogram`;
    if (!isAppendable) return counterReset === "reset" ? `${what} counter reset` : `${what} schema change`;
    if (positive === undefined || negative === undefined) return undefined;
    if (isGauge && positive.sampleInserts + negative.sampleInserts > 0) {
      return layoutChange(what, positive.sampleInserts, negative.sampleInserts, "backwards");
    }
    if (positive.chunkInserts + negative.chunkInserts === 0) return undefined;
    return layoutChange(what, positive.chunkInserts, negative.chunkInserts, "forwards");
  }

  private cut(counterReset: CounterResetHint, start: Words): HistogramAppender {
    const next = new HistogramAppender(this.encoding);
    next.state.counterReset = counterReset;
    next.write(incoming, start);
    return next;
  }

  /** Writes all samples and the incoming one to another chunk, in a layout with more buckets. */
  private recode(layout: Layout, positive: SpansMerge, negative: SpansMerge, start: Words): HistogramAppender {
    const target = new HistogramAppender(this.encoding);
    target.state.counterReset = this.state.counterReset;
    const iterator = new HistogramIterator(this.encoding, this.bytes());
    const old = new Row();
    while (iterator.next() !== SAMPLE_TYPES.none) {
      old.take(iterator);
      placeRow(this.header.isInteger, placed, layout, old, positive, negative, "chunkSlots");
      target.write(placed, iterator.startTimestamps);
    }
    placeRow(this.header.isInteger, placed, layout, incoming, positive, negative, "sampleSlots");
    target.write(placed, start);
    return target;
  }

  /** Writes a row that is in the layout of the chunk; the first brings it. */
  private write(row: Row, start: Words): void {
    const { writer } = this;
    const previousLow = this.state.fields.words[2 * TIME];
    const previousHigh = this.state.fields.words[2 * TIME + 1];
    if (this.state.sampleCount === 0) this.writeFirst(row);
    else writeNextSample(writer, this.state.fields, row, this.header.isInteger);
    if (this.header.hasStartTimestamps) {
      const { words } = this.state.fields;
      const timeLow = words[2 * TIME];
      const timeHigh = words[2 * TIME + 1];
      this.startTimestamps.write(writer, this.state.sampleCount, start.low, start.high, timeLow, timeHigh, previousLow, previousHigh);
    }
    this.state.sampleCount++;
    this.writeHeader();
  }

  private writeFirst(row: Row): void {
    const { state, writer } = this;
    const { schema, zeroThreshold, positiveSpans, negativeSpans, customValues } = row.layout;
    state.layout = { schema, zeroThreshold, positiveSpans, negativeSpans, customValues };
    state.positiveCount = row.positiveCount;
    state.fields = new Fields(BUCKETS + row.positiveCount + row.negativeCount);
    state.fields.clearWindows();
    writeLayout(writer, state.layout);
    writeFirstSample(writer, state.fields, row, state.isInteger);
  }

  private writeHeader(): void {
    const { writer } = this;
    const { sampleCount } = this.state;
    const { resetByte } = this.header;
    writer.setByte(0, sampleCount >>> 8);
    writer.setByte(1, sampleCount);
    writer.setByte(resetByte, (writer.byteAt(resetByte) & 0x3f) | RESET_BITS[this.state.counterReset]);
  }

  private resume(iterator: HistogramIterator, chunk: Uint8Array): void {
    while (iterator.next() !== SAMPLE_TYPES.none);
    const { sampleCount, counterReset, layout, positiveCount, fields } = iterator;
    Object.assign(this.state, { sampleCount, counterReset, layout, positiveCount, fields });
    this.startTimestamps = iterator.startTimestamps;
    this.writer.load(chunk, iterator.reader.position);
  }
}

/** What the writer knows of its chunk; it changes in place. */
interface WriterState extends ChunkState {
  sampleCount: number;
  counterReset: CounterResetHint;
  layout: Layout;
  positiveCount: number;
  fields: Fields;
}

function emptyState(isInteger: boolean): WriterState {
  return { isInteger, sampleCount: 0, counterReset: "unknown", layout: emptyLayout, positiveCount: 0, fields: new Fields(BUCKETS) };
}

/** A 64-bit integer. */
interface Words {
  readonly low: number;
  readonly high: number;
}

function layoutChange(what: string, positive: number, negative: number, direction: "forwards" | "backwards"): string {
  return `${what} layout change with ${positive} positive and ${negative} negative ${direction} inserts`;
}

/**
 * The layout of a chunk that is recoded for `histogram`. Upstream keeps the sample's own way of writing its spans where the chunk has no
 * buckets besides; a gauge with fewer buckets on one side gets both sides anew.
 */
function mergedLayout(histogram: Histogram, positive: SpansMerge, negative: SpansMerge, isGauge: boolean): Layout {
  const { schema, zeroThreshold, customValues } = histogram;
  const isGaugeWithFewer = isGauge && positive.sampleInserts + negative.sampleInserts > 0;
  const positiveSpans = isGaugeWithFewer || positive.sampleInserts > 0 ? positive.spans : histogram.positiveSpans;
  const negativeSpans = isGaugeWithFewer || negative.sampleInserts > 0 ? negative.spans : histogram.negativeSpans;
  return { schema, zeroThreshold, positiveSpans, negativeSpans, customValues };
}

/** Brings a row into the layout of a merge. */
function placeRow(
  isInteger: boolean,
  target: Row,
  layout: Layout,
  source: Row,
  positive: SpansMerge,
  negative: SpansMerge,
  slots: "chunkSlots" | "sampleSlots",
): void {
  target.reset(layout, positive.bucketCount, negative.bucketCount);
  target.isStale = source.isStale;
  target.words.set(source.words.subarray(0, 2 * BUCKETS));
  const negativeFirst = BUCKETS + positive.bucketCount;
  placeBuckets(isInteger, source, BUCKETS, positive[slots], target, BUCKETS, positive.bucketCount);
  placeBuckets(isInteger, source, BUCKETS + source.positiveCount, negative[slots], target, negativeFirst, negative.bucketCount);
}
