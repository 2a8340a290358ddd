import { crc32c, isSoundSnappyBlock } from "@ferula/bytes";
import snappy from "snappyjs";

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

function unpackBlock(packed: Uint8Array): Uint8Array {
  if (!isSoundSnappyBlock(packed, MAX_CHUNK_BYTES)) throw new SnappyError("snappy: corrupt input");
  return snappy.uncompress(packed, MAX_CHUNK_BYTES);
}
