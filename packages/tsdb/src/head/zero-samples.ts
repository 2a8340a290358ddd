import {
  createFloatHistogram,
  createIntegerHistogram,
  createSampleBatch,
  type Histogram,
  type HistogramRow,
  type SampleBatch,
  validateHistogram,
} from "@ferula/model";
import type { RejectionListener } from "@ferula/storage";
import type { AppendLimits } from "./append-limits.ts";
import type { SeriesTable } from "./series-table.ts";

/** A batch with the zeros that are due before its samples. */
export interface BatchWithZeros {
  readonly batch: SampleBatch;
  readonly zeroCount: number;
  /** Tells a listener of the samples of the batch as it came: no zero is ever rejected. */
  readonly listener: (onRejected: RejectionListener) => RejectionListener;
}

/** What says whether a zero is due. */
interface HeadState {
  readonly lastTimestampsMs: Float64Array;
  readonly seriesCount: number;
  readonly oldestMs: number;
}

/**
 * The batch with a zero at the start time of each sample that tells one, where the series has nothing so new yet; undefined when none is due.
 * Start times that the head can't take, or that don't lie before their sample, are passed over. Zeros have no start time of their own, and
 * those of histograms are counter resets in the layout of the histogram behind (tsdb/head_append_v2.go `bestEffortAppendSTZeroSample`).
 */
export function withZeros(batch: SampleBatch, series: SeriesTable, { oldestMs }: AppendLimits): BatchWithZeros | undefined {
  const head: HeadState = { lastTimestampsMs: series.lastTimestampsMs, seriesCount: series.count, oldestMs };
  const newestMs: NewestTimes = new Map();
  const floatCount = countDueFloats(batch, head, newestMs);
  const histogramCount = countDueHistograms(batch, head, newestMs);
  if (floatCount + histogramCount === 0) return undefined;
  const floats = floatsWithZeros(batch, floatCount, head, newestMs);
  const histograms = histogramsWithZeros(batch.histograms ?? [], head, newestMs);
  return {
    batch: { ...floats.batch, histograms: histograms.rows, inOrderOnly: batch.inOrderOnly },
    zeroCount: floats.zeroCount + histograms.zeroCount,
    listener: (onRejected) => (kind, index, reason, existing) =>
      onRejected(kind, (kind === "float" ? floats.sources?.[index] : histograms.sources[index]) ?? index, reason, existing),
  };
}

function isDue({ lastTimestampsMs, seriesCount, oldestMs }: HeadState, ref: number, timestampMs: number, startMs: number): boolean {
  if (startMs === 0 || startMs >= timestampMs || startMs < oldestMs) return false;
  return ref !== 0 && ref <= seriesCount && startMs > lastTimestampsMs[ref];
}

/** By series for which a zero may be due, the newest of its samples in the batch so far. Of the others, which are many, nothing is noted. */
type NewestTimes = Map<number, number>;

function countDueFloats({ length, refs, timestampsMs, startTimestampsMs }: SampleBatch, head: HeadState, newestMs: NewestTimes): number {
  if (startTimestampsMs === undefined) return 0;
  let due = 0;
  for (let row = 0; row < length; row++) {
    if (!isDue(head, refs[row], timestampsMs[row], startTimestampsMs[row])) continue;
    newestMs.set(refs[row], -Infinity);
    due++;
  }
  return due;
}

function countDueHistograms({ histograms = [] }: SampleBatch, head: HeadState, newestMs: NewestTimes): number {
  let due = 0;
  for (const { ref, timestampMs, startTimestampMs } of histograms) {
    if (!isDue(head, ref, timestampMs, startTimestampMs)) continue;
    newestMs.set(ref, -Infinity);
    due++;
  }
  return due;
}

function noteNewest(newestMs: NewestTimes, ref: number, timestampMs: number): void {
  const knownMs = newestMs.get(ref);
  if (knownMs !== undefined && timestampMs > knownMs) newestMs.set(ref, timestampMs);
}

/** `mostZeros` may be due; of several samples of a series each is asked behind those before it, whether these tell a start or not. */
function floatsWithZeros(
  batch: SampleBatch,
  mostZeros: number,
  head: HeadState,
  newestMs: NewestTimes,
): { readonly batch: SampleBatch; readonly zeroCount: number; readonly sources: Uint32Array | undefined } {
  const { length, refs, timestampsMs, valueBits, startTimestampsMs } = batch;
  if (mostZeros === 0 || startTimestampsMs === undefined) return { batch, zeroCount: 0, sources: undefined };
  const all = createSampleBatch(length + mostZeros);
  const starts = new Float64Array(length + mostZeros);
  const sources = new Uint32Array(length + mostZeros);
  let next = 0;
  for (let row = 0; row < length; row++) {
    const ref = refs[row];
    const startMs = startTimestampsMs[row];
    if (isDue(head, ref, timestampsMs[row], startMs) && startMs > (newestMs.get(ref) ?? -Infinity)) {
      all.refs[next] = ref;
      all.timestampsMs[next++] = startMs;
    }
    noteNewest(newestMs, ref, timestampsMs[row]);
    all.refs[next] = ref;
    all.timestampsMs[next] = timestampsMs[row];
    all.valueBits[2 * next] = valueBits[2 * row];
    all.valueBits[2 * next + 1] = valueBits[2 * row + 1];
    starts[next] = startMs;
    sources[next++] = row;
  }
  all.length = next;
  return { batch: { ...all, startTimestampsMs: starts }, zeroCount: next - length, sources };
}

function histogramsWithZeros(
  rows: readonly HistogramRow[],
  head: HeadState,
  newestMs: NewestTimes,
): { readonly rows: readonly HistogramRow[]; readonly zeroCount: number; readonly sources: readonly number[] } {
  const all: HistogramRow[] = [];
  const sources: number[] = [];
  rows.forEach((row, i) => {
    const { ref, timestampMs, startTimestampMs, histogram } = row;
    const isFirst = startTimestampMs > (newestMs.get(ref) ?? -Infinity);
    if (isDue(head, ref, timestampMs, startTimestampMs) && isFirst && validateHistogram(histogram) === undefined) {
      all.push({ ref, timestampMs: startTimestampMs, startTimestampMs: 0, histogram: zeroOf(histogram) });
      sources.push(i);
    }
    noteNewest(newestMs, ref, timestampMs);
    all.push(row);
    sources.push(i);
  });
  return { rows: all, zeroCount: all.length - rows.length, sources };
}

function zeroOf({ kind, schema, zeroThreshold, customValues }: Histogram): Histogram {
  const fields = { counterResetHint: "reset", schema, zeroThreshold, customValues } as const;
  return kind === "float" ? createFloatHistogram(fields) : createIntegerHistogram(fields);
}
