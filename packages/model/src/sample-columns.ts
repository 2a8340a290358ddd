import type { FloatHistogram, Histogram } from "./histogram/histogram.ts";

/**
 * Samples as columns. Timestamps are milliseconds since the epoch and fit a double exactly.
 *
 * A stale marker is one particular NaN, so values that may hold one are compared and written by their bits: `valueBits[2 * i]` is the
 * low and `valueBits[2 * i + 1]` the high word of `values[i]` (the machine is little-endian, as every machine Node runs on is).
 */
export interface SampleColumns {
  /** How many samples are in; the arrays may be longer. */
  length: number;
  timestampsMs: Float64Array;
  values: Float64Array;
  /** The same memory as `values`. */
  valueBits: Uint32Array;
}

/** What every source of samples builds and appends: row i is a sample of the series `refs[i]`. */
export interface SampleBatch extends SampleColumns {
  refs: Uint32Array;
  /** When each row's counter began, milliseconds since the epoch, 0 where that is not known; nowhere, when it is left out. */
  startTimestampsMs?: Float64Array | undefined;
  /** Histograms, of other series than the rows or of the same, behind whose rows they come; none when it is left out. */
  histograms?: readonly HistogramRow[] | undefined;
  /** Nothing of it is taken out of order, though the storage would: a rule's result that comes late is none. Default: false. */
  inOrderOnly?: boolean | undefined;
}

/** A histogram of the series `ref`. It is only read, and not kept. */
export interface HistogramRow {
  readonly ref: number;
  readonly timestampMs: number;
  /** When its counter began; 0 where that is not known. */
  readonly startTimestampMs: number;
  readonly histogram: Histogram;
}

/** Histograms as columns, beside those of floats. */
export interface HistogramColumns {
  /** How many are in; the array of times may be longer. */
  length: number;
  timestampsMs: Float64Array;
  histograms: FloatHistogram[];
}

/** Empty columns with room for `capacity` histograms. */
export function createHistogramColumns(capacity: number): HistogramColumns {
  return { length: 0, timestampsMs: new Float64Array(capacity), histograms: [] };
}

/** Puts a histogram, which is kept, behind those that are in. */
export function pushHistogram(columns: HistogramColumns, timestampMs: number, histogram: FloatHistogram): void {
  if (columns.length === columns.timestampsMs.length) {
    const timestampsMs = new Float64Array(Math.max(16, columns.length * 2));
    timestampsMs.set(columns.timestampsMs);
    columns.timestampsMs = timestampsMs;
  }
  columns.timestampsMs[columns.length] = timestampMs;
  columns.histograms[columns.length++] = histogram;
}

/** Empty columns with room for `capacity` samples. */
export function createSampleColumns(capacity: number): SampleColumns {
  const values = new Float64Array(capacity);
  return { length: 0, timestampsMs: new Float64Array(capacity), values, valueBits: new Uint32Array(values.buffer) };
}

/** An empty batch with room for `capacity` samples. */
export function createSampleBatch(capacity: number): SampleBatch {
  return { ...createSampleColumns(capacity), refs: new Uint32Array(capacity) };
}

/** Makes room for `capacity` samples and keeps those that are in. */
export function growSampleColumns(columns: SampleColumns, capacity: number): void {
  if (columns.timestampsMs.length >= capacity) return;
  const rounded = Math.max(capacity, columns.timestampsMs.length * 2);
  const timestampsMs = new Float64Array(rounded);
  const values = new Float64Array(rounded);
  const valueBits = new Uint32Array(values.buffer);
  timestampsMs.set(columns.timestampsMs);
  valueBits.set(columns.valueBits);
  columns.timestampsMs = timestampsMs;
  columns.values = values;
  columns.valueBits = valueBits;
}

/** As `growSampleColumns`, the references too. */
export function growSampleBatch(batch: SampleBatch, capacity: number): void {
  growSampleColumns(batch, capacity);
  if (batch.refs.length >= batch.timestampsMs.length) return;
  const refs = new Uint32Array(batch.timestampsMs.length);
  refs.set(batch.refs);
  batch.refs = refs;
}

/** The low word of the stale marker 0x7ff0000000000002 (model/value/value.go `StaleNaN`). */
export const STALE_NAN_LOW: number = 0x00000002;
/** Its high word. */
export const STALE_NAN_HIGH: number = 0x7ff00000;

/** Whether row `i` is a stale marker. */
export function isStaleAt(columns: SampleColumns, i: number): boolean {
  return columns.valueBits[2 * i + 1] === STALE_NAN_HIGH && columns.valueBits[2 * i] === STALE_NAN_LOW;
}

/** Writes a stale marker to row `i`. */
export function setStaleAt(columns: SampleColumns, i: number): void {
  columns.valueBits[2 * i] = STALE_NAN_LOW;
  columns.valueBits[2 * i + 1] = STALE_NAN_HIGH;
}
