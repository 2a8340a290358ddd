import { BucketArena } from "@ferula/exposition";
import { createSampleBatch, growSampleBatch, type Histogram, type HistogramRow, type SampleBatch, setStaleAt } from "@ferula/model";
import type { ScrapedExemplar } from "../body-reader.ts";
import { type BodyExemplars, clearBodyExemplars, createBodyExemplars } from "../cache/exemplar.ts";
import { setValue } from "../cache/sample-value.ts";

/** The samples of a body on its way. One a workspace: what it holds counts until that one's next body. */
export interface MessageRows {
  readonly batch: SampleBatch;
  readonly histograms: HistogramRow[];
  readonly exemplars: BodyExemplars;
  /** When counters began, in step with the batch. */
  starts: Float64Array;
  /** By row of the batch, 1 where a start may be made up; kept where these are. */
  counters: Uint8Array;
  /** What the histograms are made of. */
  readonly arena: BucketArena;
}

/** Rows without samples. */
export function createMessageRows(): MessageRows {
  return {
    batch: createSampleBatch(1024),
    histograms: [],
    exemplars: createBodyExemplars(),
    starts: new Float64Array(1024),
    counters: new Uint8Array(1024),
    arena: new BucketArena(),
  };
}

/** Forgets what is in. */
export function clearRows(rows: MessageRows): void {
  rows.batch.length = 0;
  rows.batch.histograms = undefined;
  rows.batch.startTimestampsMs = undefined;
  rows.histograms.length = 0;
  clearBodyExemplars(rows.exemplars);
  rows.arena.reset();
}

/** Adds a float, as the two words of its bits. */
export function pushFloat({ batch }: MessageRows, ref: number, timestampMs: number, low: number, high: number): void {
  const i = batch.length;
  if (i === batch.refs.length) growSampleBatch(batch, 2 * i);
  batch.refs[i] = ref;
  batch.timestampsMs[i] = timestampMs;
  batch.valueBits[2 * i] = low;
  batch.valueBits[2 * i + 1] = high;
  batch.length = i + 1;
}

/** Adds a float, a NaN as text has it. */
export function pushNumber({ batch }: MessageRows, ref: number, timestampMs: number, value: number): void {
  const i = batch.length;
  if (i === batch.refs.length) growSampleBatch(batch, 2 * i);
  batch.refs[i] = ref;
  batch.timestampsMs[i] = timestampMs;
  setValue(batch.values, batch.valueBits, i, value);
  batch.length = i + 1;
}

/** Says when the counters began whose floats were added since there were `from`. */
export function setStarts(rows: MessageRows, from: number, startTimestampMs: number): void {
  const { length, timestampsMs } = rows.batch;
  if (rows.batch.startTimestampsMs === undefined && startTimestampMs === 0) return;
  if (rows.starts.length < length) {
    const longer = new Float64Array(timestampsMs.length);
    longer.set(rows.starts);
    rows.starts = longer;
  }
  if (rows.batch.startTimestampsMs === undefined) rows.starts.fill(0, 0, from);
  rows.batch.startTimestampsMs = rows.starts;
  rows.starts.fill(startTimestampMs, from, length);
}

/** Gives the batch starts where it has none yet: all of them are not known. */
export function ensureStarts(rows: MessageRows): void {
  const { batch } = rows;
  if (batch.startTimestampsMs !== undefined) return;
  if (rows.starts.length < batch.length) rows.starts = new Float64Array(batch.timestampsMs.length);
  else rows.starts.fill(0, 0, batch.length);
  batch.startTimestampsMs = rows.starts;
}

/** Says of the floats that were added since there were `from` whether starts may be made up for them. */
export function setCounters(rows: MessageRows, from: number, isCounter: boolean): void {
  const { length, timestampsMs } = rows.batch;
  if (rows.counters.length < length) {
    const longer = new Uint8Array(timestampsMs.length);
    longer.set(rows.counters);
    rows.counters = longer;
  }
  rows.counters.fill(isCounter ? 1 : 0, from, length);
}

/** Adds a histogram. */
export function pushHistogramRow(
  rows: MessageRows,
  ref: number,
  timestampMs: number,
  startTimestampMs: number,
  histogram: Histogram,
): void {
  rows.histograms.push({ ref, timestampMs, startTimestampMs, histogram });
  rows.batch.histograms = rows.histograms;
}

/** Adds stale markers. A storage makes one of a histogram of it where the series' last sample is one. */
export function pushStale({ batch }: MessageRows, refs: Uint32Array, timestampMs: number): void {
  growSampleBatch(batch, batch.length + refs.length);
  for (let k = 0; k < refs.length; k++) {
    const i = batch.length++;
    batch.refs[i] = refs[k];
    batch.timestampsMs[i] = timestampMs;
    setStaleAt(batch, i);
  }
}

/** Puts the exemplars of one series in the order in which a storage takes them: by time, then by value. */
export function sortExemplars(exemplars: ScrapedExemplar[], from: number): void {
  if (exemplars.length - from < 2) return;
  const sorted = exemplars.slice(from).sort((a, b) => a.timestampMs - b.timestampMs || a.value - b.value);
  for (let i = 0; i < sorted.length; i++) exemplars[from + i] = sorted[i];
}
