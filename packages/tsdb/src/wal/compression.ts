import zlib from "node:zlib";
import { isSoundSnappyBlock } from "@ferula/bytes";
import { PromError } from "@ferula/model";
import snappy from "snappyjs";
import { SNAPPY_MASK, ZSTD_MASK } from "./format.ts";
import { recordTypeOf } from "./records/record-types.ts";

/** How records are compressed in a log, each for itself (--storage.tsdb.wal-compression-type). */
export type WalCompression = "none" | "snappy" | "zstd";

/** One way to compress. */
export interface RecordCodec {
  /** The bit that marks a compressed record in its fragments' first bytes. */
  readonly flag: number;
  readonly compress: (record: Uint8Array) => Uint8Array;
  /** Throws an Error when the bytes are damaged or would give more than `mostBytes`. */
  readonly decompress: (packed: Uint8Array, mostBytes: number) => Uint8Array;
}

/** Node has it from version 22.15 on; its types tell of none. */
const { zstdCompressSync, zstdDecompressSync } = zlib as unknown as {
  readonly zstdCompressSync?: (bytes: Uint8Array) => Buffer;
  readonly zstdDecompressSync?: (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;
};

/** Whether records can be compressed by zstd here. */
export const hasZstd: boolean = zstdCompressSync !== undefined && zstdDecompressSync !== undefined;

/** How a frame of zstd begins (RFC 8878, 3.1.1). */
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const;

const snappyCodec: RecordCodec = {
  flag: SNAPPY_MASK,
  compress: (record) => snappy.compress(record),
  decompress(packed, mostBytes) {
    if (!isSoundSnappyBlock(packed, mostBytes)) throw new Error("snappy: corrupt input");
    return snappy.uncompress(packed, mostBytes);
  },
};

const zstdCodec: RecordCodec | undefined =
  zstdCompressSync === undefined || zstdDecompressSync === undefined
    ? undefined
    : {
        flag: ZSTD_MASK,
        compress: (record) => zstdCompressSync(record),
        decompress: (packed, mostBytes) => zstdDecompressSync(packed, { maxOutputLength: mostBytes }),
      };

const availableCodecs: readonly RecordCodec[] = zstdCodec === undefined ? [snappyCodec] : [zstdCodec, snappyCodec];

/** The codec to write with, or undefined to write records as they are. Throws PromError("bad_data") for zstd where Node has none. */
export function codecFor(compression: WalCompression): RecordCodec | undefined {
  if (compression === "none") return undefined;
  if (compression === "snappy") return snappyCodec;
  if (zstdCodec === undefined) {
    throw new PromError("bad_data", `cannot compress a log by zstd: Node ${process.version} has no zstd, 22.15 and later have`);
  }
  return zstdCodec;
}

/**
 * The record in `packed`, whose fragments begin with the byte `header`. Throws PromError("internal"), which names `place()`, for zstd
 * where Node has none, and an Error when the bytes are damaged.
 */
export function decompressRecord(packed: Uint8Array, header: number, mostBytes: number, place: () => string): Uint8Array {
  const isSnappy = (header & SNAPPY_MASK) !== 0;
  if ((header & ZSTD_MASK) === 0) return isSnappy ? snappyCodec.decompress(packed, mostBytes) : packed;
  // A flipped bit must not pass for a log that another program has to read.
  if (isSnappy || !hasZstdMagic(packed)) throw new Error("its compression is not the one it is marked with");
  if (zstdCodec !== undefined) return zstdCodec.decompress(packed, mostBytes);
  throw new PromError(
    "internal",
    `cannot read ${place()}: the record is compressed by zstd, which Node ${process.version} has not; use Node 22.15 or later, or let the log be written with snappy or without compression`,
  );
}

/**
 * The record in bytes that are not marked as compressed. Checksums don't cover the mark: where it was flipped, the bytes seem to be a
 * record of a type that there is none of, and are those of one that there is.
 */
export function unmarkedRecord(bytes: Uint8Array, mostBytes: number): Uint8Array {
  if (bytes.length === 0 || recordTypeOf(bytes) !== undefined) return bytes;
  for (const { decompress } of availableCodecs) {
    try {
      const record = decompress(bytes, mostBytes);
      if (recordTypeOf(record) !== undefined) return record;
    } catch {
      // Most likely a type of a version to come.
    }
  }
  return bytes;
}

function hasZstdMagic(packed: Uint8Array): boolean {
  return ZSTD_MAGIC.every((byte, i) => packed[i] === byte);
}
