import { ByteReader } from "@ferula/bytes";
import { growSampleBatch, type HistogramRow, type SampleBatch } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { decodeHistograms } from "./records/histograms.ts";
import { TimedReader } from "./records/timed-entries.ts";
import type { WalRefs } from "./wal-refs.ts";

/** A sample takes at least two varints of a byte and the value. */
const LEAST_SAMPLE_BYTES = 10;

/** Makes the series of a series record. Throws RangeError when it is malformed; series before that place are made. */
export function replaySeries(head: Head, walRefs: WalRefs, record: Uint8Array): void {
  const reader = new ByteReader(record, 1);
  while (reader.remaining > 0) replayOneSeries(head, walRefs, reader.u64be(), reader);
}

/** Makes the series that the log calls `walRef`, whose labels the reader stands at, and returns our reference. Throws RangeError as above. */
export function replayOneSeries(head: Head, walRefs: WalRefs, walRef: number, reader: ByteReader): number {
  const pairCount = reader.uvarint();
  if (pairCount * 2 > reader.remaining) throw new RangeError(`cannot read ${pairCount} labels: only ${reader.remaining} bytes are left`);
  const pairs = head.pairRoom(2 * pairCount);
  for (let i = 0; i < 2 * pairCount; i++) {
    const text = reader.bytes(reader.uvarint());
    pairs[i] = head.symbols.internBytes(text, 0, text.length);
  }
  const ref = head.refOfPairs(pairs, pairCount, walRef);
  walRefs.set(walRef, ref);
  head.noteWalRef(walRef);
  head.finished.found?.attach(ref, walRef);
  return ref;
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
  }
  return { rows, unknownRefs: decoded.length - rows.length };
}

/**
 * Reads a record of samples into `batch` with our references, leaving out those of series that are not known; returns how
 * many these were. Throws RangeError when the record is malformed.
 */
export function replaySamples(walRefs: WalRefs, record: Uint8Array, batch: SampleBatch): number {
  batch.length = 0;
  const end = record.length;
  if (end <= 1) return 0;
  const reader = new ByteReader(record, 1);
  const firstRef = reader.u64be();
  const firstMs = reader.i64be();
  growSampleBatch(batch, Math.floor(reader.remaining / LEAST_SAMPLE_BYTES));
  const { refs, timestampsMs, valueBits } = batch;
  const data = new DataView(record.buffer, record.byteOffset);
  let unknown = 0;
  let row = 0;
  let at = reader.position;
  while (at < end) {
    // Fast path: scrapes have close references and one time, so both varints are a byte or two.
    let raw = record[at++];
    if (raw >= 128) {
      raw = (raw & 127) | (record[at] << 7);
      if (record[at++] >= 128) {
        raw = longVarint(record, at - 2, end);
        at = varintEnd(record, at - 2, end);
      }
    }
    const walRef = firstRef + unzigzag(raw);
    raw = record[at++];
    if (raw >= 128) {
      raw = longVarint(record, at - 1, end);
      at = varintEnd(record, at - 1, end);
    }
    if (at + 8 > end) throw new RangeError(`cannot read sample ${row + unknown} of a record: its value is cut short`);
    const ref = walRefs.get(walRef);
    if (ref === 0) {
      unknown++;
    } else {
      refs[row] = ref;
      timestampsMs[row] = firstMs + unzigzag(raw);
      valueBits[2 * row + 1] = data.getUint32(at);
      valueBits[2 * row] = data.getUint32(at + 4);
      row++;
    }
    at += 8;
  }
  batch.length = row;
  return unknown;
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

function unzigzag(raw: number): number {
  return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
}

/** Doubles hold the varints of safe integers exactly; others make references that nobody has. */
function longVarint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let scale = 1;
  for (let at = start; at < end; at++) {
    value += (bytes[at] & 127) * scale;
    if (bytes[at] < 128) return value;
    scale *= 128;
  }
  throw new RangeError("cannot read a varint: the record ends inside it");
}

function varintEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] >= 128) at++;
  return at + 1;
}
