import { ByteReader, ByteWriter } from "@ferula/bytes";
import type { Change } from "../store/changes.ts";
import { readFamily, readLabels, readList, writeFamily, writeLabels } from "./family-codec.ts";

/** The numbers of the kinds in the journal: docs/formats/pushgateway-state.md. */
const PUSH = 1;
const REFUSAL = 2;
const DELETE = 3;
const WIPE = 4;

/** A change as a record of the journal. */
export function encodeChange(sequence: number, change: Change): Uint8Array {
  const writer = new ByteWriter();
  writer.uvarint(sequence);
  writeKind(writer, change);
  return writer.view();
}

function writeKind(writer: ByteWriter, change: Change): void {
  switch (change.kind) {
    case "push":
      writer.u8(PUSH);
      writeLabels(writer, change.labels);
      writer.f64be(change.timeMs);
      writer.u8(change.isReplacing ? 1 : 0);
      writer.uvarint(change.families.length);
      for (const family of change.families) writeFamily(writer, family);
      return;
    case "refusal":
      writer.u8(REFUSAL);
      writeLabels(writer, change.labels);
      writer.f64be(change.timeMs);
      return;
    case "delete":
      writer.u8(DELETE);
      writeLabels(writer, change.labels);
      return;
    case "wipe":
      writer.u8(WIPE);
  }
}

/** Reads what `encodeChange` made. Throws a RangeError for anything else. */
export function decodeChange(record: Uint8Array): { readonly sequence: number; readonly change: Change } {
  const reader = new ByteReader(record);
  const sequence = reader.uvarint();
  const change = readKind(reader);
  if (reader.remaining > 0) throw new RangeError(`cannot read a change: ${reader.remaining} bytes are left over`);
  return { sequence, change };
}

function readKind(reader: ByteReader): Change {
  const kind = reader.u8();
  switch (kind) {
    case PUSH: {
      const labels = readLabels(reader);
      const timeMs = reader.f64be();
      const isReplacing = reader.u8() === 1;
      return { kind: "push", labels, timeMs, isReplacing, families: readList(reader, readFamily) };
    }
    case REFUSAL:
      return { kind: "refusal", labels: readLabels(reader), timeMs: reader.f64be() };
    case DELETE:
      return { kind: "delete", labels: readLabels(reader) };
    case WIPE:
      return { kind: "wipe" };
    default:
      throw new RangeError(`cannot read a change: there is no kind ${kind}`);
  }
}
