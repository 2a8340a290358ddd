import { ByteReader } from "@ferula/bytes";
import type { WalRefs } from "./wal-refs.ts";

/** Type, first reference and first time. */
const HEADER_BYTES = 17;

/** A sample takes at least two varints of a byte and the value. */
const LEAST_SAMPLE_BYTES = 10;

/** Samples as a log tells them, in columns that are long enough. */
export interface SampleRows {
  /** How many are in. */
  length: number;
  /** The log's references. */
  readonly walRefs: Float64Array;
  readonly timestampsMs: Float64Array;
  /** Low and high word of each value. */
  readonly valueBits: Uint32Array;
}

/** No more samples than this are in a record of samples. */
export function mostSamplesOf(record: Uint8Array): number {
  return Math.max(0, Math.floor((record.length - HEADER_BYTES) / LEAST_SAMPLE_BYTES));
}

/**
 * Reads a record of samples of the first version behind the rows that are in. Throws RangeError when it is malformed; the samples before
 * that place are in then.
 */
export function decodeSamples(record: Uint8Array, rows: SampleRows): void {
  const end = record.length;
  if (end <= 1) return;
  const reader = new ByteReader(record, 1);
  const firstRef = reader.u64be();
  const firstMs = reader.i64be();
  const { walRefs, timestampsMs, valueBits } = rows;
  const data = new DataView(record.buffer, record.byteOffset);
  const firstRow = rows.length;
  let row = firstRow;
  let at = reader.position;
  try {
    while (at < end) {
      // Fast path: scrapes have close references and one time, so both varints are a byte or two.
      let raw = record[at++];
      if (raw >= 128) {
        raw = (raw & 127) | (record[at] << 7);
        if (record[at++] >= 128) {
          raw = longVarint(record, at - 2, end);
          at = varintEnd(record, at - 2, end);
        }
      }
      const walRef = firstRef + unzigzag(raw);
      raw = record[at++];
      if (raw >= 128) {
        raw = longVarint(record, at - 1, end);
        at = varintEnd(record, at - 1, end);
      }
      if (at + 8 > end) throw new RangeError(`cannot read sample ${row - firstRow} of a record: its value is cut short`);
      walRefs[row] = walRef;
      timestampsMs[row] = firstMs + unzigzag(raw);
      valueBits[2 * row + 1] = data.getUint32(at);
      valueBits[2 * row] = data.getUint32(at + 4);
      row++;
      at += 8;
    }
  } finally {
    rows.length = row;
  }
}

/**
 * Writes our references of the rows from `start` to before `end` into `refs`, at the same places, leaving out rows of series that are not
 * known: what follows them moves up. Returns where the known ones end.
 */
export function keepKnown(walRefs: WalRefs, rows: SampleRows, refs: Uint32Array, start: number, end: number): number {
  const { walRefs: column, timestampsMs, valueBits } = rows;
  let knownEnd = start;
  for (let row = start; row < end; row++) {
    const ref = walRefs.find(column[row]);
    if (ref === 0) continue;
    refs[knownEnd] = ref;
    if (knownEnd !== row) {
      timestampsMs[knownEnd] = timestampsMs[row];
      valueBits[2 * knownEnd] = valueBits[2 * row];
      valueBits[2 * knownEnd + 1] = valueBits[2 * row + 1];
    }
    knownEnd++;
  }
  return knownEnd;
}

function unzigzag(raw: number): number {
  return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
}

/** Doubles hold the varints of safe integers exactly; others make references that nobody has. */
function longVarint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let scale = 1;
  for (let at = start; at < end; at++) {
    value += (bytes[at] & 127) * scale;
    if (bytes[at] < 128) return value;
    scale *= 128;
  }
  throw new RangeError("cannot read a varint: the record ends inside it");
}

function varintEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] >= 128) at++;
  return at + 1;
}
