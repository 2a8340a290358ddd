import type { ByteReader, ByteWriter } from "@ferula/bytes";
import type { Labels } from "@ferula/model";
import { RECORD_BYTES } from "./record-types.ts";

/** A series and the reference by which later records name it. */
export interface SeriesRow {
  readonly ref: number;
  readonly labels: Labels;
}

/** Writes a record of series: for each its reference in 64 bits and its labels. */
export function encodeSeriesRows(writer: ByteWriter, rows: Iterable<SeriesRow>): void {
  writer.u8(RECORD_BYTES.series);
  for (const { ref, labels } of rows) {
    writer.u64be(ref);
    writeLabels(writer, labels);
  }
}

/** Writes how many labels there are, then names and values, each after its length. */
export function writeLabels(writer: ByteWriter, labels: Labels): void {
  writer.uvarint(labels.length / 2);
  for (const text of labels) writer.uvarintString(text);
}

/** The contrary of `writeLabels`. Throws RangeError when they are cut short. */
export function readLabels(reader: ByteReader): Labels {
  const textCount = labelTextCount(reader);
  const labels: string[] = [];
  for (let i = 0; i < textCount; i++) labels.push(reader.uvarintString());
  return labels;
}

/** Moves the reader behind a set of labels. Throws RangeError when they are cut short. */
export function skipLabels(reader: ByteReader): void {
  const textCount = labelTextCount(reader);
  for (let i = 0; i < textCount; i++) reader.skip(reader.uvarint());
}

function labelTextCount(reader: ByteReader): number {
  const textCount = 2 * reader.uvarint();
  if (textCount > reader.remaining) throw new RangeError(`cannot read ${textCount / 2} labels: only ${reader.remaining} bytes are left`);
  return textCount;
}
