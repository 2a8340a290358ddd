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
