import { ByteReader, type ByteWriter } from "@ferula/bytes";
import { readHistogram } from "./records/histogram-fields.ts";
import { HISTOGRAM_RECORDS, isHistogramRecord } from "./records/histograms.ts";
import { skipMetadata } from "./records/metadata.ts";
import { RECORD_BYTES, type RecordType } from "./records/record-types.ts";
import { skipLabels } from "./records/series.ts";
import { TimedReader, TimedWriter } from "./records/timed-entries.ts";
import { readWideU64, readWideVarint } from "./records/wide-integers.ts";

/** What a checkpoint keeps. */
export interface RecordFilter {
  /** Asked for the references of series, of tombstones and of metadata. */
  readonly keepSeries: (ref: number) => boolean;
  /** Samples, histograms and exemplars before it are dropped, and tombstones that end before it. */
  readonly minTimeMs: number;
}

/** How many entries a record had, and how many of them were dropped. */
export interface FilterCount {
  readonly total: number;
  readonly dropped: number;
}

const REF_BYTES = 8;

/** Moves the reader behind an entry; false when it is to be dropped. */
type PassEntry = (reader: ByteReader, filter: RecordFilter) => boolean;

/** Records whose entries stand for themselves. */
const PASS_ENTRY: Readonly<Partial<Record<RecordType, PassEntry>>> = {
  series: (reader, { keepSeries }) => {
    const isKept = keepSeries(readWideU64(reader));
    skipLabels(reader);
    return isKept;
  },
  tombstones: (reader, { keepSeries, minTimeMs }) => {
    const isKept = keepSeries(readWideU64(reader));
    readWideVarint(reader);
    return readWideVarint(reader) >= minTimeMs && isKept;
  },
  mmapmarkers: (reader, { keepSeries }) => {
    const isKept = keepSeries(readWideU64(reader));
    reader.bytes(REF_BYTES);
    return isKept;
  },
};

/**
 * Writes what is to be kept of a record, as a record of the same type and version, or nothing when all is dropped. Bytes of labels,
 * values and histograms are copied as they stand. Not for metadata, see `LatestMetadata`. Throws RangeError when the record is malformed;
 * what was written then is of no use.
 */
export function filterRecord(writer: ByteWriter, record: Uint8Array, type: RecordType, filter: RecordFilter): FilterCount {
  const pass = PASS_ENTRY[type];
  return pass === undefined ? filterTimed(writer, record, type, filter.minTimeMs) : filterPlain(writer, record, filter, pass);
}

function filterPlain(writer: ByteWriter, record: Uint8Array, filter: RecordFilter, pass: PassEntry): FilterCount {
  const reader = new ByteReader(record, 1);
  let total = 0;
  let kept = 0;
  while (reader.remaining > 0) {
    const start = reader.position;
    total++;
    if (!pass(reader, filter)) continue;
    if (kept === 0) writer.u8(record[0]);
    kept++;
    writer.bytes(record.subarray(start, reader.position));
  }
  return { total, dropped: total - kept };
}

/** The entries of a scrape have one time: nearly every record is kept or dropped whole, so that is found out first. */
function filterTimed(writer: ByteWriter, record: Uint8Array, type: RecordType, minTimeMs: number): FilterCount {
  const skip = payloadSkipper(type);
  const count = countTimed(record, type, minTimeMs, skip);
  if (count.dropped === count.total) return count;
  if (count.dropped === 0) {
    writer.bytes(record);
    return count;
  }
  const entries = new TimedReader(record, type);
  const { reader } = entries;
  const kept = new TimedWriter(writer, type);
  while (entries.next()) {
    const start = reader.position;
    skip(reader);
    if (entries.timestampMs < minTimeMs) continue;
    kept.entry(entries.ref, entries.timestampMs, entries.startTimestampMs);
    writer.bytes(record.subarray(start, reader.position));
  }
  return count;
}

function countTimed(record: Uint8Array, type: RecordType, minTimeMs: number, skip: (reader: ByteReader) => void): FilterCount {
  const entries = new TimedReader(record, type);
  let total = 0;
  let dropped = 0;
  while (entries.next()) {
    total++;
    if (entries.timestampMs < minTimeMs) dropped++;
    skip(entries.reader);
  }
  return { total, dropped };
}

/** What moves the reader behind the part of an entry that follows its reference and time. */
function payloadSkipper(type: RecordType): (reader: ByteReader) => void {
  if (isHistogramRecord(type)) {
    const { kind } = HISTOGRAM_RECORDS[type];
    return (reader) => {
      readHistogram(reader, kind);
    };
  }
  if (type === "exemplars") {
    return (reader) => {
      skipValue(reader);
      skipLabels(reader);
    };
  }
  return skipValue;
}

/** Two words are read faster than the view of eight bytes is made. */
function skipValue(reader: ByteReader): void {
  reader.u32be();
  reader.u32be();
}

/** Collects the latest metadata of each series, as the bytes of its row. */
export class LatestMetadata {
  private readonly rows = new Map<number, Uint8Array>();

  /** Throws RangeError when the record is malformed; rows before that place are taken. */
  add(record: Uint8Array, { keepSeries }: RecordFilter): FilterCount {
    const reader = new ByteReader(record, 1);
    let total = 0;
    let isNew = 0;
    while (reader.remaining > 0) {
      const start = reader.position;
      const ref = skipMetadata(reader);
      total++;
      if (!keepSeries(ref)) continue;
      if (!this.rows.has(ref)) isNew++;
      this.rows.set(ref, record.slice(start, reader.position));
    }
    return { total, dropped: total - isNew };
  }

  /** Writes records of at most `mostRows` rows and hands each over; it is good until the next. */
  emit(writer: ByteWriter, mostRows: number, sink: (record: Uint8Array) => void): void {
    let count = 0;
    writer.reset();
    for (const row of this.rows.values()) {
      if (count === 0) writer.u8(RECORD_BYTES.metadata);
      writer.bytes(row);
      if (++count < mostRows) continue;
      sink(writer.view());
      writer.reset();
      count = 0;
    }
    if (count > 0) sink(writer.view());
  }
}
