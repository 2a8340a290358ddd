import { ByteReader, type ByteWriter } from "@ferula/bytes";
import { checkRecordType, RECORD_BYTES } from "./record-types.ts";
import { readWideU64 } from "./wide-integers.ts";

/** Says that all samples of a series that came out of order until here are in head chunk files, the last in the chunk `chunkRef`. */
export interface MmapMarkerRow {
  readonly ref: number;
  /** See `headChunkRef`. */
  readonly chunkRef: number;
}

/** Writes a record of markers: the series' and the chunk's reference in 64 bits each. They stand in the log of samples out of order. */
export function encodeMmapMarkers(writer: ByteWriter, rows: Iterable<MmapMarkerRow>): void {
  writer.u8(RECORD_BYTES.mmapmarkers);
  for (const { ref, chunkRef } of rows) {
    writer.u64be(ref);
    writer.u64be(chunkRef);
  }
}

/** The contrary of `encodeMmapMarkers`. Throws RangeError when the record is malformed. */
export function decodeMmapMarkers(record: Uint8Array): MmapMarkerRow[] {
  checkRecordType(record, ["mmapmarkers"]);
  const reader = new ByteReader(record, 1);
  const rows: MmapMarkerRow[] = [];
  while (reader.remaining > 0) rows.push({ ref: readWideU64(reader), chunkRef: readWideU64(reader) });
  return rows;
}
