import { crc32c } from "@ferula/bytes";

/*
 * The frames of our journals: a record after its length and its CRC32C, each four bytes big-endian. A journal is frames one after another;
 * what was being written when the power went is not a whole frame, and is told from one by its checksum.
 */

const HEADER_BYTES = 8;

/** A frame that claims to be larger than this is damage, not a record. */
const MAX_RECORD_BYTES = 64 << 20;

/** A record as a frame. It holds something: a frame of nothing would be zeros, which is what a power cut leaves of bytes never written. */
export function encodeFrame(record: Uint8Array): Uint8Array {
  if (record.length === 0) throw new Error("BUG: a record without a byte");
  const frame = new Uint8Array(HEADER_BYTES + record.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, record.length);
  view.setUint32(4, crc32c(record));
  frame.set(record, HEADER_BYTES);
  return frame;
}

/** The records from `start` on, up to the first bytes that are no whole frame; `end` is where those begin. Records are views of `bytes`. */
export function readFrames(bytes: Uint8Array, start: number = 0): { readonly records: readonly Uint8Array[]; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: Uint8Array[] = [];
  let at = start;
  while (at + HEADER_BYTES <= bytes.length) {
    const length = view.getUint32(at);
    const next = at + HEADER_BYTES + length;
    if (length === 0 || length > MAX_RECORD_BYTES || next > bytes.length) break;
    if (crc32c(bytes, at + HEADER_BYTES, next) !== view.getUint32(at + 4)) break;
    records.push(bytes.subarray(at + HEADER_BYTES, next));
    at = next;
  }
  return { records, end: at };
}
