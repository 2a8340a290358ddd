import type { ByteWriter } from "@ferula/bytes";
import type { ExemplarRow } from "@ferula/model";
import { checkRecordType } from "./record-types.ts";
import { readLabels, writeLabels } from "./series.ts";
import { TimedReader, TimedWriter } from "./timed-entries.ts";

/** Writes a record of exemplars: behind each one's reference and time its value and its labels. */
export function encodeExemplars(writer: ByteWriter, rows: Iterable<ExemplarRow>): void {
  const entries = new TimedWriter(writer, "exemplars");
  for (const { ref, timestampMs, value, labels } of rows) {
    entries.entry(ref, timestampMs, 0);
    writer.f64be(value);
    writeLabels(writer, labels);
  }
}

/** The contrary of `encodeExemplars`. Throws RangeError when the record is malformed. */
export function decodeExemplars(record: Uint8Array): ExemplarRow[] {
  const entries = new TimedReader(record, checkRecordType(record, ["exemplars"]));
  const { reader } = entries;
  const rows: ExemplarRow[] = [];
  while (entries.next()) {
    rows.push({ ref: entries.ref, timestampMs: entries.timestampMs, value: reader.f64be(), labels: readLabels(reader) });
  }
  return rows;
}
