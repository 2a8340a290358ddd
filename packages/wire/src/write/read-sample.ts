import type { Reader } from "protobufjs";
import { expectWireType, FIXED_64, readEnd, skipField, VARINT } from "../read-fields.ts";
import { readDoubleBits, readInt64 } from "../read-numbers.ts";
import { unexpectedEnd } from "../wire-error.ts";
import { ensureSampleRoom, type WriteColumns } from "./columns.ts";

/** Reads a `Sample` to the end of the columns. Its third field, the start timestamp, is one of remote write 2.0. */
export function readSample(reader: Reader, outerEnd: number, columns: WriteColumns, hasStart: boolean): void {
  ensureSampleRoom(columns);
  const { samples, startTimestampsMs } = columns;
  const { timestampsMs, valueBits, length: row } = samples;
  timestampsMs[row] = 0;
  startTimestampsMs[row] = 0;
  valueBits[2 * row] = 0;
  valueBits[2 * row + 1] = 0;
  const end = readEnd(reader, outerEnd);
  while (reader.pos < end) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field === 1) {
      expectWireType(tag, FIXED_64, "Value");
      readDoubleBits(reader, valueBits, row);
    } else if (field === 2) {
      expectWireType(tag, VARINT, "Timestamp");
      timestampsMs[row] = readInt64(reader);
    } else if (field === 3 && hasStart) {
      expectWireType(tag, VARINT, "StartTimestamp");
      startTimestampsMs[row] = readInt64(reader);
    } else {
      skipField(reader, tag);
    }
  }
  if (reader.pos > end) throw unexpectedEnd();
  if (startTimestampsMs[row] !== 0) columns.hasStartTimestamps = true;
  samples.length = row + 1;
}
