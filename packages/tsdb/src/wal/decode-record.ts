import { ByteReader } from "@ferula/bytes";
import { growSampleBatch, type HistogramRow, type SampleBatch } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import type { Head } from "../head/head.ts";
import { decodeHistograms } from "./records/histograms.ts";
import { TimedReader } from "./records/timed-entries.ts";
import type { ReplayBuffer } from "./replay-buffer.ts";
import { decodeSamples, keepKnown, mostSamplesOf, type SampleRows } from "./sample-rows.ts";
import type { WalRefs } from "./wal-refs.ts";

/** A sample takes at least two varints of a byte and the value. */
const LEAST_SAMPLE_BYTES = 10;

/** What series are made in. */
export interface SeriesTarget {
  readonly head: Head;
  readonly walRefs: WalRefs;
  /** Where samples of series that were made before may wait. */
  readonly buffer?: Pick<ReplayBuffer, "appendOf">;
}

/** Makes the series of a series record. Throws RangeError when it is malformed; series before that place are made. */
export function replaySeries(target: SeriesTarget, record: Uint8Array): void {
  const reader = new ByteReader(record, 1);
  while (reader.remaining > 0) replayOneSeries(target, reader.u64be(), record, reader);
}

/**
 * Makes the series that the log calls `walRef`, whose labels the reader of `record` stands at, and returns our reference. Throws RangeError as
 * above.
 */
export function replayOneSeries(target: SeriesTarget, walRef: number, record: Uint8Array, reader: ByteReader): number {
  const { head, walRefs } = target;
  const pairCount = reader.uvarint();
  if (pairCount * 2 > reader.remaining) throw new RangeError(`cannot read ${pairCount} labels: only ${reader.remaining} bytes are left`);
  const pairs = head.pairRoom(2 * pairCount);
  for (let i = 0; i < 2 * pairCount; i++) {
    const length = reader.uvarint();
    const start = reader.position;
    reader.skip(length);
    pairs[i] = head.symbols.internBytes(record, start, start + length);
  }
  const ref = head.refOfPairs(pairs, pairCount, walRef);
  if (head.series.walRefs[ref] !== walRef) endOldReference(target, ref, walRef);
  head.renewWalRef(ref, walRef);
  walRefs.set(walRef, ref);
  walRefs.dropped.delete(ref);
  head.noteWalRef(walRef);
  head.finished.found?.attach(ref, walRef);
  return ref;
}

/**
 * The chunks in files that go by the new reference of a series hide what the log tells of earlier times: so what it has told by an older one
 * goes to chunks first, and to the files under that name.
 */
function endOldReference({ head, buffer }: SeriesTarget, ref: SeriesRef, walRef: number): void {
  const { finished, floats, histograms, series } = head;
  const foundMs = finished.found?.newestMs(walRef) ?? -Infinity;
  if (foundMs === -Infinity) return;
  buffer?.appendOf(ref);
  const newestMs = series.lastTimestampsMs[ref];
  if (newestMs >= foundMs) return;
  floats.finish(ref, newestMs);
  histograms.finish(ref);
  finished.writeSeries(ref);
}

/** What a record of histograms holds for the series that are known. */
export interface ReplayedHistograms {
  readonly rows: readonly HistogramRow[];
  /** How many were left out as their series are not known. */
  readonly unknownRefs: number;
}

/** Reads a record of histograms with our references. Throws RangeError when it is malformed. */
export function replayHistograms(walRefs: WalRefs, record: Uint8Array): ReplayedHistograms {
  const rows: HistogramRow[] = [];
  const decoded = decodeHistograms(record).rows;
  for (const { timestampMs, startTimestampMs, histogram, ref: walRef } of decoded) {
    const ref = walRefs.get(walRef);
    if (ref !== 0) rows.push({ ref, timestampMs, startTimestampMs, histogram });
    else walRefs.noteMissing(walRef);
  }
  return { rows, unknownRefs: decoded.length - rows.length };
}

/**
 * Reads a record of samples into `batch` with our references, leaving out those of series that are not known; returns how
 * many these were. Throws RangeError when the record is malformed.
 */
export function replaySamples(walRefs: WalRefs, record: Uint8Array, batch: SampleBatch): number {
  batch.length = 0;
  const most = mostSamplesOf(record);
  growSampleBatch(batch, most);
  const rows: SampleRows = { length: 0, walRefs: new Float64Array(most), timestampsMs: batch.timestampsMs, valueBits: batch.valueBits };
  try {
    decodeSamples(record, rows);
  } finally {
    // Of a malformed record, too, what it tells of series that are not known counts.
    batch.length = keepKnown(walRefs, rows, batch.refs, 0, rows.length);
  }
  return rows.length - batch.length;
}

/** As `replaySamples`, for a record of the second version, whose start timestamps are kept. */
export function replaySamplesV2(walRefs: WalRefs, record: Uint8Array, batch: SampleBatch): number {
  batch.length = 0;
  const entries = new TimedReader(record, "samples_v2");
  const { reader } = entries;
  growSampleBatch(batch, Math.ceil(reader.remaining / LEAST_SAMPLE_BYTES));
  const startTimestampsMs = startColumn(batch);
  const { refs, timestampsMs, valueBits } = batch;
  let unknown = 0;
  let row = 0;
  while (entries.next()) {
    const ref = walRefs.get(entries.ref);
    const high = reader.u32be();
    const low = reader.u32be();
    if (ref === 0) {
      walRefs.noteMissing(entries.ref);
      unknown++;
      continue;
    }
    refs[row] = ref;
    timestampsMs[row] = entries.timestampMs;
    startTimestampsMs[row] = entries.startTimestampMs;
    valueBits[2 * row + 1] = high;
    valueBits[2 * row] = low;
    row++;
  }
  batch.length = row;
  return unknown;
}

function startColumn(batch: SampleBatch): Float64Array {
  const { startTimestampsMs, timestampsMs } = batch;
  if (startTimestampsMs !== undefined && startTimestampsMs.length >= timestampsMs.length) return startTimestampsMs;
  const grown = new Float64Array(timestampsMs.length);
  batch.startTimestampsMs = grown;
  return grown;
}
