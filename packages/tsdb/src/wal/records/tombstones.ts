import { ByteReader, type ByteWriter } from "@ferula/bytes";
import type { Interval } from "../../block/intervals.ts";
import { checkRecordType, RECORD_BYTES } from "./record-types.ts";
import { readWideU64, readWideVarint, writeWideVarint } from "./wide-integers.ts";

/** An interval that was deleted of a series. */
export interface TombstoneRow {
  readonly ref: number;
  readonly interval: Interval;
}

/** Says that a series was dropped: it is of no series that is made after it, even if that has the same labels. */
export const WHOLE_SERIES: Interval = { minTimeMs: -Infinity, maxTimeMs: Infinity };

/** Writes a record of tombstones: for each the reference in 64 bits, then the first and last time as signed varints. */
export function encodeTombstoneRows(writer: ByteWriter, rows: Iterable<TombstoneRow>): void {
  writer.u8(RECORD_BYTES.tombstones);
  for (const { ref, interval } of rows) {
    writer.u64be(ref);
    writeWideVarint(writer, interval.minTimeMs);
    writeWideVarint(writer, interval.maxTimeMs);
  }
}

/** The contrary of `encodeTombstoneRows`. Throws RangeError when the record is malformed. */
export function decodeTombstoneRows(record: Uint8Array): TombstoneRow[] {
  checkRecordType(record, ["tombstones"]);
  const reader = new ByteReader(record, 1);
  const rows: TombstoneRow[] = [];
  while (reader.remaining > 0) {
    const ref = readWideU64(reader);
    rows.push({ ref, interval: { minTimeMs: readTime(reader), maxTimeMs: readTime(reader) } });
  }
  return rows;
}

/** A time past what a double counts exactly is no sample's: it stands for any time. */
function readTime(reader: ByteReader): number {
  const timeMs = readWideVarint(reader);
  if (Number.isSafeInteger(timeMs)) return timeMs;
  return timeMs < 0 ? -Infinity : Infinity;
}
