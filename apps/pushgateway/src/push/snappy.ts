import { crc32c } from "@ferula/bytes";

/** Bytes that are no snappy stream. The message is the answer to the client. */
export class SnappyError extends Error {
  override name = "SnappyError";
}

const STREAM_IDENTIFIER = 0xff;
const COMPRESSED = 0x00;
const UNCOMPRESSED = 0x01;
const IDENTIFIER_TEXT = "sNaPpY";
/** No chunk holds more than this, unpacked. */
const MAX_CHUNK_BYTES = 65_536;

/**
 * Unpacks the snappy framing format (google/snappy framing_format.txt): a stream identifier, then chunks of at most 64 KiB, each with
 * its checksum. Throws a SnappyError; also when the result would be larger than `maxBytes`.
 */
export function unpackSnappyFrames(packed: Uint8Array, maxBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let totalBytes = 0;
  let hasIdentifier = false;
  for (let at = 0; at < packed.length;) {
    if (at + 4 > packed.length) throw new SnappyError("unexpected EOF");
    const type = packed[at];
    const start = at + 4;
    at = start + (packed[at + 1] | (packed[at + 2] << 8) | (packed[at + 3] << 16));
    if (at > packed.length) throw new SnappyError("unexpected EOF");
    const chunk = packed.subarray(start, at);
    if (type === STREAM_IDENTIFIER) {
      if (Buffer.from(chunk).toString("latin1") !== IDENTIFIER_TEXT) throw new SnappyError("snappy: corrupt input");
      hasIdentifier = true;
      continue;
    }
    if (!hasIdentifier) throw new SnappyError("snappy: corrupt input");
    if (type === COMPRESSED || type === UNCOMPRESSED) {
      const part = unpackChunk(chunk, type);
      totalBytes += part.length;
      if (totalBytes > maxBytes) throw new SnappyError(`the body is larger than the limit of ${maxBytes} bytes`);
      parts.push(part);
    } else if (type < 0x80) throw new SnappyError("snappy: unsupported input");
    // Chunks from 0x80 on are padding or may be skipped.
  }
  return Buffer.concat(parts, totalBytes);
}

function unpackChunk(chunk: Uint8Array, type: number): Uint8Array {
  if (chunk.length < 4) throw new SnappyError("snappy: corrupt input");
  const checksum = (chunk[0] | (chunk[1] << 8) | (chunk[2] << 16) | (chunk[3] << 24)) >>> 0;
  const content = type === COMPRESSED ? unpackBlock(chunk.subarray(4)) : chunk.subarray(4);
  if (content.length > MAX_CHUNK_BYTES || maskedChecksum(content) !== checksum) throw new SnappyError("snappy: corrupt input");
  return content;
}

/** Snappy rotates and shifts the checksum, so that a checksum of data that holds checksums stays sound. */
function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Unpacks one block (google/snappy format_description.txt): its length as a varint, then literals and copies of what came before. */
function unpackBlock(packed: Uint8Array): Uint8Array {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= packed.length || shift > 14) throw new SnappyError("snappy: corrupt input");
    const byte = packed[at++];
    length |= (byte & 127) << shift;
    if (byte < 128) break;
  }
  if (length > MAX_CHUNK_BYTES) throw new SnappyError("snappy: corrupt input");
  const out = new Uint8Array(length);
  let end = 0;
  while (at < packed.length) {
    const tag = packed[at++];
    const kind = tag & 3;
    let count = (tag >> 2) + 1;
    if (kind === 0) {
      const extra = Math.max(0, count - 60);
      if (extra > 0) count = littleEndian(packed, at, extra) + 1;
      at += extra;
      if (at + count > packed.length || end + count > length) throw new SnappyError("snappy: corrupt input");
      out.set(packed.subarray(at, at + count), end);
      at += count;
      end += count;
      continue;
    }
    const offsetBytes = kind === 3 ? 4 : kind;
    let offset = littleEndian(packed, at, offsetBytes);
    at += offsetBytes;
    if (kind === 1) {
      count = ((tag >> 2) & 7) + 4;
      offset |= (tag >> 5) << 8;
    }
    if (offset === 0 || offset > end || end + count > length) throw new SnappyError("snappy: corrupt input");
    // A copy may overlap what it writes: it repeats then, so it must go byte by byte.
    for (let i = 0; i < count; i++, end++) out[end] = out[end - offset];
  }
  if (end !== length) throw new SnappyError("snappy: corrupt input");
  return out;
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  if (at + count > bytes.length) throw new SnappyError("snappy: corrupt input");
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + bytes[at + i];
  return value;
}
