import { SAMPLE_TYPES, type SampleType } from "@ferula/chunks";
import { copyHistogram, type Histogram, type HistogramRow } from "@ferula/model";
import type { BlockChunk } from "../../block/write-block.ts";
import type { SampleCursor } from "../../compact/chunk-samples.ts";
import { encodeSamples, type EncodeOptions } from "../../compact/encode-samples.ts";
import type { ChunkRules } from "../float-chunks.ts";
import { OpenFloats } from "./open-floats.ts";

/** The usual length of a chunk; only a batch with many samples of one series gives longer ones. */
const SAMPLES_PER_CHUNK = 120;

/** How samples out of order are kept; start timestamps only where the encoding has them. */
export type OpenSamplesRules = Pick<ChunkRules, "floatEncoding" | "keepsHistogramStarts">;

/**
 * The samples out of order of each series that are no chunk yet, floats and histograms, ascending in time and each time once. Series are
 * given as dense numbers from 1. Histograms are rare and few a series (`outOfOrderCap`), so they are kept as objects.
 */
export class OpenSamples {
  private readonly floats: OpenFloats;
  private readonly histograms = new Map<number, HistogramRow[]>();
  private readonly encoding: EncodeOptions;

  constructor(rules: OpenSamplesRules) {
    this.floats = new OpenFloats(rules.floatEncoding === "xor2");
    this.encoding = encodingFor(rules);
  }

  /** What the floats take. */
  get sizeBytes(): number {
    return this.floats.sizeBytes;
  }

  /** How many a row has, of both kinds. */
  count(row: number): number {
    return this.floats.count(row) + (this.histograms.get(row)?.length ?? 0);
  }

  /** Whether the row must be made a chunk before it takes another. */
  isFull(row: number): boolean {
    return this.floats.count(row) === this.floats.mostCount;
  }

  /** Whether the row has a sample of this time, of either kind. */
  has(row: number, timestampMs: number): boolean {
    if (this.floats.has(row, timestampMs)) return true;
    const histograms = this.histograms.get(row);
    return histograms !== undefined && histograms[placeOf(histograms, timestampMs)]?.timestampMs === timestampMs;
  }

  /** Puts a float in its place; its time is new to the row, which is not full. */
  insertFloat(row: number, timestampMs: number, valueLow: number, valueHigh: number, startTimestampMs: number): void {
    this.floats.insert(row, timestampMs, valueLow, valueHigh, startTimestampMs);
  }

  /** Puts a copy of a histogram in its place; its time is new to the row. */
  insertHistogram(row: number, { ref, timestampMs, startTimestampMs, histogram }: HistogramRow): void {
    let histograms = this.histograms.get(row);
    if (histograms === undefined) {
      histograms = [];
      this.histograms.set(row, histograms);
    }
    const kept: HistogramRow = { ref, timestampMs, startTimestampMs, histogram: copyHistogram(histogram) };
    histograms.splice(placeOf(histograms, timestampMs), 0, kept);
  }

  /** The time of the row's oldest sample; it has one. */
  minTimeMs(row: number): number {
    const first = this.histograms.get(row)?.[0].timestampMs ?? Infinity;
    return this.floats.count(row) === 0 ? first : Math.min(first, this.floats.timestampMs(row, 0));
  }

  /** The time of the row's newest sample; it has one. */
  maxTimeMs(row: number): number {
    const count = this.floats.count(row);
    const last = this.histograms.get(row)?.at(-1)?.timestampMs ?? -Infinity;
    return count === 0 ? last : Math.max(last, this.floats.timestampMs(row, count - 1));
  }

  /** The row's samples as chunks, each of one kind, by ascending time and with bytes of its own. */
  encode(row: number): BlockChunk[] {
    return encodeSamples(new OpenCursor(this.floats, row, this.histograms.get(row) ?? NO_HISTOGRAMS), this.encoding);
  }

  /** Forgets the row's samples. */
  clear(row: number): void {
    this.floats.clear(row);
    this.histograms.delete(row);
  }
}

const NO_HISTOGRAMS: readonly HistogramRow[] = [];

function encodingFor({ floatEncoding = "xor", keepsHistogramStarts = false }: OpenSamplesRules): EncodeOptions {
  return {
    samplesPerChunk: SAMPLES_PER_CHUNK,
    encodingOf(type) {
      if (type === SAMPLE_TYPES.float) return floatEncoding;
      if (type === SAMPLE_TYPES.histogram) return keepsHistogramStarts ? "histogramSt" : "histogram";
      return keepsHistogramStarts ? "floatHistogramSt" : "floatHistogram";
    },
  };
}

/** The index of the first histogram that is not before the time. */
function placeOf(histograms: readonly HistogramRow[], timestampMs: number): number {
  let index = histograms.length;
  while (index > 0 && histograms[index - 1].timestampMs >= timestampMs) index--;
  return index;
}

/** The samples of a row, of both kinds, by time. */
class OpenCursor implements SampleCursor {
  timestampMs = 0;
  startTimestampMs = 0;
  valueLow = 0;
  valueHigh = 0;
  private readonly floats: OpenFloats;
  private readonly row: number;
  private readonly histograms: readonly HistogramRow[];
  private nextFloat = 0;
  private nextHistogram = 0;

  constructor(floats: OpenFloats, row: number, histograms: readonly HistogramRow[]) {
    this.floats = floats;
    this.row = row;
    this.histograms = histograms;
  }

  next(): SampleType {
    const { floats, row, histograms } = this;
    const floatMs = this.nextFloat < floats.count(row) ? floats.timestampMs(row, this.nextFloat) : Infinity;
    const histogramMs = this.nextHistogram < histograms.length ? histograms[this.nextHistogram].timestampMs : Infinity;
    if (floatMs === Infinity && histogramMs === Infinity) return SAMPLE_TYPES.none;
    return floatMs < histogramMs ? this.takeFloat() : this.takeHistogram();
  }

  histogram(): Histogram {
    return this.histograms[this.nextHistogram - 1].histogram;
  }

  private takeFloat(): SampleType {
    const { floats, row } = this;
    const index = this.nextFloat++;
    this.timestampMs = floats.timestampMs(row, index);
    this.startTimestampMs = floats.startTimestampMs(row, index);
    this.valueLow = floats.valueLow(row, index);
    this.valueHigh = floats.valueHigh(row, index);
    return SAMPLE_TYPES.float;
  }

  private takeHistogram(): SampleType {
    const { timestampMs, startTimestampMs, histogram } = this.histograms[this.nextHistogram++];
    this.timestampMs = timestampMs;
    this.startTimestampMs = startTimestampMs;
    return histogram.kind === "integer" ? SAMPLE_TYPES.histogram : SAMPLE_TYPES.floatHistogram;
  }
}
