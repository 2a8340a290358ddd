import type { Reader } from "protobufjs";
import { expectWireType, FIXED_64, readEnd, skipField, VARINT } from "../read-fields.ts";
import { readDoubleBits, readInt64 } from "../read-numbers.ts";
import { unexpectedEnd } from "../wire-error.ts";
import type { WireExemplar } from "./columns.ts";

const double = new Float64Array(1);
const doubleBits = new Uint32Array(double.buffer);

/** What an exemplar's labels are, once they are read. */
export type ExemplarLabels = Pick<WireExemplar, "labels" | "fault">;

/** Reads an `Exemplar`. Its first field holds labels, which 1.0 and 2.0 write each in their own way: `readLabels` reads one such field. */
export function readExemplar(
  reader: Reader,
  outerEnd: number,
  readLabels: (tag: number, end: number) => void,
  finishLabels: () => ExemplarLabels,
): WireExemplar {
  let timestampMs = 0;
  let value = 0;
  const end = readEnd(reader, outerEnd);
  while (reader.pos < end) {
    const tag = reader.tag();
    const field = tag >>> 3;
    if (field === 1) {
      readLabels(tag, end);
    } else if (field === 2) {
      expectWireType(tag, FIXED_64, "Value");
      readDoubleBits(reader, doubleBits, 0);
      value = double[0];
    } else if (field === 3) {
      expectWireType(tag, VARINT, "Timestamp");
      timestampMs = readInt64(reader);
    } else {
      skipField(reader, tag);
    }
  }
  if (reader.pos > end) throw unexpectedEnd();
  return { timestampMs, value, ...finishLabels() };
}
