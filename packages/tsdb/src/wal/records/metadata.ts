import { ByteReader, type ByteWriter } from "@ferula/bytes";
import type { MetricMetadata, MetricType } from "@ferula/model";
import { checkRecordType, RECORD_BYTES } from "./record-types.ts";
import { readWideUvarint, writeWideUvarint } from "./wide-integers.ts";

/** What is known of a series beside its samples. */
export interface MetadataRow extends MetricMetadata {
  readonly ref: number;
}

/** In the order of their bytes (tsdb/record/record.go `MetricType`). */
const METRIC_TYPES: readonly MetricType[] = ["unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"];

const UNIT_FIELD = "UNIT";
const HELP_FIELD = "HELP";

/** Writes a record of metadata: for each the reference as a varint, the type's byte, and the number of fields with their names and texts. */
export function encodeMetadata(writer: ByteWriter, rows: Iterable<MetadataRow>): void {
  writer.u8(RECORD_BYTES.metadata);
  for (const { ref, type, unit, help } of rows) {
    writeWideUvarint(writer, ref);
    writer.u8(METRIC_TYPES.indexOf(type));
    writer.uvarint(2);
    writer.uvarintString(UNIT_FIELD);
    writer.uvarintString(unit);
    writer.uvarintString(HELP_FIELD);
    writer.uvarintString(help);
  }
}

/** The contrary of `encodeMetadata`. Fields of versions to come are left out. Throws RangeError when the record is malformed. */
export function decodeMetadata(record: Uint8Array): MetadataRow[] {
  checkRecordType(record, ["metadata"]);
  const reader = new ByteReader(record, 1);
  const rows: MetadataRow[] = [];
  while (reader.remaining > 0) {
    const ref = readWideUvarint(reader);
    const type = METRIC_TYPES[reader.u8()] ?? "unknown";
    const texts = new Map<string, string>();
    for (let rest = fieldCount(reader); rest > 0; rest--) texts.set(reader.uvarintString(), reader.uvarintString());
    rows.push({ ref, type, unit: texts.get(UNIT_FIELD) ?? "", help: texts.get(HELP_FIELD) ?? "" });
  }
  return rows;
}

/** Moves the reader behind one row and returns its reference. Throws RangeError when it is cut short. */
export function skipMetadata(reader: ByteReader): number {
  const ref = readWideUvarint(reader);
  reader.u8();
  for (let rest = 2 * fieldCount(reader); rest > 0; rest--) reader.bytes(reader.uvarint());
  return ref;
}

function fieldCount(reader: ByteReader): number {
  const count = reader.uvarint();
  if (2 * count > reader.remaining)
    throw new RangeError(`cannot read ${count} fields of metadata: only ${reader.remaining} bytes are left`);
  return count;
}
