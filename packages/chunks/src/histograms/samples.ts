import type { BitReader } from "../bits/bit-reader.ts";
import type { BitWriter } from "../bits/bit-writer.ts";
import type { Fields } from "../bits/fields.ts";
import { readVarbitInt, readVarbitUint, writeVarbitInt, writeVarbitUint } from "../bits/varbit.ts";
import { readXorField, writeXorField } from "../bits/xor-field.ts";
import { BUCKETS, COUNT, isStaleSum, type Row, SUM, TIME, ZERO_COUNT } from "./row.ts";

/*
 * A histogram's fields in their order: time, count, count of the zero bucket, sum, positive and negative buckets. The first tells each in
 * full; after that, integers (the time always, counts and buckets of integer histograms) are told by the change of their delta, floats by
 * the bits in which they differ. Behind a stale sum there are no buckets.
 */

/** Reads the first histogram behind its layout; `fields` has room for its buckets. */
export function readFirstSample(reader: BitReader, fields: Fields, isInteger: boolean): void {
  readVarbitInt(reader);
  fields.set(TIME, reader.low, reader.high);
  for (let field = COUNT; field < fields.doubles.length; field++) {
    if (!isInteger || field === SUM) reader.readWide(64);
    else if (field < SUM) readVarbitUint(reader);
    else readVarbitInt(reader);
    fields.set(field, reader.low | 0, reader.high);
  }
}

/** Reads the next histogram. */
export function readNextSample(reader: BitReader, fields: Fields, isInteger: boolean): void {
  const readField = isInteger ? readIntegerField : readXorField;
  readIntegerField(reader, fields, TIME);
  readField(reader, fields, COUNT);
  readField(reader, fields, ZERO_COUNT);
  readXorField(reader, fields, SUM);
  if (isStaleSum(fields)) return;
  for (let field = BUCKETS; field < fields.doubles.length; field++) readField(reader, fields, field);
}

function readIntegerField(reader: BitReader, fields: Fields, field: number): void {
  readVarbitInt(reader);
  fields.advanceBy(field, reader.low, reader.high);
}

/** Writes the first histogram behind its layout; `fields` has room for its buckets. */
export function writeFirstSample(writer: BitWriter, fields: Fields, row: Row, isInteger: boolean): void {
  for (let field = TIME; field < fields.doubles.length; field++) {
    const low = row.words[2 * field];
    const high = row.words[2 * field + 1];
    fields.set(field, low, high);
    if (field === TIME) writeVarbitInt(writer, low, high);
    else if (!isInteger || field === SUM) writer.writeWide(low, high, 64);
    else if (field < SUM) writeVarbitUint(writer, low, high);
    else writeVarbitInt(writer, low, high);
  }
}

/** Writes the next histogram, in the layout of the first. */
export function writeNextSample(writer: BitWriter, fields: Fields, row: Row, isInteger: boolean): void {
  const writeField = isInteger ? writeIntegerField : writeFloatField;
  writeIntegerField(writer, fields, TIME, row);
  if (isInteger && row.isStale) {
    // Its counts are not told; none that is not stale can follow in this chunk.
    writer.writeBits(0, 2);
    fields.set(COUNT, 0, 0);
    fields.set(ZERO_COUNT, 0, 0);
  } else {
    writeField(writer, fields, COUNT, row);
    writeField(writer, fields, ZERO_COUNT, row);
  }
  writeFloatField(writer, fields, SUM, row);
  if (row.isStale) return;
  for (let field = BUCKETS; field < fields.doubles.length; field++) writeField(writer, fields, field, row);
}

function writeIntegerField(writer: BitWriter, fields: Fields, field: number, { words }: Row): void {
  fields.advanceTo(field, words[2 * field], words[2 * field + 1]);
  writeVarbitInt(writer, fields.changeLow, fields.changeHigh);
}

function writeFloatField(writer: BitWriter, fields: Fields, field: number, { words }: Row): void {
  writeXorField(writer, fields, field, words[2 * field], words[2 * field + 1]);
}
