import { ByteReader, type ByteWriter, crc32c } from "@ferula/bytes";
import { CHUNK_ENCODING_BYTES, type ChunkEncoding, chunkEncodingOf } from "@ferula/chunks";
import { readWideI64, readWideU64 } from "../wal/records/wide-integers.ts";
import { CHUNK_HEADER_BYTES, CRC_BYTES, OUT_OF_ORDER_MASK } from "./format.ts";

/** A chunk of the head, as a file keeps it. */
export interface HeadChunk {
  /** The log's reference of the series, at least 1. */
  readonly seriesRef: number;
  /** The times of the first and the last sample. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly encoding: ChunkEncoding;
  /** Whether its samples came out of order. */
  readonly isOutOfOrder: boolean;
  /** The chunk with its header, as in a block. */
  readonly bytes: Uint8Array;
}

/** Writes a chunk as it stands in a file. */
export function encodeHeadChunk(writer: ByteWriter, chunk: HeadChunk): void {
  const start = writer.length;
  writer.u64be(chunk.seriesRef);
  writer.u64be(chunk.minTimeMs);
  writer.u64be(chunk.maxTimeMs);
  writer.u8(CHUNK_ENCODING_BYTES[chunk.encoding] | (chunk.isOutOfOrder ? OUT_OF_ORDER_MASK : 0));
  writer.uvarint(chunk.bytes.length);
  writer.bytes(chunk.bytes);
  writer.u32be(crc32c(writer.view(), start));
}

/** How many bytes the chunk that begins at `start` takes. Throws RangeError when its header is cut short. */
export function headChunkLength(bytes: Uint8Array, start: number): number {
  const at = start + CHUNK_HEADER_BYTES;
  // Fast path: lengths of one byte or two.
  if (bytes[at] < 128) return CHUNK_HEADER_BYTES + 1 + bytes[at] + CRC_BYTES;
  if (bytes[at + 1] < 128) return CHUNK_HEADER_BYTES + 2 + (bytes[at] & 127) + bytes[at + 1] * 128 + CRC_BYTES;
  const reader = new ByteReader(bytes, Math.min(at, bytes.length));
  const dataBytes = reader.uvarint();
  return reader.position - start + dataBytes + CRC_BYTES;
}

/** What a chunk holds. */
export interface ChunkData {
  encoding: ChunkEncoding;
  /** The chunk with its header, as in a block. */
  bytes: Uint8Array;
}

/**
 * Puts the data of the chunk that `bytes`, as long as `headChunkLength` says, are into `out`; its bytes are a view. Throws RangeError when
 * it is damaged or of no known encoding.
 */
export function readChunkData(bytes: Uint8Array, length: number, out: ChunkData): void {
  const checkedEnd = checkedEndOf(bytes, 0, length);
  let lengthBytes = 1;
  while (bytes[CHUNK_HEADER_BYTES + lengthBytes - 1] >= 128) lengthBytes++;
  out.encoding = encodingOf(bytes[CHUNK_HEADER_BYTES - 1]);
  out.bytes = bytes.subarray(CHUNK_HEADER_BYTES + lengthBytes, checkedEnd);
}

/** Reads the chunk in `bytes` from `start` to `end`; its data is a view. Throws RangeError when it is damaged or of no known encoding. */
export function decodeHeadChunk(bytes: Uint8Array, start: number, end: number): HeadChunk {
  const reader = new ByteReader(bytes, start, checkedEndOf(bytes, start, end));
  const seriesRef = readWideU64(reader);
  const minTimeMs = readWideI64(reader);
  const maxTimeMs = readWideI64(reader);
  const encodingByte = reader.u8();
  const encoding = encodingOf(encodingByte);
  const data = reader.bytes(reader.uvarint());
  return { seriesRef, minTimeMs, maxTimeMs, encoding, isOutOfOrder: (encodingByte & OUT_OF_ORDER_MASK) !== 0, bytes: data };
}

/** Where the bytes end that the checksum is of, which is right. */
function checkedEndOf(bytes: Uint8Array, start: number, end: number): number {
  const checkedEnd = end - CRC_BYTES;
  if (checkedEnd < start) throw new RangeError(`a chunk of ${end - start} bytes is cut short`);
  const written = ((bytes[checkedEnd] << 24) | (bytes[checkedEnd + 1] << 16) | (bytes[checkedEnd + 2] << 8) | bytes[checkedEnd + 3]) >>> 0;
  const actual = crc32c(bytes, start, checkedEnd);
  if (written !== actual) throw new RangeError(`its checksum is ${actual.toString(16)}, not ${written.toString(16)}`);
  return checkedEnd;
}

function encodingOf(encodingByte: number): ChunkEncoding {
  const encoding = chunkEncodingOf(encodingByte & ~OUT_OF_ORDER_MASK);
  if (encoding === undefined) throw new RangeError(`its encoding ${encodingByte} is not known`);
  return encoding;
}
