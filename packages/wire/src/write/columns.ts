import { createSampleColumns, growSampleColumns, type Histogram, type SampleColumns } from "@ferula/model";

/**
 * A write request as columns. What belongs to series i lies between the end of series i-1 (0 for the first) and its own: `labelEnds[i]` in
 * labels, `sampleEnds[i]` in samples, and so on. Labels stay bytes of the message: who knows a series by its bytes needs no text.
 */
export interface WriteColumns {
  /** The message. It must not change while the columns are in use. */
  bytes: Uint8Array;
  seriesCount: number;
  labelEnds: Uint32Array;
  /** Four for each label, in the message's order: start and end of its name, start and end of its value. */
  labelRanges: Uint32Array;
  sampleEnds: Uint32Array;
  readonly samples: SampleColumns;
  /** Beside the samples; 0 where a sample has none. */
  startTimestampsMs: Float64Array;
  /** Whether a sample has a start timestamp. */
  hasStartTimestamps: boolean;
  histogramEnds: Uint32Array;
  histograms: WireHistogram[];
  exemplarEnds: Uint32Array;
  exemplars: WireExemplar[];
  /** Remote write 2.0 only, three for each series: the type's number, and the symbols of help and unit. */
  metadata: Uint32Array;
  /** Remote write 2.0 only: start and end of each symbol. */
  symbolRanges: Uint32Array;
  symbolCount: number;
  /** What is wrong with a series by itself, by its index. Its labels are left out then. */
  faults: Map<number, SeriesFault>;
}

/** A series that names symbols which there are none of. */
export interface SeriesFault {
  readonly part: "labels" | "metadata";
  readonly text: string;
}

/** A histogram of a series. */
export interface WireHistogram {
  readonly timestampMs: number;
  /** 0 where there is none, as in remote write 1.0. */
  readonly startTimestampMs: number;
  readonly histogram: Histogram;
}

/** An exemplar of a series. */
export interface WireExemplar {
  readonly timestampMs: number;
  readonly value: number;
  /** Names and values in turn, in the message's order. */
  readonly labels: readonly string[];
  /** What is wrong with its labels, which are left out then. */
  readonly fault: string | undefined;
}

/** Empty columns, to be used for many requests one after another. */
export function createWriteColumns(): WriteColumns {
  return {
    bytes: new Uint8Array(0),
    seriesCount: 0,
    labelEnds: new Uint32Array(64),
    labelRanges: new Uint32Array(4096),
    sampleEnds: new Uint32Array(64),
    samples: createSampleColumns(64),
    startTimestampsMs: new Float64Array(64),
    hasStartTimestamps: false,
    histogramEnds: new Uint32Array(64),
    histograms: [],
    exemplarEnds: new Uint32Array(64),
    exemplars: [],
    metadata: new Uint32Array(192),
    symbolRanges: new Uint32Array(512),
    symbolCount: 0,
    faults: new Map(),
  };
}

/** Forgets what is in and keeps the room. */
export function resetColumns(columns: WriteColumns, bytes: Uint8Array): void {
  columns.bytes = bytes;
  columns.seriesCount = 0;
  columns.samples.length = 0;
  columns.hasStartTimestamps = false;
  columns.histograms = [];
  columns.exemplars = [];
  columns.symbolCount = 0;
  columns.faults = new Map();
}

/** Room for one more series. */
export function ensureSeriesRoom(columns: WriteColumns): void {
  const { seriesCount } = columns;
  if (seriesCount < columns.labelEnds.length) return;
  columns.labelEnds = grown(columns.labelEnds, seriesCount * 2);
  columns.sampleEnds = grown(columns.sampleEnds, seriesCount * 2);
  columns.histogramEnds = grown(columns.histogramEnds, seriesCount * 2);
  columns.exemplarEnds = grown(columns.exemplarEnds, seriesCount * 2);
  columns.metadata = grown(columns.metadata, seriesCount * 6);
}

/** Room for one more label, of which `labelCount` are in. */
export function ensureLabelRoom(columns: WriteColumns, labelCount: number): void {
  if (4 * labelCount + 4 > columns.labelRanges.length) columns.labelRanges = grown(columns.labelRanges, columns.labelRanges.length * 2);
}

/** Room for one more symbol. */
export function ensureSymbolRoom(columns: WriteColumns): void {
  if (2 * columns.symbolCount + 2 > columns.symbolRanges.length) {
    columns.symbolRanges = grown(columns.symbolRanges, columns.symbolRanges.length * 2);
  }
}

/** Room for one more sample. */
export function ensureSampleRoom(columns: WriteColumns): void {
  const { samples } = columns;
  if (samples.length < samples.timestampsMs.length) return;
  growSampleColumns(samples, samples.length * 2);
  const starts = new Float64Array(samples.timestampsMs.length);
  starts.set(columns.startTimestampsMs);
  columns.startTimestampsMs = starts;
}

function grown(array: Uint32Array, length: number): Uint32Array {
  const larger = new Uint32Array(length);
  larger.set(array);
  return larger;
}
