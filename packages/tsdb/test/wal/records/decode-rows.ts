import { ByteReader } from "@ferula/bytes";
import { checkRecordType } from "../../../src/wal/records/record-types.ts";
import { readLabels, type SeriesRow } from "../../../src/wal/records/series.ts";
import { TimedReader } from "../../../src/wal/records/timed-entries.ts";
import { readWideU64 } from "../../../src/wal/records/wide-integers.ts";

/*
 * Plain decoders of the records that the program itself only replays, straight into a head.
 */

/** The contrary of `encodeSeriesRows`. Throws RangeError when the record is malformed. */
export function decodeSeriesRows(record: Uint8Array): SeriesRow[] {
  checkRecordType(record, ["series"]);
  const reader = new ByteReader(record, 1);
  const rows: SeriesRow[] = [];
  while (reader.remaining > 0) rows.push({ ref: readWideU64(reader), labels: readLabels(reader) });
  return rows;
}

/** A sample of a record: the value as the high and low half of its bits. */
export type SampleRow = readonly [ref: number, timestampMs: number, startTimestampMs: number, valueHigh: number, valueLow: number];

/** The contrary of `encodeWalSamples`, of either version. Throws RangeError when the record is malformed. */
export function decodeSampleRows(record: Uint8Array): SampleRow[] {
  const entries = new TimedReader(record, checkRecordType(record, ["samples", "samples_v2"]));
  const { reader } = entries;
  const rows: SampleRow[] = [];
  while (entries.next()) rows.push([entries.ref, entries.timestampMs, entries.startTimestampMs, reader.u32be(), reader.u32be()]);
  return rows;
}
